"""Managers see the users of their account and disable them: every way in is closed at once."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
from werkzeug.test import TestResponse

from evovoice.domain.values import User
from evovoice.services import administration
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.domain.builders import bridged, incoming
from tests.web.doubles import refused
from tests.web.site import ANN, EVE, MAX, ROOT, Site, basic, fast_passwords

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

ANNS = "/admin/users/u-ann"


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url)
    site.furnish()
    yield site
    site.database.dispose()


@pytest.fixture
def other(database_url: str, site: Site) -> Iterator[Site]:
    """Another process on the same database."""
    other = Site(database_url)
    other.key = site.key
    yield other
    other.database.dispose()


def ask(site: Site, verb: str, path: str, by: User = MAX, **more: Any) -> TestResponse:
    return site.ask(site.plain(), verb, path, headers=basic(by), **more)


def disable(site: Site, user: User = ANN, by: User = MAX) -> Any:
    response = ask(site, "POST", f"/admin/users/{user.id}/disable", by)
    assert 200 == response.status_code, response.text
    return response.json


def listed(site: Site, query: str = "", by: User = MAX) -> Any:
    response = ask(site, "GET", f"/admin/users{query}", by)
    assert 200 == response.status_code, response.text
    return response.json


def ids(found: Any) -> list[str]:
    return [one["id"] for one in found["users"]]


# --- what is answered ------------------------------------------------------------------------


def test_answer_says_how_long_a_device_stays_connected_at_most_c86(site: Site) -> None:
    """A token of the carrier's cannot be recalled. A second time the answer is the same."""
    first = disable(site)
    assert {
        "user": {
            "id": ANN.id, "accountId": "a-1", "name": ANN.name, "emailAddress": ANN.email,
            "roles": ["User"], "disabled": True, "dateDisabled": "2026-11-22T10:00:00.000Z",
            "dateDeviceTokensEnd": "2026-11-22T11:00:00.000Z", "identity": ANN.identity,
        },
        "activeSessionIds": [], "apiKeyIds": [],
    } == first  # fmt: skip
    site.later(minutes=5)
    assert first == disable(site)


def test_no_device_token_outlives_what_the_answer_says_c86(site: Site) -> None:
    """The newest there is was made right before."""
    headers = {"Authorization": f"Bearer {site.key}"}
    config = site.ask(site.plain(), "GET", "/app/config", headers=headers).json or {}
    ends = jwt.decode(config["accessToken"], options={"verify_signature": False})["exp"]
    disable(site)
    assert ends == (site.now + timedelta(hours=1)).timestamp()


def test_calls_that_they_are_in_are_told_and_those_that_ring_are_not_c86(site: Site) -> None:
    talks, rings = bridged(), incoming()
    rings.id, rings.call_sid = "s-2", "CA-s-2"
    for session in (talks, rings):
        with site.database.writing() as work:
            work.sessions.save(session)
    assert ["s-1"] == disable(site)["activeSessionIds"]


def test_enabling_takes_all_of_it_back_c86(site: Site) -> None:
    before = next(one for one in listed(site)["users"] if one["id"] == ANN.id)
    disable(site)
    for _ in range(2):
        response = ask(site, "POST", f"{ANNS}/enable")
        assert (200, before) == (response.status_code, response.json)
    assert (False, False) == (before["disabled"], "dateDisabled" in before)


def test_list_shows_who_is_disabled_by_name_and_in_pages_c42_c86(site: Site) -> None:
    disable(site)
    found = listed(site)
    assert [ANN.id, MAX.id, ROOT.id] == ids(found)
    assert [True, False, False] == [one["disabled"] for one in found["users"]]
    assert (3, 1, False) == (found["totalCount"], found["totalPages"], found["hasMorePages"])
    page = listed(site, "?page=1&countPerPage=2")
    assert ([ROOT.id], 2, False) == (ids(page), page["totalPages"], page["hasMorePages"])
    page = listed(site, "?countPerPage=2&simplifiedPaging=true")
    assert ([ANN.id, MAX.id], 0, True) == (ids(page), page["totalCount"], page["hasMorePages"])
    table = ask(site, "GET", "/admin/users.csv?countPerPage=1")
    assert "3" == table.headers["X-Total-Count"]
    line = f'{ANN.id},a-1,{ANN.name},{ANN.email},"[User]",True,'
    assert table.text.splitlines()[1].startswith(line)


def test_managers_list_their_account_and_administrators_all_c45(site: Site) -> None:
    assert [ANN.id, MAX.id, ROOT.id] == ids(listed(site, "?accountIds=a-1,a-2"))
    assert [] == ids(listed(site, "?accountIds=a-2"))
    assert [ANN.id, EVE.id, MAX.id, ROOT.id] == ids(listed(site, by=ROOT))
    assert [EVE.id] == ids(listed(site, "?accountIds=a-2", ROOT))


