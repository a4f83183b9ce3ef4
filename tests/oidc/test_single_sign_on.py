"""Signing in by an identity provider, over HTTP and on both databases (C96)."""

import logging
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from evovoice.services import administration, sign_in_setup
from evovoice.services.auth import credentials
from evovoice.services.auth.credentials import verify_password
from evovoice.storage.unit_of_work import AuditFilter
from evovoice.web.single_sign_on import own_path
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.oidc.fake_issuer import SECRET, FakeIssuer, running
from tests.web.doubles import refused
from tests.web.site import ANN, COOKIES, DEVICE, EVE, MAX, PASSWORD, Site, cookie, fast_passwords

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

WAY = "__Host-evo-oidc"
BACK = "/auth/oidc/callback"
DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def issuer() -> Iterator[FakeIssuer]:
    with running(FakeIssuer()) as issuer:
        yield issuer


@pytest.fixture
def site(database_url: str, issuer: FakeIssuer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url, oidc=issuer.settings)
    issuer.clock = lambda: site.now
    site.furnish()
    yield site
    site.database.dispose()


class Journey:
    """A browser that goes to the provider and comes back."""

    def __init__(self, site: Site, issuer: FakeIssuer, client: FlaskClient | None = None) -> None:
        self.site, self.issuer, self.client = site, issuer, client or site.client()

    def away(self, path: str = "") -> str:
        """Where the browser is sent."""
        options = {"query_string": {"continue": path}} if path else {}
        response = self.site.ask(self.client, "GET", "/auth/oidc", **options)
        assert 303 == response.status_code, response.text
        return response.headers["Location"]

    def back(self, found: dict[str, str]) -> TestResponse:
        return self.site.ask(self.client, "GET", BACK, query_string=found)

    def whole(
        self, email: str | None = ANN.email, subject: str = "s-ann", path: str = "", **claims: Any
    ) -> TestResponse:
        told = {"email": email, "email_verified": True, **claims}
        return self.back(self.issuer.signed_in(self.away(path), subject, **told))


Go = Callable[..., Journey]


@pytest.fixture
def go(site: Site, issuer: FakeIssuer) -> Go:
    """Makes a browser of its own."""
    return lambda client=None: Journey(site, issuer, client)


