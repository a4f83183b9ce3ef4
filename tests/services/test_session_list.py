"""Who may list and delete which sessions, and what the worker does for the archive."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Executable, text

from evovoice.domain.values import User
from evovoice.services.errors import AccountNotFound, SearchTooBroad, TooManySearches
from evovoice.services.listing.session_deletion import delete_sessions
from evovoice.services.listing.session_list import ListRequest, list_sessions
from evovoice.services.worker import Worker
from evovoice.storage.database import time_limit
from evovoice.storage.database.statements import Prepared, Statements, Values
from evovoice.storage.unit_of_work import SessionOrder, SessionSearch, Slice
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.storage.builders import ringing_session
from tests.storage.spying import running
from tests.web.site import ACME, ANN, EVE, MAX, ROOT, START, ZETA, Site

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

PLAIN = ListRequest(SessionSearch(), SessionOrder(), Slice(0, 100))


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    site = Site(database_url)
    site.furnish()
    for account in (ACME, ZETA):
        add(site, f"{account.id}-live", account)
        add(site, f"{account.id}-over", account, over=1)
        add(site, f"{account.id}-old", account, over=15.01)
    yield site
    site.database.dispose()


def add(site: Site, name: str, account: Any, over: float | None = None) -> None:
    """A session that has been over for so many days."""
    session = ringing_session(name, f"CA-{name}", account)
    session.created_at = START - timedelta(days=over or 0)
    session.ended_at = None if over is None else session.created_at
    with site.database.writing() as unit:
        unit.sessions.save(session)


def listed(site: Site, user: User, request: ListRequest = PLAIN, **search: Any) -> list[str]:
    asked = replace(request, search=replace(request.search, **search))
    found = list_sessions(site.context, user, asked)
    assert len(found.sessions) == found.total
    return [session.id for session, _ in found.sessions]


@pytest.mark.parametrize("user", [ANN, MAX])
def test_users_see_their_accounts_sessions_and_no_others_c45(site: Site, user: User) -> None:
    own = ["a-1-live", "a-1-over"]
    assert own == listed(site, user) == listed(site, user, account_ids=("a-1", "a-2", "a-3"))
    assert [] == listed(site, user, account_ids=("a-2",))
    assert [] == listed(site, user, session_ids=("a-2-live",))


def test_administrators_see_every_account_c45(site: Site) -> None:
    every = ["a-1-live", "a-2-live", "a-1-over", "a-2-over"]
    assert every == listed(site, ROOT) == listed(site, ROOT, account_ids=("a-2", "a-1", "a-2"))
    assert ["a-2-live", "a-2-over"] == listed(site, ROOT, account_ids=("a-2",))
    assert [] == listed(site, ROOT, account_ids=("a-3",))


def test_archive_is_shown_on_request_only(site: Site) -> None:
    assert "a-1-old" not in listed(site, ANN, session_ids=("a-1-old", "a-1-live"))
    assert ["a-1-live", "a-1-over", "a-1-old"] == listed(
        site, ANN, replace(PLAIN, with_archive=True)
    )


@pytest.mark.parametrize("unknown", [{"customer_ids": ("c-1",)}, {"parent_session_id": "a-1-live"}])
def test_no_session_has_a_customer_or_a_parent(site: Site, unknown: dict[str, Any]) -> None:
    assert [] == listed(site, ANN, replace(PLAIN, **unknown))


def test_worker_marks_the_archive_in_batches_and_soon(site: Site) -> None:
    """What passes the limit is marked within a minute; lists say the same before and after."""
    worker = Worker(site.context)

    def marked() -> int:
        with site.database.reading() as unit:
            query = text("SELECT count(*) FROM call_sessions WHERE archived")
            return int(unit.connection.execute(query).scalar_one())

    worker._archive()
    assert 2 == marked()
    site.later(days=15)
    site.later(minutes=2)
    before = listed(site, ROOT)
    assert ["a-1-live", "a-2-live"] == before
    worker._archive()
    assert (4, before) == (marked(), listed(site, ROOT))
    add(site, "late", ACME, over=16)
    worker._archive()
    assert 4 == marked()
    site.later(minutes=1)
    worker._archive()
    assert 5 == marked()


def test_full_batch_is_followed_by_another(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evovoice.services.worker._ARCHIVED_AT_ONCE", 1)
    worker = Worker(site.context)
    for _ in range(3):
        worker._archive()
    with site.database.writing() as unit:
        assert [] == unit.session_archive.mark(START - timedelta(days=15), 10)


def test_search_that_takes_too_long_says_what_to_do(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No error of the database's, which clients would repeat."""
    engine = site.database._engine
    if engine.dialect.name == "sqlite":
        monkeypatch.setattr(time_limit, "_STEPS", 1)
        monkeypatch.setattr(time_limit, "monotonic", iter(range(10**9)).__next__)
    else:
        with site.database.writing() as unit:  # the pool gives the same connection again
            unit.connection.execute(text("SET statement_timeout = 20"))
    slow = Sleepy(engine.dialect) if engine.dialect.name == "postgresql" else None
    statements = slow or Statements(engine.dialect)
    too_broad = pytest.raises(SearchTooBroad, match="narrow it by startDate")
    with running(site.database, statements), too_broad:
        list_sessions(site.context, ANN, PLAIN)


