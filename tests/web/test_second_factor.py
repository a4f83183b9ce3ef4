"""A second factor over HTTP: set up, asked for, reset (C95)."""

from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from evovoice.domain.values import User
from evovoice.services import administration
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.web.doubles import refused
from tests.web.site import ANN, EVE, MAX, PASSWORD, ROOT, Site, basic, cookie, fast_passwords

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

GOOD = {"userName": ANN.email, "password": PASSWORD}


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url)
    site.furnish()
    yield site
    site.database.dispose()


def post(site: Site, client: FlaskClient, path: str, **body: Any) -> TestResponse:
    return site.ask(client, "POST", path, json=body)


class Phone:
    """Makes the codes of a user who has set up a second factor."""

    def __init__(self, site: Site, client: FlaskClient) -> None:
        begun = post(site, client, "/auth/second-factor", password=PASSWORD)
        assert 200 == begun.status_code, begun.text
        self.site, self.shown = site, begun.json or {}
        self.totp = pyotp.TOTP(self.shown["secret"])

    def code(self) -> str:
        """One that was not used: half a minute passes before it."""
        self.site.later(seconds=30)
        return self.totp.at(self.site.now)


def set_up(site: Site, client: FlaskClient, user: User = ANN) -> Phone:
    site.sign_in(client, user)
    phone = Phone(site, client)
    phone_says = post(site, client, "/auth/second-factor/confirm", otp=phone.code())
    assert 200 == phone_says.status_code, phone_says.text
    return phone


def test_second_factor_is_set_up_in_two_steps_c95(site: Site) -> None:
    """What is shown is shown once; the state tells when and how many codes are left."""
    client = site.client()
    before = cookie(site.sign_in(client), "ss-id")[0]
    phone = Phone(site, client)
    assert {"secret", "uri"} == set(phone.shown)
    assert phone.shown["uri"].startswith("otpauth://totp/Evo%20Voice:ann%40acme.test?secret=")
    state = site.ask(client, "GET", "/auth/second-factor").json
    assert {"enabled": False, "recoveryCodesLeft": 0} == state
    confirmed = post(site, client, "/auth/second-factor/confirm", otp=phone.code())
    found = confirmed.json or {}
    assert (10, cookie(confirmed, "ss-id")[0]) == (len(found["recoveryCodes"]), found["sessionId"])
    state = site.ask(client, "GET", "/auth/second-factor").json or {}
    assert (True, 10) == (state["enabled"], state["recoveryCodesLeft"])
    assert state["dateEnabled"].startswith("2026-11-22T10:00:30")
    assert not site.is_in(site.plain(), headers={"Authorization": f"Bearer {before}"})


def test_sign_in_asks_for_a_code_after_the_right_password_c95_c32(site: Site) -> None:
    phone = set_up(site, site.client())
    client = site.client()
    response = post(site, client, "/auth/credentials", **GOOD)
    assert "send it as otp" in refused(response, 401, "TwoFactorRequired")
    assert "Set-Cookie" not in response.headers
    response = post(site, client, "/auth/credentials", **GOOD, otp="000000")
    assert "Invalid code" == refused(response, 401, "InvalidCode")
    wrong = {**GOOD, "password": "wrong", "otp": phone.code()}
    refused(post(site, client, "/auth/credentials", **wrong), 401, "Unauthorized")
    response = post(site, client, "/auth/credentials", **GOOD, otp=phone.code())
    assert (200, ANN.id) == (response.status_code, site.who(client))


@pytest.mark.parametrize("remember", [False, True])
def test_code_comes_in_meta_of_clients_that_have_no_field_for_it_c95(
    site: Site, remember: bool
) -> None:
    """ServiceStack's own Authenticate has a dictionary of texts."""
    phone = set_up(site, site.client())
    client = site.client()
    body = {**GOOD, "provider": "credentials", "rememberMe": remember}
    response = post(site, client, "/auth", **body, meta={"otp": phone.code(), "more": "x"})
    assert 200 == response.status_code
    assert ANN.id == site.who(client)


