"""ListSessions and DeleteSessions over HTTP (contract 2.2, 3.7)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.values import Account, User
from evovoice.services import administration
from evovoice.services.errors import SearchTooBroad
from evovoice.storage.unit_of_work import SORTS
from evovoice.web.operations.listing import ListSessionsSchema
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.domain.builders import BOSS
from tests.storage.builders import ringing_session
from tests.web.doubles import WebApp, refused
from tests.web.servicestack.formats.examples import HEADER
from tests.web.site import ACME, ANN, MAX, ROOT, START, ZETA, Site

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

DAY = START.date().isoformat()


class Lists:
    """Thirty sessions of Acme's, the newest `s00`, and two of Zeta's; of each, `s01` is over."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._keys = {
            user.id: administration.add_key(site.database, user.id, site.now).key
            for user in (ANN, MAX, ROOT)
        }
        with self.site.database.writing() as unit:
            for number in range(30):
                unit.sessions.save(self._session(f"s{number:02}", ACME, number))
            for number in (1, 2):
                unit.sessions.save(self._session(f"z{number:02}", ZETA, number))

    def _session(self, name: str, account: Account, number: int) -> CallSession:
        session = ringing_session(name, f"CA-{name}", account)
        session.created_at = START - timedelta(hours=number)
        session.from_address = f"+1202555{9000 - number}"
        session.log(SessionEvent("Note", f"note on {name}", START))
        if name.endswith("01"):
            session.ended_at = START
        return session

    def ask(self, path: str, user: User = ANN, verb: str = "GET", **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self._keys[user.id]}", **options.pop("headers", {})}
        return self.site.ask(self.site.plain(), verb, path, headers=headers, **options)

    def get(self, query: str = "", user: User = ANN) -> dict[str, Any]:
        response = self.ask(f"/sessions?{query}", user)
        assert 200 == response.status_code, response.text
        assert ["items", "totalCount", "totalPages", "hasMorePages"] == list(response.json or {})
        return dict(response.json or {})

    def ids(self, query: str = "", user: User = ANN) -> list[str]:
        return [item["id"] for item in self.get(query, user)["items"]]


@pytest.fixture
def lists(database_url: str) -> Iterator[Lists]:
    site = Site(database_url)
    site.furnish()
    yield Lists(site)
    site.database.dispose()


def names(*numbers: int) -> list[str]:
    return [f"s{number:02}" for number in numbers]


# --- pages ---------------------------------------------------------------------------------------


def _shape(page: dict[str, Any]) -> tuple[int, int, int, bool]:
    return len(page["items"]), page["totalCount"], page["totalPages"], page["hasMorePages"]


PAGES = {
    "": (25, 30, 2, True),
    "page=1": (5, 30, 2, False),
    "page=2": (0, 30, 2, False),
    "page=999999999": (0, 30, 2, False),
    "countPerPage=500": (30, 30, 1, False),
    "countPerPage=501": (30, 30, 1, False),
    "countPerPage=10&page=2": (10, 30, 3, False),
    "simplifiedPaging=true": (25, 0, 0, True),
    "simplifiedPaging=true&page=1": (5, 0, 0, False),
    "all=true": (30, 30, 1, False),
    "from=nobody": (0, 0, 0, False),
    "from=nobody&page=3": (0, 0, 0, False),
    "from=555&countPerPage=7&page=4": (2, 30, 5, False),
    "from=555&countPerPage=7&page=9": (0, 30, 5, False),
}


def test_pages_and_totals_c42_c43(lists: Lists) -> None:
    for query, shape in PAGES.items():
        assert shape == _shape(lists.get(query)), query


def test_newest_come_first_by_default_c46(lists: Lists) -> None:
    assert names(*range(25)) == lists.ids()
    assert names(*range(29, 4, -1)) == lists.ids("sortOrder=Ascend")
    assert names(*range(29, 4, -1)) == lists.ids("sortField=dateCreated")
    assert names(*range(25)) == lists.ids("SortField=DATECREATED&sortorder=1")


