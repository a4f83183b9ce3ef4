"""Managers read who did what in their account, administrators everywhere: GET /admin/audit."""

from collections.abc import Iterator
from typing import Any

import pytest

from evovoice.services import audit
from evovoice.services.listing.session_deletion import delete_sessions
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.domain.builders import bridged
from tests.web.site import ANN, EVE, MAX, ROOT, Site, basic, fast_passwords

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url, proxies=1)
    site.furnish()
    yield site
    site.database.dispose()


def listed(site: Site, query: str = "", by: Any = MAX) -> Any:
    response = site.ask(site.plain(), "GET", f"/admin/audit{query}", headers=basic(by))
    assert 200 == response.status_code, response.text
    return response.json


def actions(found: Any) -> list[str]:
    return [one["action"] for one in found["entries"]]


def disable_eve(site: Site) -> None:
    headers = {**basic(ROOT), "X-Forwarded-For": "198.51.100.7"}
    response = site.ask(site.plain(), "POST", "/admin/users/u-eve/disable", headers=headers)
    assert 200 == response.status_code


def test_entry_says_who_what_on_what_from_where_and_with_what_c90(site: Site) -> None:
    """The address is the one that our proxy tells; what a client adds before it is not believed."""
    headers = {**basic(MAX), "X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    response = site.ask(site.plain(), "POST", "/admin/users/u-ann/disable", headers=headers)
    (found,) = listed(site, "?action=user.disabled")["entries"]
    number = found.pop("id")
    assert isinstance(number, int)
    assert {
        "date": "2026-11-22T10:00:00.000Z", "action": "user.disabled", "actorId": MAX.id,
        "actorName": "Max", "actorRole": "Manager", "credential": "password", "accountId": "a-1",
        "subject": ANN.id, "origin": "198.51.100.7",
        "requestId": response.headers["X-Request-Id"], "outcome": "done", "details": {},
        "evidence": {},
    } == found  # fmt: skip


def test_managers_see_their_account_and_administrators_all_c90(site: Site) -> None:
    """Asked for another account, a manager finds nothing, as in every list."""
    disable_eve(site)
    assert "user.disabled" not in actions(listed(site))
    assert "user.disabled" in actions(listed(site, by=ROOT))
    assert [] == actions(listed(site, "?accountIds=a-2"))
    assert ["user.disabled"] == actions(listed(site, "?accountIds=a-2", by=ROOT))
    response = site.ask(site.plain(), "GET", "/admin/audit", headers=basic(ANN))
    assert 403 == response.status_code


def test_entries_are_found_by_user_action_and_time_in_pages_c90(site: Site) -> None:
    disable_eve(site)
    site.later(hours=1)
    site.sign_in(site.client(), ANN)
    assert ["user.signed_in"] == actions(listed(site, "?userId=u-ann&action=user", ROOT))
    assert ["user.disabled"] == actions(listed(site, f"?userId={EVE.id}", ROOT))
    assert ["user.signed_in"] == actions(
        listed(site, "?since=2026-11-22T10:30:00Z&action=user", ROOT)
    )
    assert ["user.disabled"] == actions(
        listed(site, "?until=2026-11-22T10:30:00Z&action=user", ROOT)
    )
    page = listed(site, "?action=user&countPerPage=1&page=1", ROOT)
    assert (["user.disabled"], 2, 2, False) == (
        actions(page), page["totalCount"], page["totalPages"], page["hasMorePages"]
    )  # fmt: skip


def test_moment_that_is_none_is_refused_c90(site: Site) -> None:
    response = site.ask(site.plain(), "GET", "/admin/audit?since=soon", headers=basic(MAX))
    assert 400 == response.status_code


def test_refused_sign_in_is_told_without_what_was_typed_c90(site: Site) -> None:
    body = {"provider": "credentials", "userName": "my secret", "password": "wrong"}
    response = site.ask(site.client(), "POST", "/auth/credentials", json=body)
    assert 401 == response.status_code
    (found,) = listed(site, "?action=sign_in.refused", ROOT)["entries"]
    assert ("stranger", "password", "wrong password", response.headers["X-Request-Id"]) == (
        found["actorName"], found["credential"], found["outcome"], found["requestId"]
    )  # fmt: skip
    assert found["subject"].startswith("unknown name ")
    assert "secret" not in str(found)
    assert "actorId" not in found


def test_deleted_sessions_are_told_with_their_last_links_c90(site: Site) -> None:
    session = bridged()
    session.ended_at = site.now
    session.account_id = "a-1"
    site.later(hours=1)
    with site.database.writing() as unit:
        unit.sessions.save(session)
    delete_sessions(site.context, MAX, "a-1", None, None)
    (found,) = listed(site, "?action=sessions.deleted")["entries"]
    assert (MAX.id, {"count": "1"}) == (found["actorId"], found["details"])
    assert [session.id] == list(found["evidence"])


def test_next_request_in_the_same_thread_is_somebody_else_c90(site: Site) -> None:
    """Who one request was made for is forgotten with it."""
    disable_eve(site)
    assert audit.SERVICE == audit._source.get().actor_name
    site.ask(site.plain(), "GET", "/livez")
    body = {"provider": "credentials", "userName": ANN.email, "password": "wrong"}
    site.ask(site.client(), "POST", "/auth/credentials", json=body)
    found = listed(site, "?action=sign_in.refused", ROOT)["entries"][0]
    assert "stranger" == found["actorName"]
    assert "127.0.0.1" == found["origin"]