@pytest.mark.parametrize("meta", [{}, {"otp": 1}, {"otp": None}, [], "text", 5, {"otp": "a\0b"}])
def test_meta_of_another_shape_means_something_else_c95_c10(site: Site, meta: Any) -> None:
    assert 200 == post(site, site.client(), "/auth", **GOOD, meta=meta).status_code


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", "UserName={0}&Password=correct+horse&Otp={1}"),
        ("text/csv", "UserName,Password,Otp\n{0},correct horse,{1}"),
        ("application/jsv", "{{userName:{0},password:correct horse,meta:{{otp:{1}}}}}"),
        (
            "application/xml",
            "<A><UserName>{0}</UserName><Password>correct horse</Password><Otp>{1}</Otp></A>",
        ),
    ],
)
def test_code_comes_in_every_format_c95(site: Site, content_type: str, body: str) -> None:
    phone = set_up(site, site.client())
    data = body.format(ANN.email, phone.code()).encode()
    options = {"data": data, "content_type": content_type}
    response = site.ask(site.client(), "POST", "/auth/credentials", **options)
    assert 200 == response.status_code, response.text


def test_basic_is_refused_by_a_sentence_and_a_key_goes_on_c95_c31(site: Site) -> None:
    """Only who knows the password hears the sentence."""
    set_up(site, site.client())
    response = site.ask(site.plain(), "GET", "/sessions/active", headers=basic())
    assert "use an API key" in refused(response, 401, "TwoFactorRequired")
    wrong = basic(password="wrong")
    response = site.ask(site.plain(), "GET", "/sessions/active", headers=wrong)
    refused(response, 401, "Unauthorized")
    assert site.who(site.plain(), headers=basic()) is None
    assert site.is_in(site.plain(), headers={"Authorization": f"Bearer {site.key}"})


def test_it_is_disabled_with_password_and_code_c95(site: Site) -> None:
    """A wrong one is no 401: the client stays signed in."""
    client = site.client()
    phone = set_up(site, client)
    path = "/auth/second-factor/disable"
    refused(post(site, client, path, password="no", otp=phone.code()), 403, "WrongPassword")
    refused(post(site, client, path, password=PASSWORD, otp="000000"), 403, "InvalidCode")
    assert site.is_in(client)
    response = post(site, client, path, password=PASSWORD, otp=phone.code())
    assert cookie(response, "ss-id")[0] == (response.json or {})["sessionId"]
    site.sign_in(site.client())
    refused(post(site, client, path, password=PASSWORD, otp="000000"), 409, "NoSecondFactor")


def test_what_cannot_be_set_up_is_refused_c95(site: Site) -> None:
    client = site.client()
    phone = set_up(site, client)
    path = "/auth/second-factor"
    refused(post(site, client, path, password=PASSWORD), 409, "SecondFactorExists")
    refused(post(site, client, path, password="wrong"), 403, "WrongPassword")
    refused(post(site, client, f"{path}/confirm", otp=phone.code()), 409, "SecondFactorExists")
    assert "'Otp' must not be empty." == refused(
        post(site, client, f"{path}/confirm"), 400, "NotEmpty"
    )
    maxs = site.client()
    site.sign_in(maxs, MAX)
    refused(post(site, maxs, f"{path}/confirm", otp="000000"), 409, "NoSecondFactor")


def test_manager_resets_the_second_factor_of_who_has_lost_it_c95(site: Site) -> None:
    """Their logins end, for the device may be in other hands; again it changes nothing."""
    client, maxs = site.client(), site.client()
    set_up(site, client)
    site.sign_in(maxs, MAX)
    path = f"/admin/users/{ANN.id}/second-factor/reset"
    for _ in range(2):
        response = site.ask(maxs, "POST", path)
        assert (200, ANN.id) == (response.status_code, (response.json or {})["id"])
    assert not site.is_in(client)
    site.sign_in(site.client())


@pytest.mark.parametrize(
    ("actor", "user", "status", "code"),
    [
        (MAX, MAX, 403, "Forbidden"),
        (MAX, ROOT, 403, "Forbidden"),
        (MAX, EVE, 404, "NotFound"),
        (ANN, MAX, 403, "Forbidden"),
    ],
)
def test_nobody_resets_their_own_or_that_of_who_is_not_theirs_c95(
    site: Site, actor: User, user: User, status: int, code: str
) -> None:
    """A stolen login would do without the factor else."""
    client = site.client()
    set_up(site, client, user)
    other = site.client()
    key = administration.add_key(site.database, actor.id, site.now).key
    headers = {"Authorization": f"Bearer {key}"}
    path = f"/admin/users/{user.id}/second-factor/reset"
    refused(site.ask(other, "POST", path, headers=headers), status, code)
    assert (site.ask(client, "GET", "/auth/second-factor").json or {})["enabled"]