class Sleepy(Statements):
    """Whatever is asked of the sessions takes ten seconds."""

    def prepared(self, statement: Executable, values: Values) -> Prepared:
        is_asked = "call_sessions" in str(statement)
        return super().prepared(_SLEEP if is_asked else statement, values)


_SLEEP = text("SELECT pg_sleep(10)")


SEARCHES = {
    "text": replace(PLAIN, search=SessionSearch(log="x")),
    "endpoint": replace(PLAIN, search=SessionSearch(endpoint_ids=("e-1",))),
    "order": replace(PLAIN, order=SessionOrder("from_address")),
    "far": replace(PLAIN, wanted=Slice(1000, 25)),
    "everything": replace(PLAIN, wanted=Slice(0, 10_000)),
}
LISTS = {
    "newest": PLAIN,
    "oldest": replace(PLAIN, order=SessionOrder(is_ascending=True)),
    "days": replace(PLAIN, search=SessionSearch(first_day=START.date(), last_day=START.date())),
    "ids": replace(PLAIN, search=SessionSearch(session_ids=("a-1-live",))),
    "archive": replace(PLAIN, with_archive=True),
}


@pytest.mark.parametrize("request_", SEARCHES.values(), ids=SEARCHES.keys())
def test_what_may_take_long_has_a_limit_for_each_user_c46(
    site: Site, request_: ListRequest
) -> None:
    searches = site.context.searches
    with searches.searching(ANN), searches.searching(ANN):
        with pytest.raises(TooManySearches, match="try again in 1 seconds"):
            list_sessions(site.context, ANN, request_)
        list_sessions(site.context, MAX, request_)
    list_sessions(site.context, ANN, request_)


@pytest.mark.parametrize("request_", LISTS.values(), ids=LISTS.keys())
def test_what_an_index_leads_to_has_no_limit_c46(site: Site, request_: ListRequest) -> None:
    searches = site.context.searches
    with searches.searching(ANN), searches.searching(ANN):
        list_sessions(site.context, ANN, request_)


# --- deleting ------------------------------------------------------------------------------------


def left(site: Site) -> list[str]:
    return sorted(listed(site, ROOT, replace(PLAIN, with_archive=True)))


ALL = ["a-1-live", "a-1-old", "a-1-over", "a-2-live", "a-2-old", "a-2-over"]
_EVER: tuple[datetime | None, datetime | None] = (None, START)


def test_managers_delete_what_is_over_in_their_account(site: Site) -> None:
    delete_sessions(site.context, MAX, "a-1", *_EVER)
    assert ["a-1-live", *ALL[3:]] == left(site)


def test_administrators_delete_in_any_account(site: Site) -> None:
    delete_sessions(site.context, ROOT, "a-2", START - timedelta(days=2), None)
    assert ALL[:5] == left(site)


@pytest.mark.parametrize(("user", "account"), [(MAX, "a-2"), (MAX, "a-3"), (ROOT, "a-3")])
def test_accounts_that_are_not_ones_own_look_like_none(
    site: Site, user: User, account: str
) -> None:
    with pytest.raises(AccountNotFound, match=f"Account '{account}' was not found"):
        delete_sessions(site.context, user, account, *_EVER)
    assert ALL == left(site)


def test_calls_have_their_turn_between_batches(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evovoice.services.listing.session_deletion._AT_ONCE", 1)
    pauses: list[float] = []
    delete_sessions(replace(site.context, pause=pauses.append), MAX, "a-1", *_EVER)
    assert (2, ["a-1-live", *ALL[3:]]) == (len(pauses), left(site))


def test_nobody_elses_account_is_seen_by_eve_c45(site: Site) -> None:
    assert ["a-2-live", "a-2-over"] == listed(site, EVE)