def test_sorted_by_a_field_in_any_case_c46(lists: Lists) -> None:
    ascending = names(*range(29, 4, -1))
    assert ascending == lists.ids("sortField=FromAddress&sortOrder=Ascend")
    assert ascending == lists.ids("sortField=fromaddress&sortOrder=ascend")
    assert names(*range(25)) == lists.ids("sortField=fromAddress&sortOrder=Descend")
    assert names(1, 0, 2) == lists.ids("sortField=ended&sortOrder=Descend")[:3]


def test_every_single_value_can_be_sorted_by_c46(lists: Lists) -> None:
    field = ListSessionsSchema().fields["sort_field"]
    assert set(SORTS) == set(field._names.values())  # type: ignore[attr-defined]
    for name in field._names:  # type: ignore[attr-defined]
        assert 30 == lists.get(f"sortField={name}")["totalCount"], name


# --- which ---------------------------------------------------------------------------------------


def test_lists_have_three_spellings_and_empty_ones_say_nothing_c44(lists: Lists) -> None:
    for query in (
        "specificIds=[s03,s07]", "specificIds=s03,s07", "specificIds=s03&specificIds=s07",
        "specificIds=%5Bs03,s07%5D&all=true",
    ):  # fmt: skip
        assert names(3, 7) == lists.ids(query)
    empty = "accountIds=&specificIds=[]&endpointIds=&customerIds=&from=&to=&log=&startDate="
    more = "&endDate=&parentSessionId=&sortField="
    assert 30 == lists.get(empty + more)["totalCount"]


def test_foreign_accounts_give_nothing_and_no_error_c45(lists: Lists) -> None:
    assert 30 == lists.get("accountIds=a-1,a-2")["totalCount"]
    assert (0, 0, 0, False) == _shape(lists.get("accountIds=a-2"))
    assert [] == lists.ids("specificIds=z01")
    assert ["z01", "z02"] == lists.ids("accountIds=a-2", ROOT)
    assert 32 == lists.get("", ROOT)["totalCount"]


def test_specific_sessions_come_with_their_log_c47(lists: Lists) -> None:
    """Oldest line first, the rest as GetSession shows it."""
    (item,) = lists.get("specificIds=s04")["items"]
    assert ["+14155550100 calls +12025550123", "note on s04"] == [
        line["message"] for line in item["log"]
    ]
    assert "2026-11-22T10:00:00.000Z" == item["log"][1]["date"]
    alone = lists.ask("/sessions/s04").json or {}
    del alone["allowed"]  # of answers about one session alone
    assert alone == {**item, "log": []}


def test_other_filters(lists: Lists) -> None:
    assert names(*range(11)) == lists.ids(f"startDate={DAY}&endDate={DAY}")
    assert names(4) == lists.ids("from=8996")
    assert names(4) == lists.ids("log=NOTE%20on%20s04")
    assert 30 == lists.get("to=%2B1202555")["totalCount"]
    assert 30 == lists.get("endpointIds=u-ann")["totalCount"]
    for nothing in ("customerIds=c-1", "parentSessionId=s01", "endpointIds=u-max", "from=%25"):
        assert [] == lists.ids(nothing)


def test_archive_is_searched_on_request(lists: Lists) -> None:
    lists.site.later(days=15)
    assert names(0, 1, 2) == lists.ids()[:3]
    lists.site.later(seconds=1)
    assert names(0, 2) == lists.ids()[:2]
    assert (29, 30) == tuple(lists.get(query)["totalCount"] for query in ("", "searchArchive=true"))
    assert [] == lists.ids("specificIds=s01")
    assert names(1) == lists.ids("specificIds=s01&searchArchive=1")


def test_list_in_csv_has_a_line_for_each_session_c53(lists: Lists) -> None:
    response = lists.ask("/sessions.csv?countPerPage=3")
    assert ([HEADER], "30") == (
        response.text.split("\r\n")[:1], response.headers["X-Total-Count"],
    )  # fmt: skip
    assert 5 == len(response.text.split("\r\n"))
    assert "note on s00" in response.text


