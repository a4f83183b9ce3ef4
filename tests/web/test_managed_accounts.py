"""Accounts and telephone numbers are looked after by the API."""

from collections.abc import Iterator
from typing import Any

import pytest

from evovoice.domain.values import User
from evovoice.services import administration
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.domain.builders import bridged
from tests.web.doubles import refused
from tests.web.site import ANN, EVE, MAX, ROOT, Site, fast_passwords
from tests.web.test_managed_users import done
from tests.web.test_users import ask

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

FIRST, SECOND, THEIRS = "+12025550123", "+14155550100", "+442079460123"
ACME = {
    "id": "a-1", "name": "Acme", "country": "US", "countries": ["all"], "endPolicy": "two_left",
    "hidesSupervisors": False,
}  # fmt: skip


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Acme has two numbers, of which the first rings Ann; Zeta has one."""
    fast_passwords(monkeypatch)
    site = Site(database_url)
    site.furnish()
    for account_id, number, agents in (
        ("a-1", FIRST, [ANN.id]), ("a-1", SECOND, []), ("a-2", THEIRS, [])
    ):  # fmt: skip
        administration.add_number(site.database, account_id, number, agents)
    yield site
    site.database.dispose()


def void(site: Site, path: str, by: User = MAX) -> None:
    assert 204 == ask(site, "DELETE", path, by).status_code


def numbers(site: Site, by: User = MAX, query: str = "") -> Any:
    return done(site, "GET", f"/admin/numbers{query}", by)["numbers"]


def default(site: Site) -> str | None:
    with site.database.reading() as work:
        found = work.directory.default_number("a-1")
    shown = [one["number"] for one in numbers(site) if one["isDefault"]]
    assert [found] == (shown or [None])
    return found


# --- accounts ------------------------------------------------------------------------------------


def test_managers_see_their_account_and_administrators_all_c93(site: Site) -> None:
    assert [ACME] == done(site, "GET", "/admin/accounts")["accounts"]
    found = done(site, "GET", "/admin/accounts", ROOT)["accounts"]
    assert ["Acme", "Zeta"] == [one["name"] for one in found]


def test_account_is_added_and_its_name_is_its_own_c93(site: Site) -> None:
    """In any case, also under another name later."""
    wanted = {"name": "Beta", "country": "de", "countries": ["AT", "de"]}
    added = done(site, "POST", "/admin/accounts", ROOT, json=wanted)
    read = {
        "country": "DE", "countries": ["AT", "DE"], "endPolicy": "two_left",
        "hidesSupervisors": False,
    }  # fmt: skip
    assert {**wanted, "id": added["id"], **read} == added
    again = ask(site, "POST", "/admin/accounts", ROOT, json={"name": " ACME", "country": "US"})
    refused(again, 409, "AlreadyTaken")
    path = f"/admin/accounts/{added['id']}"
    refused(ask(site, "PATCH", path, ROOT, json={"name": "acme"}), 409, "AlreadyTaken")
    assert "BETA" == done(site, "PATCH", path, ROOT, json={"name": "BETA"})["name"]


def test_names_and_addresses_that_look_the_same_are_the_same_c93(site: Site) -> None:
    """An umlaut as one letter, or as a letter and two dots."""
    one, two = "M\u00fcller", "Mu\u0308ller"
    assert one == done(site, "POST", "/admin/accounts", ROOT, json={"name": two, "country": "DE"})[
        "name"
    ]  # fmt: skip
    again = ask(site, "POST", "/admin/accounts", ROOT, json={"name": one, "country": "DE"})
    refused(again, 409, "AlreadyTaken")
    new = {"name": "M", "emailAddress": f"{two}@acme.test"}
    done(site, "POST", "/admin/users", json=new)
    again = ask(site, "POST", "/admin/users", json={**new, "emailAddress": f"{one}@acme.test"})
    refused(again, 409, "AlreadyTaken")
    with site.database.reading() as work:
        assert work.directory.credentials(f"{two}@acme.test") is not None


def test_name_of_an_account_of_the_version_before_is_taken_too_c93(site: Site) -> None:
    """It stores no key of the name; two of one name stay, each with its id."""
    with site.database.writing() as work:
        work.connection.driver.execute(
            "INSERT INTO accounts (id, name, country) VALUES ('a-3', 'Acme', 'US'),"
            " ('a-4', 'Old', 'US')"
        )
    again = ask(site, "POST", "/admin/accounts", ROOT, json={"name": "old", "country": "US"})
    refused(again, 409, "AlreadyTaken")
    found = done(site, "GET", "/admin/accounts", ROOT)["accounts"]
    assert [("a-1", "Acme"), ("a-3", "Acme")] == [(one["id"], one["name"]) for one in found[:2]]
    for account_id in ("a-1", "a-3"):
        path, same = f"/admin/accounts/{account_id}", {"name": "Acme", "country": "GB"}
        assert "GB" == done(site, "PATCH", path, ROOT, json=same)["country"]


def test_manager_renames_their_account_and_changes_nothing_else_c93(site: Site) -> None:
    """What is said as it is already is no change."""
    path = "/admin/accounts/a-1"
    for fields in ({"countries": ["US"]}, {"country": "GB"}, {"hidesSupervisors": True}):
        refused(ask(site, "PATCH", path, json={"name": "X", **fields}), 403, "Forbidden")
    assert [ACME] == done(site, "GET", "/admin/accounts")["accounts"]
    new = {"name": "New", "country": "us", "countries": ["all"]}
    assert {**ACME, "name": "New"} == done(site, "PATCH", path, json=new)
    refused(ask(site, "PATCH", "/admin/accounts/a-2", json={"name": "X"}), 404, "NotFound")
    limited = done(site, "PATCH", path, ROOT, json={"countries": ["US", "CA"]})
    assert ["CA", "US"] == limited["countries"]


def test_manager_sets_the_fallback_number_of_their_account_c110(site: Site) -> None:
    """As it might be dialled; an empty text takes it away."""
    path = "/admin/accounts/a-1"
    changed = done(site, "PATCH", path, json={"fallbackNumber": "(312) 555-0142"})
    assert {**ACME, "fallbackNumber": "+13125550142"} == changed
    several = {"fallbackNumber": "(312) 555-0142, +1 312 555 0143"}
    in_order = done(site, "PATCH", path, json=several)["fallbackNumber"]
    assert "+13125550142,+13125550143" == in_order
    done(site, "PATCH", path, json={"fallbackNumber": "(312) 555-0142"})
    many = ",".join(f"+1312555014{last}" for last in range(6))
    twice, empty = "3125550142, +1 312 555 0142", "3125550142,"
    for number in ("911", "nobody", "+1 900 555 0123", many, twice, empty, "3125550142,911"):
        refused(ask(site, "PATCH", path, json={"fallbackNumber": number}), 400, "InvalidValue")
    done(site, "PATCH", path, ROOT, json={"countries": ["US"]})
    abroad = {"fallbackNumber": "+44 20 7946 0123"}
    refused(ask(site, "PATCH", path, json=abroad), 400, "InvalidValue")
    assert "+13125550142" == done(site, "PATCH", path, json={"name": "Acme"})["fallbackNumber"]
    assert "fallbackNumber" not in done(site, "PATCH", path, json={"fallbackNumber": ""})


def test_manager_sets_by_which_policy_the_accounts_calls_end_c105(site: Site) -> None:
    path = "/admin/accounts/a-1"
    changed = done(site, "PATCH", path, json={"endPolicy": "Last_Agent"})
    assert {**ACME, "endPolicy": "last_agent"} == changed
    assert changed == done(site, "PATCH", path, json={"name": "Acme"})
    response = ask(site, "PATCH", path, json={"endPolicy": "last"})
    assert 400 == response.status_code


def test_only_an_empty_account_is_deleted_c93(site: Site) -> None:
    """Then its name is free. Who was deleted from it is no user of it any more."""
    path = "/admin/accounts/a-2"
    response = ask(site, "DELETE", path, ROOT)
    refused(response, 409, "AccountInUse")
    assert "Zeta is not empty: users 1, numbers 1; delete them first." in response.text
    done(site, "POST", f"/admin/users/{EVE.id}/keys", ROOT)
    done(site, "DELETE", f"/admin/users/{EVE.id}", ROOT)
    refused(ask(site, "DELETE", path, ROOT), 409, "AccountInUse")
    void(site, f"/admin/numbers/{THEIRS}", ROOT)
    void(site, path, ROOT)
    refused(ask(site, "DELETE", path, ROOT), 404, "NotFound")
    again = {"name": "Zeta", "country": "GB"}
    assert "a-2" != done(site, "POST", "/admin/accounts", ROOT, json=again)["id"]


def test_account_with_sessions_on_record_is_not_deleted_c93(site: Site) -> None:
    """Nobody would be left who may see them."""
    new = {"name": "Beta", "country": "US"}
    account_id = done(site, "POST", "/admin/accounts", ROOT, json=new)["id"]
    with site.database.writing() as work:
        session = bridged()
        session.account_id = account_id
        work.sessions.save(session)
    response = ask(site, "DELETE", f"/admin/accounts/{account_id}", ROOT)
    refused(response, 409, "AccountInUse")
    assert "sessions 1" in response.text


@pytest.mark.parametrize(
    ("verb", "path"),
    [("POST", "/admin/accounts"), ("DELETE", "/admin/accounts/a-1"), ("POST", "/admin/numbers")],
)
def test_accounts_and_new_numbers_are_the_administrators_c93(
    site: Site, verb: str, path: str
) -> None:
    response = ask(site, verb, path, MAX, json={"name": "X"} if verb == "POST" else None)
    assert "403 Invalid Role" == response.status


# --- numbers -------------------------------------------------------------------------------------


def test_numbers_are_listed_with_whom_they_ring_c45_c93(site: Site) -> None:
    shown = {
        "number": FIRST, "accountId": "a-1", "isDefault": True, "agentIds": [ANN.id],
        "agentNames": [ANN.name],
    }  # fmt: skip
    second = {
        "number": SECOND, "accountId": "a-1", "isDefault": False, "agentIds": [], "agentNames": []
    }  # fmt: skip
    assert [shown, second] == numbers(site) == numbers(site, query="?accountIds=a-1,a-2")
    assert [] == numbers(site, query="?accountIds=a-2")
    assert [FIRST, SECOND, THEIRS] == [one["number"] for one in numbers(site, ROOT)]
    page = done(site, "GET", "/admin/numbers?countPerPage=1")
    assert ([shown], 2, True) == (page["numbers"], page["totalCount"], page["hasMorePages"])


def test_number_rings_in_the_order_that_was_said_c93(site: Site) -> None:
    """Each once; left out it stays, and nobody is said by a flag."""
    path, fields = f"/admin/numbers/{FIRST}", {"agentIds": [MAX.id, ANN.id, MAX.id]}
    for _ in range(2):
        assert [MAX.id, ANN.id] == done(site, "PATCH", path, json=fields)["agentIds"]
    with site.database.reading() as work:
        assert [MAX, ANN] == work.presences.ready_agents_of(FIRST, site.now)
    assert [MAX.id, ANN.id] == done(site, "PATCH", path, json={})["agentIds"]
    assert [] == done(site, "PATCH", path, json={"ringsNobody": True})["agentIds"]


def test_number_rings_users_of_its_account_who_are_enabled_c93(site: Site) -> None:
    """One who was disabled meanwhile may stay in the list: they ring again once enabled."""
    path = f"/admin/numbers/{FIRST}"
    for stranger in (EVE.id, "u-none", ANN.email):
        refused(ask(site, "PATCH", path, json={"agentIds": [stranger]}), 400, "InvalidValue")
    done(site, "POST", f"/admin/users/{ANN.id}/disable")
    both = {"agentIds": [MAX.id, ANN.id]}
    assert both["agentIds"] == done(site, "PATCH", path, json=both)["agentIds"]
    refused(ask(site, "PATCH", f"/admin/numbers/{SECOND}", json=both), 409, "UserIsDisabled")


def test_default_number_is_set_and_falls_to_the_first_c93(site: Site) -> None:
    assert FIRST == default(site)
    path = f"/admin/numbers/{SECOND}"
    for _ in range(2):
        assert done(site, "PATCH", path, json={"isDefault": True})["isDefault"]
        assert SECOND == default(site)
    refused(ask(site, "PATCH", path, json={"isDefault": False}), 400, "InvalidValue")
    void(site, path)
    assert FIRST == default(site)
    void(site, f"/admin/numbers/{FIRST}")
    assert default(site) is None


def test_removed_number_is_nobodys_c93(site: Site) -> None:
    """And comes back as a new one, at the end of the others."""
    path = f"/admin/numbers/{FIRST}"
    void(site, path)
    refused(ask(site, "DELETE", path), 404, "NotFound")
    with site.database.reading() as work:
        assert work.directory.called(FIRST, "CA1") is None
        assert not work.directory.owns("a-1", FIRST)
    added = done(site, "POST", "/admin/numbers", ROOT, json={"number": FIRST})
    assert ("a-1", []) == (added["accountId"], added["agentIds"])
    assert SECOND == default(site)


@pytest.mark.parametrize("verb", ["PATCH", "DELETE"])
def test_number_of_another_account_looks_like_none_c93(site: Site, verb: str) -> None:
    for number in (THEIRS, "+442079460999"):
        response = ask(site, verb, f"/admin/numbers/{number}")
        refused(response, 404, "NotFound")
        assert f"Number '{number}' was not found" in response.text
    refused(ask(site, verb, "/admin/numbers/+1"), 400, "InvalidValue")
    assert [THEIRS] == [one["number"] for one in numbers(site, ROOT, "?accountIds=a-2")]