def test_verified_address_signs_its_user_in_c96(site: Site, go: Go) -> None:
    """With the cookies of a sign-in by password, in any case of the letters."""
    journey = go()
    response = journey.whole(ANN.email.upper())
    assert (303, "/docs") == (response.status_code, response.headers["Location"])
    assert ANN.id == site.who(journey.client)
    assert "temp" == cookie(response, "ss-opt")[0]
    always = {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"}
    assert always == cookie(response, "ss-id")[1]
    assert {*COOKIES, DEVICE, WAY} == {
        line.partition("=")[0] for line in response.headers.getlist("Set-Cookie")
    }
    site.later(weeks=2)
    assert site.who(journey.client) is None


def test_login_lasts_where_the_provider_is_away_c96(site: Site, go: Go, issuer: FakeIssuer) -> None:
    """Nobody is asked again, and passwords let in as before."""
    journey = go()
    journey.whole()
    issuer.broken["/token"] = (500, b"", "")
    found = issuer.signed_in(go().away())
    assert ANN.id == site.who(journey.client)
    other = go()
    assert found["state"] != issuer.signed_in(other.away())["state"]
    site.sign_in(site.client(), MAX)


def test_provider_that_is_away_is_told_and_passwords_let_in_c96(
    site: Site, issuer: FakeIssuer
) -> None:
    issuer.broken[DISCOVERY] = (500, b"", "")
    response = site.ask(site.client(), "GET", "/auth/oidc")
    says = refused(response, 503, "IdentityProviderUnavailable")
    assert "sign in with a password" in says
    assert "30" == response.headers["Retry-After"]
    site.sign_in(site.client())


def test_subject_counts_after_the_first_time_c96(site: Site, go: Go) -> None:
    """Whatever address it has by then, verified or none."""
    go().whole()
    for claims in ({"email": "new@acme.test"}, {"email": None}, {"email_verified": False}):
        journey = go()
        assert 303 == journey.whole(**{"email": ANN.email, **claims}).status_code
        assert ANN.id == site.who(journey.client)


def test_address_that_another_person_has_got_lets_them_in_as_nobody_c96(site: Site, go: Go) -> None:
    """The provider gives addresses again, and subjects never."""
    go().whole()
    journey = go()
    refused(journey.whole(subject="s-new-ann"), 401, "IdentityUnknown")
    assert site.who(journey.client) is None
    sign_in_setup.forget_identities(site.database, ANN.email, site.now)
    assert 303 == go().whole(subject="s-new-ann").status_code


def test_subject_of_one_user_with_the_address_of_another_is_the_first_c96(
    site: Site, go: Go
) -> None:
    go().whole()
    journey = go()
    journey.whole(EVE.email)
    assert ANN.id == site.who(journey.client)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@acme.test"}, {"email_verified": False}, {"email_verified": None},
        {"email": None}, {"email": ""}, {"email": "a\0b"},
        {"email": "x" * 5000},
    ],
)  # fmt: skip
def test_who_is_no_user_is_told_so_and_nothing_is_made_c96(site: Site, go: Go, claims: Any) -> None:
    journey = go()
    response = journey.whole(**{"email": ANN.email, **claims})
    assert "ask a manager" in refused(response, 401, "IdentityUnknown")
    assert site.who(journey.client) is None
    with site.database.reading() as work:
        assert 4 == work.known_users.count(None)
        assert not work.external_identities.is_known_at(ANN, journey.issuer.address)


@pytest.mark.parametrize("email", ["stra\u00dfe@acme.test", "stras\u017fe@acme.test"])
def test_address_that_only_folds_to_a_users_is_another_persons_c96(
    site: Site, go: Go, email: str
) -> None:
    """Long s and sharp s are letters of other addresses."""
    user = administration.add_user(
        site.database, "a-1", "Jo", "strasse@acme.test", "battery staple", "User"
    )
    refused(go().whole(email, "s-1"), 401, "IdentityUnknown")
    journey = go()
    journey.whole("STRASSE@acme.test", "s-2")
    assert user.id == site.who(journey.client)


def test_disabled_user_is_not_let_in_c96_c86(site: Site, go: Go) -> None:
    """Neither the first time nor one whom the provider's name leads to."""
    go().whole()
    for user in (ANN, MAX):
        administration.disable_user(site.database, user.id, site.now)
    refused(go().whole(), 401, "IdentityUnknown")
    refused(go().whole(MAX.email, "s-max"), 401, "IdentityUnknown")
    administration.enable_user(site.database, ANN.id, site.now)
    assert 303 == go().whole().status_code


def test_whoever_is_not_let_in_is_told_to_the_trail_c96_c90(site: Site, go: Go) -> None:
    """A user by id, anybody else by a digest: neither address nor the provider's name for them."""
    go().whole()
    administration.disable_user(site.database, ANN.id, site.now)
    refused(go().whole(), 401, "IdentityUnknown")
    refused(go().whole("nobody@acme.test", "s-nobody"), 401, "IdentityUnknown")
    with site.database.reading() as work:
        found = work.audit.page(AuditFilter(action="sign_in.refused"), 0, 9)
    assert [(None, "identity unknown"), (ANN.account_id, "identity unknown")] == [
        (one.entry.account_id, one.entry.outcome) for one in found
    ]
    assert ANN.id == found[1].entry.subject
    assert found[0].entry.subject.startswith("unknown name ")
    assert "nobody" not in str(found)


# --- the way there and back ----------------------------------------------------------------------