def test_list_under_its_name_and_in_xml_c2_c62(lists: Lists) -> None:
    assert 30 == (lists.ask("/api/listsessions?all=true").json or {})["totalCount"]
    assert "<ListResponse " in lists.ask("/sessions.xml?countPerPage=1").text


def test_strangers_see_nothing(lists: Lists) -> None:
    assert 401 == lists.site.ask(lists.site.plain(), "GET", "/sessions").status_code
    assert 401 == lists.site.ask(lists.site.plain(), "DELETE", "/sessions").status_code


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "flaw"),
    [
        ("page=-1", "page must be a whole number"), ("page=x", "page must be a whole number"),
        ("page=1.5", "page must be"), ("countPerPage=0", "countPerPage must be at least 1"),
        ("countPerPage=-5", "countPerPage must be"), ("page=99999999999", "page must be"),
        ("startDate=yesterday", "startDate must be a day such as 2026-03-01"),
        ("startDate=2026-02-30", "startDate must be a day"),
        ("endDate=2026-3-1", "endDate must be a day"),
        ("endDate=2026-03-01T00:00:00Z", "endDate must be a day"),
        ("endDate=%D9%A2%D9%A0%D9%A2%D9%A6-03-01", "endDate must be a day"),
        ("sortField=colour", "sortField must name a single value of SessionInfo"),
        ("sortField=members", "sortField must name a single value of SessionInfo"),
        ("sortOrder=up", "sortOrder must be one of Ascend, Descend"),
        ("searchArchive=maybe", "searchArchive must be true or false"),
        ("all=2", "all must be true or false"), ("from=%00", "from holds the character NUL"),
        ("log=" + 300 * "x", "log is longer than 256 characters"),
        ("specificIds=" + ",".join(f"s{n}" for n in range(10_000)),
         "specificIds has more than 100 entries"),
        ("accountIds=" + 300 * "a", "accountIds is longer than 256 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name_c12(web: WebApp, query: str, flaw: str) -> None:
    message = refused(web.api("GET", f"/sessions?{query}"), 400, "SerializationException")
    assert message.startswith(f"Could not read the query: {flaw}")


def test_stretch_that_ends_before_it_begins_is_refused_c25(lists: Lists) -> None:
    response = lists.ask("/sessions?startDate=2026-03-02&endDate=2026-03-01")
    wanted = "'EndDate' must not lie before 'StartDate'."
    assert wanted == refused(response, 400, "EndBeforeStart")
    (entry,) = (response.json or {})["responseStatus"]["errors"]
    assert ("EndDate", wanted) == (entry["fieldName"], entry["message"])


ODD = [
    "startDate=0001-01-01&endDate=9999-12-31", "startDate=1960-01-01", "endDate=9999-12-31",
    "endDate=9999-12-31&from=+", "specificIds=../../x,'; DROP TABLE call_sessions",
    "accountIds=%F0%9F%93%9E", "from=%25_%5C/'%22", "to=%F0%9F%93%9E", "log=%5B(*",
    "page=0&page=0", "sortField=id&sortOrder=0", "unknown=1",
]  # fmt: skip


def test_odd_input_is_harmless(lists: Lists) -> None:
    for query in ODD:
        lists.get(query)
    assert 30 == lists.get()["totalCount"]


def test_search_that_is_too_broad_is_told_what_to_do(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_broad(*_: object) -> None:
        raise SearchTooBroad

    monkeypatch.setattr("evovoice.services.listing.session_list.list_sessions", too_broad)
    message = refused(lists.ask("/sessions?log=x"), 400, "SearchTooBroad")
    assert "narrow it by startDate and endDate" in message


def test_user_who_searches_too_much_is_told_when_to_come_back_c46_c30(lists: Lists) -> None:
    searches = lists.site.context.searches
    with searches.searching(ANN), searches.searching(ANN):
        answer = lists.ask("/sessions?log=x")
        message = refused(answer, 429, "TooManySearches")
        assert 30 == lists.get()["totalCount"]
    assert ("1", True) == (answer.headers["Retry-After"], "in 1 seconds" in message)
    lists.get("log=x")


# --- deleting ------------------------------------------------------------------------------------


def _delete(lists: Lists, query: str, user: User = MAX) -> TestResponse:
    return lists.ask(f"/sessions?{query}", user, "DELETE")


@pytest.mark.parametrize(
    "bounds",
    [
        "startDateTime=2026-11-22T09:00:00Z&endDateTime=2026-11-22T09:00:00Z",
        "startDateTime=2026-11-22T09:00:00", "endDateTime=2026-11-22", "endDateTime=2027-01-01",
        "startDateTime=" + quote("2026-11-22T04:00:00-05:00"),
        "STARTDATETIME=2020-01-01&endDateTime=",
    ],
)  # fmt: skip
def test_what_has_ended_within_the_bounds_is_deleted_for_ever(lists: Lists, bounds: str) -> None:
    gone = [] if bounds == "endDateTime=2026-11-22" else ["s01"]  # that is its first moment
    response = _delete(lists, f"accountId=a-1&{bounds}")
    assert (204, b"") == (response.status_code, response.data)
    kept = [name for name in names(*range(30)) if name not in gone]
    page = lists.get("all=true&searchArchive=true")
    assert (kept, len(kept)) == ([item["id"] for item in page["items"]], page["totalCount"])
    for name in gone:
        assert 404 == lists.ask(f"/sessions/{name}").status_code
        assert 404 == lists.ask(f"/sessions/{name}/events").status_code
    assert ["z01", "z02"] == lists.ids("accountIds=a-2", ROOT)


def test_deleting_without_bounds_deletes_nothing_c25(lists: Lists) -> None:
    for query in ("accountId=a-1", "accountId=a-1&startDateTime=&endDateTime="):
        response = _delete(lists, query)
        message = "'StartDateTime' or 'EndDateTime' must be given."
        assert message == refused(response, 400, "NotEmpty")
        errors = (response.json or {})["responseStatus"]["errors"]
        assert ["StartDateTime", "EndDateTime"] == [entry["fieldName"] for entry in errors]
    assert 30 == lists.get("all=true")["totalCount"]


@pytest.mark.parametrize(
    ("query", "code", "flaw"),
    [
        ("endDateTime=2027-01-01", "NotEmpty", "'AccountId' must not be empty."),
        ("accountId=a-1&endDateTime=soon", "SerializationException",
         "Could not read the query: endDateTime must be a moment such as 2026-03-01T14:05:09Z"),
        ("accountId=a-1&endDateTime=0001-01-01T00:00:00%2B14:00", "SerializationException",
         "Could not read the query: endDateTime must be a moment such as 2026-03-01T14:05:09Z"),
        ("accountId=a-1&startDateTime=2027-01-01&endDateTime=2026-01-01", "EndBeforeStart",
         "'EndDateTime' must not lie before 'StartDateTime'."),
    ],
)  # fmt: skip
def test_deletion_that_cannot_be_read_deletes_nothing(
    web: WebApp, query: str, code: str, flaw: str
) -> None:
    """It does not come as far as a service: here is none to delete anything."""
    web.as_role(BOSS)
    assert flaw == refused(web.api("DELETE", f"/sessions?{query}"), 400, code)


def test_agents_delete_nothing_c29(lists: Lists) -> None:
    response = _delete(lists, "accountId=a-1&endDateTime=2027-01-01", ANN)
    assert "403 Invalid Role" == response.status
    assert 30 == lists.get("all=true")["totalCount"]


def test_foreign_account_looks_like_an_unknown_one(lists: Lists) -> None:
    for account in ("a-2", "a-9"):
        response = _delete(lists, f"accountId={account}&endDateTime=2027-01-01")
        assert f"Account '{account}' was not found" == refused(response, 404, "NotFound")
    assert 2 == lists.get("accountIds=a-2", ROOT)["totalCount"]
    assert 204 == _delete(lists, "accountId=a-2&endDateTime=2027-01-01", ROOT).status_code
    assert ["z02"] == lists.ids("accountIds=a-2", ROOT)


def test_description_says_what_a_missing_bound_means(web: WebApp) -> None:
    node = (web.client.get("/openapi.json").json or {})["paths"]["/sessions"]["delete"]
    assert "open on that side" in str(node)