# --- who may ---------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["disable", "enable"])
def test_users_of_other_accounts_look_like_nobody_c86(site: Site, verb: str) -> None:
    """The same words as for an id that nobody has; an e-mail address is no id."""
    for user_id in (EVE.id, "u-none", ANN.email):
        response = ask(site, "POST", f"/api/{verb.title()}User", json={"userId": user_id})
        refused(response, 404, "NotFound")
        assert f"User '{user_id}' was not found" in response.text
    assert EVE.id == site.who(site.plain(), headers=basic(EVE))


@pytest.mark.parametrize("verb", ["disable", "enable"])
def test_manager_does_not_manage_an_administrator_c86(site: Site, verb: str) -> None:
    administration.disable_user(site.database, ROOT.id, site.now)
    refused(ask(site, "POST", f"/admin/users/{ROOT.id}/{verb}"), 403, "Forbidden")
    assert [True] == [one["disabled"] for one in listed(site)["users"] if one["id"] == ROOT.id]


def test_nobody_disables_themselves_c86(site: Site) -> None:
    for actor in (MAX, ROOT):
        response = ask(site, "POST", f"/admin/users/{actor.id}/disable", actor)
        refused(response, 403, "Forbidden")
        assert "Nobody disables themselves" in response.text
        assert actor.id == site.who(site.plain(), headers=basic(actor))


@pytest.mark.parametrize(
    ("verb", "path"), [("GET", "/admin/users"), ("POST", f"{ANNS}/disable"),
                       ("POST", f"{ANNS}/enable")],
)  # fmt: skip
def test_users_are_managed_by_managers_c29(site: Site, verb: str, path: str) -> None:
    response = ask(site, verb, path, ANN)
    assert "403 Invalid Role" == response.status
    refused(site.ask(site.plain(), verb, path), 401, "Unauthorized")


def test_administrator_disables_in_every_account_and_it_is_logged_c86(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, with who did it."""
    with caplog.at_level(logging.INFO, "evovoice"):
        disable(site, EVE, ROOT)
        disable(site, EVE, ROOT)
        disable(site, MAX, ROOT)
    assert [f"user.disabled of u-{name} by u-root: done" for name in ("eve", "max")] == [
        one.getMessage() for one in caplog.records if "disabled" in one.getMessage()
    ]


def test_nobody_is_named_by_an_empty_field_c25(site: Site) -> None:
    refused(ask(site, "POST", "/api/DisableUser", json={}), 400, "NotEmpty")


# --- every way in ----------------------------------------------------------------------------


def doors(site: Site) -> dict[str, Callable[[Site], int]]:
    """The status with which each way in is answered, in any process; logins are made now."""
    browser, lasting = site.client(), site.client()
    login = site.sign_in(browser).json or {}
    site.sign_in(lasting, remember=True)
    cookie = {one.key: one.value for one in lasting._cookies.values()}  # type: ignore[union-attr]
    token = (ask(site, "GET", f"/auth/token?userId={ANN.id}").json or {})["authToken"]

    def by(**headers: str) -> Callable[[Site], int]:
        path = "/sessions/active"
        return lambda at: at.ask(at.plain(), "GET", path, headers=headers).status_code

    body = {"provider": "credentials", "userName": ANN.email, "password": "correct horse"}
    return {
        "Basic": by(**basic()),
        "key": by(Authorization=f"Bearer {site.key}"),
        "sign-in": lambda at: at.ask(at.plain(), "POST", "/auth", json=body).status_code,
        "header": by(**{"X-ss-id": login["sessionId"]}),
        "cookie": by(Cookie="; ".join(f"{name}={value}" for name, value in cookie.items())),
        "token": by(Authorization=f"Bearer {token}"),
        "stream": lambda at: (
            at.ask(
                at.plain(), "HEAD", "/events", headers={"Authorization": f"Bearer {site.key}"}
            ).status_code
        ),
        "device": lambda at: (
            at.ask(
                at.plain(), "GET", "/app/config", headers={"Authorization": f"Bearer {site.key}"}
            ).status_code
        ),
        "token for them": lambda at: ask(at, "GET", f"/auth/token?userId={ANN.id}").status_code,
    }


def test_every_way_in_is_closed_at_once_in_every_process_c86(site: Site, other: Site) -> None:
    """In the one too that has the password in its cache as verified. Nobody else notices."""
    ways = doors(site)
    for process in (site, other):
        assert dict.fromkeys(ways, 200) == {name: way(process) for name, way in ways.items()}
    disable(site)
    closed = dict.fromkeys(ways, 401) | {"token for them": 404}
    for process in (site, other):
        assert closed == {name: way(process) for name, way in ways.items()}
        assert process.who(process.plain(), headers={"Authorization": f"Bearer {site.key}"}) is None
    assert MAX.id == other.who(other.plain(), headers=basic(MAX))


def test_enabled_user_comes_in_by_what_they_know_and_by_no_old_login_c86(
    site: Site, other: Site
) -> None:
    """Password and keys count again; logins and tokens that ended stay ended."""
    ways = doors(site)
    disable(site)
    assert 200 == ask(site, "POST", f"{ANNS}/enable").status_code
    ended = {"header", "cookie", "token"}
    for process in (site, other):
        assert ended == {name for name, way in ways.items() if way(process) == 401}
        assert len(ways) - 3 == [way(process) for way in ways.values()].count(200)
