"""Managers make, list and end API keys by the API."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.storage.spying import seen
from tests.web.doubles import refused
from tests.web.site import ANN, EVE, ROOT, Site, fast_passwords
from tests.web.test_managed_users import done
from tests.web.test_users import ask

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

KEYS = f"/admin/users/{ANN.id}/keys"


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url)
    site.furnish()
    yield site
    site.database.dispose()


def who(site: Site, key: str) -> str | None:
    return site.who(site.plain(), headers={"Authorization": f"Bearer {key}"})


def last(site: Site) -> Any:
    return done(site, "GET", KEYS)["keys"][-1]


def test_key_is_shown_once_and_lets_in_until_its_end_c92(site: Site) -> None:
    site.later(seconds=1)
    wanted = {"name": "Console", "dateExpires": "2026-11-22T11:00:01Z"}
    made = done(site, "POST", KEYS, json=wanted)
    key = made["apiKey"]
    assert {
        "id": key["id"], "userId": ANN.id, "name": "Console", "createdBy": "u-max",
        "dateCreated": "2026-11-22T10:00:01.000Z", "dateExpires": "2026-11-22T11:00:01.000Z",
    } == key  # fmt: skip
    assert ANN.id == who(site, made["key"])
    assert made["key"] not in ask(site, "GET", KEYS).text
    site.later(hours=1)
    assert who(site, made["key"]) is None


def test_last_use_is_written_once_an_hour_c92(site: Site) -> None:
    """A request does not write just because it reads."""
    assert "dateLastUsed" not in last(site)
    assert ANN.id == who(site, site.key)
    assert "2026-11-22T10:00:00.000Z" == last(site)["dateLastUsed"]
    site.later(minutes=59)
    with seen(site.database, "UPDATE") as statements:
        assert ANN.id == who(site, site.key)
    assert [] == list(statements)
    site.later(minutes=2)
    assert ANN.id == who(site, site.key)
    assert "2026-11-22T11:01:00.000Z" == last(site)["dateLastUsed"]


def test_revoked_key_lets_nobody_in_and_stays_so_c92(site: Site) -> None:
    key_id = last(site)["id"]
    first = done(site, "DELETE", f"/admin/keys/{key_id}")
    assert "2026-11-22T10:00:00.000Z" == first["dateRevoked"]
    site.later(minutes=5)
    assert first == done(site, "DELETE", f"/admin/keys/{key_id}")
    assert who(site, site.key) is None


def test_key_out_of_reach_looks_like_none_c92(site: Site) -> None:
    theirs = done(site, "POST", f"/admin/users/{EVE.id}/keys", ROOT)["apiKey"]["id"]
    roots = done(site, "POST", f"/admin/users/{ROOT.id}/keys", ROOT)["apiKey"]["id"]
    for key_id in (theirs, "k-none"):
        response = ask(site, "DELETE", f"/admin/keys/{key_id}")
        refused(response, 404, "NotFound")
        assert f"API key '{key_id}' was not found" in response.text
    refused(ask(site, "DELETE", f"/admin/keys/{roots}"), 403, "Forbidden")


def test_no_key_is_made_that_would_not_count_c92(site: Site) -> None:
    """One that is over already, and one of a user who is disabled."""
    past = {"dateExpires": "2026-11-22T10:00:00Z"}
    refused(ask(site, "POST", KEYS, json=past), 400, "InvalidValue")
    refused(ask(site, "POST", KEYS, json={"name": "\n"}), 400, "InvalidValue")
    done(site, "POST", f"/admin/users/{ANN.id}/disable")
    refused(ask(site, "POST", KEYS), 409, "UserIsDisabled")
    assert 1 == len(done(site, "GET", KEYS)["keys"])


def test_token_of_a_key_ends_with_it_c92(site: Site) -> None:
    made = done(site, "POST", f"/admin/users/{ROOT.id}/keys", ROOT,
                json={"dateExpires": "2026-11-22T10:30:00Z"})  # fmt: skip
    headers = {"Authorization": f"Bearer {made['key']}"}
    path = f"/auth/token?userId={ANN.id}"
    token = (site.ask(site.plain(), "GET", path, headers=headers).json or {})["authToken"]
    assert ANN.id == who(site, token)
    site.later(minutes=30)
    assert who(site, token) is None
