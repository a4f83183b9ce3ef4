"""Users give themselves a new password (C94), with what it ends (C86)."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from evovoice.services import administration
from evovoice.services.auth.credentials import hash_password
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.web.doubles import refused
from tests.web.site import ANN, DEVICE, MAX, PASSWORD, Site, basic, cookie

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

NEW = "battery staple"
HASHED = hash_password(PASSWORD)
CHANGE = {"currentPassword": PASSWORD, "newPassword": NEW}


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    """Where the passwords are real."""
    site = Site(database_url)
    site.furnish()
    with site.database.writing() as work:
        for user in (ANN, MAX):
            work.directory.set_password(user.id, HASHED)
    yield site
    site.database.dispose()


def change(site: Site, client: FlaskClient, body: Any = CHANGE, **options: Any) -> TestResponse:
    return site.ask(client, "POST", "/auth/password", json=body, **options)


def test_new_password_counts_and_the_old_one_no_more_c94(site: Site) -> None:
    client = site.client()
    site.sign_in(client)
    response = change(site, client)
    assert 200 == response.status_code
    assert ANN.id == (response.json or {})["userId"]
    assert not site.is_in(site.client(), headers=basic())
    assert site.is_in(site.client(), headers=basic(password=NEW))


@pytest.mark.parametrize(("remember", "counts"), [(False, "ss-id"), (True, "ss-pid")])
def test_who_sets_it_stays_signed_in_by_a_new_login_of_the_same_kind_c94_c33(
    site: Site, remember: bool, counts: str
) -> None:
    """Whoever has copied the login before is out, also if it was this one."""
    client = site.client()
    before = cookie(site.sign_in(client, remember=remember), counts)[0]
    response = change(site, client)
    after, _ = cookie(response, counts)
    assert after == (response.json or {})["sessionId"]
    assert cookie(response, DEVICE)[0]
    assert ANN.id == site.who(client)
    plain = site.plain()
    assert site.is_in(plain, headers={"Authorization": f"Bearer {after}"})
    assert not site.is_in(plain, headers={"Authorization": f"Bearer {before}"})
    site.later(weeks=4 if remember else 2, seconds=-1)
    assert site.is_in(plain, headers={"Authorization": f"Bearer {after}"})


def test_it_ends_other_logins_and_tokens_and_no_key_c94_c86(site: Site) -> None:
    client, elsewhere, maxs = site.client(), site.client(), site.client()
    site.sign_in(elsewhere)
    site.sign_in(maxs, MAX)
    site.sign_in(client)
    path = f"/auth/token?userId={ANN.id}"
    token = (site.ask(maxs, "GET", path).json or {})["authToken"]
    assert 200 == change(site, client).status_code
    assert not site.is_in(elsewhere)
    assert not site.is_in(site.plain(), headers={"Authorization": f"Bearer {token}"})
    assert site.is_in(site.plain(), headers={"Authorization": f"Bearer {site.key}"})
    assert site.is_in(maxs)


@pytest.mark.parametrize("way", ["key", "basic"])
def test_who_has_no_login_gets_none_c94(site: Site, way: str) -> None:
    """A key or Basic needs the password in the body as well."""
    key = {"Authorization": f"Bearer {site.key}"}
    response = change(site, site.client(), headers={"key": key, "basic": basic()}[way])
    assert 200 == response.status_code
    assert "sessionId" not in (response.json or {})
    assert "Set-Cookie" not in response.headers


def test_wrong_present_password_changes_nothing_c94(site: Site) -> None:
    """It is no 401: the client is signed in, and stays so."""
    client = site.client()
    site.sign_in(client)
    response = change(site, client, {**CHANGE, "currentPassword": NEW})
    assert "The present password is wrong" == refused(response, 403, "WrongPassword")
    assert site.is_in(client)
    assert site.is_in(site.client(), headers=basic())


def test_whoever_only_found_a_login_guesses_the_password_as_rarely_as_anybody_c94_c37(
    site: Site,
) -> None:
    """Ten times on a known device; then the right one is not looked at either."""
    client = site.client()
    site.sign_in(client)
    for number in range(10):
        wrong = {**CHANGE, "currentPassword": f"guess {number}"}
        refused(change(site, client, wrong), 403, "WrongPassword")
    refused(change(site, client), 429, "TooManyLogins")


@pytest.mark.parametrize(
    ("new", "code", "says"),
    [
        ("short", "PasswordNotAllowed", "12 to 1024 characters"),
        ("qwerty123456", "PasswordNotAllowed", "guessed first"),
        (ANN.email.upper(), "PasswordNotAllowed", "neither the user's name nor"),
        ("", "NotEmpty", "'NewPassword' must not be empty."),
    ],
)
def test_rules_hold_and_cost_no_guess_c94(site: Site, new: str, code: str, says: str) -> None:
    client = site.client()
    site.sign_in(client)
    for _ in range(11):
        assert says in refused(change(site, client, {**CHANGE, "newPassword": new}), 400, code)
    assert site.is_in(site.client(), headers=basic())
    assert 200 == change(site, client).status_code


def test_holder_of_a_token_sets_nobodys_password_without_knowing_it_c94(site: Site) -> None:
    """And where they know it, the token has ended like every other."""
    maxs = site.client()
    site.sign_in(maxs, MAX)
    path = f"/auth/token?userId={ANN.id}"
    token = (site.ask(maxs, "GET", path).json or {})["authToken"]
    headers = {"Authorization": f"Bearer {token}"}
    wrong = {**CHANGE, "currentPassword": "battery horse"}
    refused(change(site, site.plain(), wrong, headers=headers), 403, "WrongPassword")
    response = change(site, site.plain(), headers=headers)
    assert "sessionId" not in (response.json or {})
    assert not site.is_in(site.plain(), headers=headers)


def test_another_site_sets_no_password_c94_c41(site: Site) -> None:
    client = site.client()
    site.sign_in(client)
    response = change(site, client, headers={"Origin": "https://evil.test"})
    refused(response, 403, "ForeignOrigin")
    assert site.is_in(client)


def test_password_that_was_set_meanwhile_by_somebody_else_stays_c94(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was to be kept out by it comes too late with the old one."""
    client = site.client()
    site.sign_in(client)

    def slow_hash(password: str) -> str:
        administration.set_password(site.database, ANN.id, "set by an administrator", site.now)
        return hash_password(password)

    monkeypatch.setattr("evovoice.services.auth.own_password.hash_password", slow_hash)
    refused(change(site, client), 403, "WrongPassword")
    assert site.is_in(site.client(), headers=basic(password="set by an administrator"))


def test_neither_password_reaches_the_log_c94(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = site.client()
    site.sign_in(client)
    change(site, client, {**CHANGE, "currentPassword": "a wrong password"})
    response = change(site, client)
    assert f"password.set of {ANN.id}" in caplog.text
    hidden = [PASSWORD, NEW, "a wrong password", (response.json or {})["sessionId"]]
    assert [] == [secret for secret in hidden if secret in caplog.text]