def test_way_there_says_what_the_way_back_has_to_prove_c96(site: Site, go: Go) -> None:
    """New for each browser; the cookie is a short one, and says none of it."""
    first, second = (parse_qs(urlsplit(go().away()).query) for _ in range(2))
    assert ["https://voice.test/auth/oidc/callback"] == first["redirect_uri"]
    assert [] == [
        name for name in ("state", "nonce", "code_challenge") if first[name] == second[name]
    ]
    response = site.ask(site.client(), "GET", "/auth/oidc")
    value, attributes = cookie(response, WAY)
    wanted = {"Path=/", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age=600"}
    assert wanted == {part for part in attributes if not part.startswith("Expires=")}
    told = parse_qs(urlsplit(response.headers["Location"]).query)
    assert [] == [one for name in ("state", "nonce") for one in told[name] if one in value]
    assert SECRET not in response.headers["Location"]


def test_browser_that_was_not_sent_from_here_is_not_signed_in_c96(site: Site, go: Go) -> None:
    """Else a page could sign its visitors in as somebody else."""
    found = go().issuer.signed_in(go().away(), email=ANN.email, email_verified=True)
    stranger, other = go(), go()
    refused(stranger.back(found), 401, "SignInNotBegun")
    other.away()
    refused(other.back(found), 401, "SignInNotBegun")
    assert site.who(stranger.client) is site.who(other.client) is None


@pytest.mark.parametrize("change", [{"state": ""}, {"state": "x"}, {"state": "ä" * 64}])
def test_state_has_to_come_back_c96(go: Go, change: dict[str, str]) -> None:
    journey = go()
    found = journey.issuer.signed_in(journey.away(), email=ANN.email, email_verified=True)
    refused(journey.back({**found, **change}), 401, "SignInNotBegun")


def test_way_back_is_open_for_ten_minutes_and_once_c96(site: Site, go: Go) -> None:
    journey, late = go(), go()
    found = journey.issuer.signed_in(journey.away(), email=ANN.email, email_verified=True)
    other = late.issuer.signed_in(late.away(), email=ANN.email, email_verified=True)
    site.later(minutes=10)
    assert 303 == journey.back(found).status_code
    refused(journey.back(found), 401, "SignInNotBegun")
    site.later(seconds=1)
    refused(late.back(other), 401, "SignInNotBegun")


@pytest.mark.parametrize(
    "value", ["", "x", "a.b.c.d", "a.1.ff./docs", "a.9999999999.ff./docs", "..."]
)
def test_made_up_cookie_opens_no_way_back_c96(site: Site, value: str) -> None:
    headers = {"Cookie": f"{WAY}={value}"}
    response = site.ask(site.plain(), "GET", f"{BACK}?state=x&code=y", headers=headers)
    refused(response, 401, "SignInNotBegun")


def test_who_comes_back_without_a_code_was_not_signed_in_c96(go: Go) -> None:
    """They have refused, or the provider has; the way is used up then."""
    journey = go()
    state = journey.issuer.signed_in(journey.away())["state"]
    found = {"state": state, "error": "access_denied"}
    refused(journey.back(found), 401, "IdentityNotProven")
    refused(journey.back(found), 401, "SignInNotBegun")


@pytest.mark.parametrize("claims", [{"nonce": "x"}, {"aud": "x"}, {"exp": 1}, {"iss": "x"}])
def test_what_proves_nobody_signs_nobody_in_c96(
    site: Site, go: Go, issuer: FakeIssuer, claims: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says why, and the browser hears no more than that it is so."""
    issuer.claims = claims
    journey = go()
    says = refused(journey.whole(), 401, "IdentityNotProven")
    assert "The identity provider has not signed you in" == says
    assert "Single sign-on was refused: the ID token" in caplog.text
    assert site.who(journey.client) is None


def test_provider_is_asked_outside_of_any_transaction_c96(
    site: Site, go: Go, issuer: FakeIssuer
) -> None:
    """Others write while it takes its time, also on SQLite, which lets in one writer."""

    def forge(claims: dict[str, Any]) -> str:
        with site.database.writing() as work:
            work.directory.set_password(MAX.id, "written meanwhile")
        return issuer.signed(claims)

    issuer.forge = forge
    assert 303 == go().whole().status_code


def test_login_before_ends_c96_c33(site: Site, go: Go) -> None:
    client = site.client()
    before = cookie(site.sign_in(client, MAX), "ss-id")[0]
    go(client).whole()
    assert ANN.id == site.who(client)
    assert site.who(site.plain(), headers={"Authorization": f"Bearer {before}"}) is None


# --- where one goes from here --------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/docs", "/metadata?op=Authenticate", "/docs#hold"])
def test_browser_goes_on_to_the_path_it_wanted_c96(go: Go, path: str) -> None:
    assert path == go().whole(path=path).headers["Location"]


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.test/", "//evil.test/", "/\\evil.test", "\\\\evil.test", "/\t/evil.test",
        "/\n/evil.test", " //evil.test", "javascript:alert(1)", "evil.test", "/ä", "/a b",
        "/" + "x" * 1024, "/\\/evil.test", "/\0",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_host_c96(path: str) -> None:
    assert "/docs" == own_path(path)


def test_path_in_the_cookie_is_ours_to_say_c96(site: Site, go: Go) -> None:
    """Another in its place makes it a made-up one."""
    journey = go()
    found = journey.issuer.signed_in(journey.away("/docs"), email=ANN.email, email_verified=True)
    kept = journey.client.get_cookie(WAY, domain="voice.test")
    assert kept is not None
    headers = {"Cookie": f"{WAY}={kept.value.replace('/docs', '//evil.test')}"}
    response = site.ask(site.plain(), "GET", BACK, query_string=found, headers=headers)
    refused(response, 401, "SignInNotBegun")


# --- around it -----------------------------------------------------------------------------------


def test_user_without_a_password_comes_by_single_sign_on_alone_c96_c94(
    site: Site, go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clear error where a password would be needed; a key goes on."""
    monkeypatch.setattr(credentials, "verify_password", verify_password)
    sign_in_setup.remove_password(site.database, ANN.email, site.now)
    for password in ("", PASSWORD):
        body = {"provider": "credentials", "userName": ANN.email, "password": password}
        refused(site.ask(site.client(), "POST", "/auth", json=body), 401, "Unauthorized")
    journey = go()
    journey.whole()
    change = {"currentPassword": PASSWORD, "newPassword": "battery staple"}
    for path, body in (("/auth/password", change), ("/auth/second-factor", {"password": PASSWORD})):
        response = site.ask(journey.client, "POST", path, json=body)
        assert "You have no password" in refused(response, 409, "NoPassword")
    assert site.is_in(site.plain(), headers={"Authorization": f"Bearer {site.key}"})


def test_without_a_provider_the_way_is_an_unknown_one_c96_c40(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast_passwords(monkeypatch)
    site = Site(database_url)
    refused(site.ask(site.client(), "GET", "/auth/oidc"), 404, "NotFound")
    refused(site.ask(site.client(), "GET", BACK), 404, "NotFound")
    site.database.dispose()


def test_no_secret_reaches_the_log_c96(go: Go, caplog: pytest.LogCaptureFixture) -> None:
    """Codes and states stand in addresses, which are written without their query."""
    caplog.set_level(logging.INFO)
    journey = go()
    found = journey.issuer.signed_in(journey.away(), email=ANN.email, email_verified=True)
    response = journey.back(found)
    assert f"user.signed_in of {ANN.id}" in caplog.text
    hidden = [SECRET, *found.values(), cookie(response, "ss-id")[0], ANN.email, "s-ann"]
    assert [] == [one for one in hidden if one in caplog.text]
