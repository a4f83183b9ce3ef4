"""Signing in and out over HTTP, on both databases (contract 3.6)."""

import logging
from typing import Any

import pytest

from evovoice.services import administration
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.web.doubles import refused
from tests.web.site import (
    ANN,
    COOKIES,
    DEVICE,
    MAX,
    PASSWORD,
    Site,
    basic,
    cookie,
    fast_passwords,
)

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

GOOD = {"userName": ANN.email, "password": PASSWORD}


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    fast_passwords(monkeypatch)
    site = Site(database_url)
    site.furnish()
    yield site
    site.database.dispose()


def test_basic_works_on_every_request_and_sets_no_cookie_c31(site: Site) -> None:
    """Also where the password was not used for a while."""
    client = site.client()
    for _ in range(3):
        response = site.ask(client, "GET", "/sessions/active", headers=basic())
        assert 200 == response.status_code
        assert "Set-Cookie" not in response.headers
        site.later(minutes=2)
    assert not site.is_in(client)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/auth/credentials", {"provider": "credentials", **GOOD}),
        ("/auth/credentials", GOOD),
        ("/AUTH/Credentials/", {"UserName": ANN.email.upper(), "PASSWORD": PASSWORD}),
        ("/auth", {"provider": "credentials", **GOOD}),
        ("/auth", {"provider": "Credentials", **GOOD}),
        ("/auth", GOOD),
        ("/api/Authenticate", {"provider": "credentials", **GOOD}),
        ("/api/authenticate", {"provider": "credentials", **GOOD}),
        ("/json/reply/Authenticate", {"provider": "credentials", **GOOD}),
        ("/auth/credentials.json", GOOD),
    ],
)
def test_every_spelling_of_signing_in_c32(site: Site, path: str, body: dict[str, Any]) -> None:
    """The answer tells who has signed in; the cookies let the next request in."""
    client = site.client()
    response = site.ask(client, "POST", path, json=body)
    assert 200 == response.status_code
    secret, _ = cookie(response, "ss-id")
    assert {
        "userId": ANN.id, "sessionId": secret, "userName": ANN.email, "displayName": ANN.name,
        "roles": ["User"], "permissions": [],
    } == response.json  # fmt: skip
    assert ["userId", "sessionId", "userName", "displayName", "roles", "permissions"] == list(
        response.json or {}
    )
    assert site.is_in(client)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", f"UserName={ANN.email}&Password=correct+horse"),
        ("text/csv", f"UserName,Password\n{ANN.email},{PASSWORD}"),
        ("application/jsv", f"{{userName:{ANN.email},password:{PASSWORD}}}"),
        (
            "application/xml",
            f"<A><UserName>{ANN.email}</UserName><Password>{PASSWORD}</Password></A>",
        ),
    ],
)
def test_signing_in_in_every_format_c32(site: Site, content_type: str, body: str) -> None:
    """Cookies do not depend on how the request is written."""
    client = site.client()
    options = {"data": body.encode(), "content_type": content_type}
    response = site.ask(client, "POST", "/auth/credentials", **options)
    assert 200 == response.status_code
    assert site.is_in(client)


def test_batch_of_sign_ins_stops_at_the_wrong_one_c32(site: Site) -> None:
    """As every batch does (C5); the cookies are those of the last that was right."""
    client, wrong = site.client(), {**GOOD, "password": "wrong"}
    response = site.ask(client, "POST", "/api/Authenticate[]", json=[GOOD, wrong, GOOD])
    assert "Invalid Username or Password" == refused(response, 401, "Unauthorized")
    assert ANN.id == site.who(client)


@pytest.mark.parametrize("verb", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["/auth/credentials", "/auth", "/api/Authenticate"])
def test_password_in_an_address_is_405_c32(site: Site, verb: str, path: str) -> None:
    """Addresses are kept in logs and histories."""
    client = site.client()
    response = site.ask(client, verb, path, query_string={"provider": "credentials", **GOOD})
    assert 405 == response.status_code
    assert "POST" == response.headers["Allow"]
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("remember", "counts"), [(True, "ss-pid"), (False, "ss-id"), (None, "ss-id")]
)
def test_cookies_of_a_login_c32_c33(site: Site, remember: bool | None, counts: str) -> None:
    """`ss-opt` says which of both is the login; only `ss-id` goes when the browser is closed."""
    response = site.sign_in(site.client(), remember=remember)
    always = {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"}
    values = {}
    for name in COOKIES:
        values[name], attributes = cookie(response, name)
        lasting = {part for part in attributes if part.startswith(("Max-Age=", "Expires="))}
        assert always == attributes - lasting
        assert ("Max-Age=2419200" in lasting) is (name != "ss-id")
    assert ("perm" if remember else "temp") == values["ss-opt"]
    assert values[counts] == (response.json or {})["sessionId"]
    assert 4 == len(response.headers.getlist("Set-Cookie"))


def test_cookie_of_a_device_c33(site: Site) -> None:
    """For half a year, to this host alone; it lets nobody in, and stays when one signs out."""
    client = site.client()
    value, attributes = cookie(site.sign_in(client), DEVICE)
    wanted = {"Path=/", "HttpOnly", "SameSite=Strict", "Secure", "Max-Age=15552000"}
    assert wanted == {part for part in attributes if not part.startswith("Expires=")}
    assert ANN.email not in value
    site.ask(client, "POST", "/auth/logout")
    assert not site.is_in(client)
    kept = client.get_cookie(DEVICE, domain="voice.test")
    assert kept is not None
    assert value == kept.value
    again, _ = cookie(site.sign_in(client, MAX), DEVICE)
    assert 2 == len(again.split("~"))


def test_device_that_signed_in_before_has_its_own_guesses_c37(site: Site) -> None:
    """Wrong passwords of its neighbours keep a stranger out, and not its owner."""
    client, wrong = site.client(), {**GOOD, "password": "wrong"}
    site.sign_in(client)
    site.ask(client, "POST", "/auth/logout")
    for _ in range(12):
        site.ask(site.client(), "POST", "/auth", json=wrong)
    refused(site.ask(site.client(), "POST", "/auth", json=GOOD), 429, "TooManyLogins")
    assert 200 == site.ask(client, "POST", "/auth", json=GOOD).status_code


def test_signing_in_again_ends_the_login_before_c33(site: Site) -> None:
    """That of the cookies which are replaced, also where somebody else signs in; no other."""
    client, elsewhere = site.client(), site.client()
    site.sign_in(elsewhere)
    first = cookie(site.sign_in(client, remember=True), "ss-pid")[0]
    second = cookie(site.sign_in(client), "ss-id")[0]
    third = cookie(site.sign_in(client, MAX), "ss-id")[0]
    plain = site.plain()
    assert [None, None, MAX.id] == [
        site.who(plain, headers={"Authorization": f"Bearer {one}"})
        for one in (first, second, third)
    ]
    headers = {"X-ss-id": third}
    site.ask(plain, "POST", "/auth/credentials", json=GOOD, headers=headers)
    assert site.who(plain, headers=headers) is None, "a client that keeps its login in a header"
    assert ANN.id == site.who(elsewhere)


def test_sign_in_that_fails_ends_no_login_c37(site: Site) -> None:
    client = site.client()
    site.sign_in(client)
    site.ask(client, "POST", "/auth", json={**GOOD, "password": "wrong"})
    assert ANN.id == site.who(client)


def test_cookies_are_secure_only_where_the_service_is_c33(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On http they would else never come back."""
    fast_passwords(monkeypatch)
    site = Site(database_url, "http://voice.test:8000")
    site.furnish()
    client = site.client()
    _, attributes = cookie(site.sign_in(client), "ss-id")
    assert {"Path=/", "HttpOnly", "SameSite=Lax"} == attributes
    assert site.is_in(client)
    value, attributes = cookie(site.sign_in(client), "evo-device")
    assert "Secure" not in attributes
    assert 1 == len(value.split("~")), "it came back, and is the same device"
    site.database.dispose()


@pytest.mark.parametrize(("remember", "weeks"), [(True, 4), (False, 2)])
def test_lifetimes_c33(site: Site, remember: bool, weeks: int) -> None:
    """Whatever the browser keeps."""
    client = site.client()
    response = site.sign_in(client, remember=remember)
    headers = {f"X-{name}": cookie(response, name)[0] for name in COOKIES}
    other = site.client()
    site.later(weeks=weeks, seconds=-1)
    assert site.is_in(other, headers=headers)
    site.later(seconds=1)
    assert not site.is_in(other, headers=headers)


def test_option_says_which_of_both_is_the_login_c33(site: Site) -> None:
    """The other one is no login, and does not become one."""
    response = site.sign_in(site.client(), remember=True)
    session, lasting = cookie(response, "ss-id")[0], cookie(response, "ss-pid")[0]
    client = site.plain()
    both = f"ss-id={session}; ss-pid={lasting}"
    assert site.is_in(client, headers={"Cookie": f"{both}; ss-opt=perm"})
    assert site.is_in(client, headers={"Cookie": f"{both}; ss-opt=a,perm"})
    for option in ("; ss-opt=temp", "; ss-opt=", ""):
        assert not site.is_in(client, headers={"Cookie": both + option})


@pytest.mark.parametrize("remember", [True, False])
def test_values_a_client_made_up_are_never_adopted_c33(site: Site, remember: bool) -> None:
    """Whoever planted them would be signed in too; and every sign-in has values of its own."""
    planted = "ls-" + "x" * 43
    client = site.client()
    for name in ("ss-id", "ss-pid"):
        client.set_cookie(name, planted, domain="voice.test")
    responses = [site.sign_in(client, remember=remember) for _ in range(3)]
    values = {cookie(r, name)[0] for r in responses for name in ("ss-id", "ss-pid")}
    assert 6 == len(values)
    assert planted not in values
    for option in ("perm", "temp"):
        headers = {"Cookie": f"ss-id={planted}; ss-pid={planted}; ss-opt={option}"}
        assert not site.is_in(site.plain(), headers=headers)


def test_headers_do_the_same_as_cookies_c34(site: Site) -> None:
    """Each for itself."""
    lasting = cookie(site.sign_in(site.client(), remember=True), "ss-pid")[0]
    session = cookie(site.sign_in(site.client(), MAX), "ss-id")[0]
    stranger = site.client()
    headers = {"X-ss-opt": "perm", "X-ss-pid": lasting}
    assert ANN.id == site.who(stranger, headers=headers)
    assert MAX.id == site.who(stranger, headers={"X-ss-id": session})
    assert MAX.id == site.who(stranger, headers={"X-ss-id": session, "X-ss-opt": "temp"})
    assert MAX.id == site.who(stranger, headers={"X-ss-id": session, "X-ss-pid": lasting})
    assert site.who(stranger, headers={"X-ss-pid": lasting}) is None


def test_headers_win_over_cookies_c34(site: Site) -> None:
    """A wrong one too, and one without a value."""
    client = site.client()
    site.sign_in(client)
    session = cookie(site.sign_in(site.client(), MAX), "ss-id")[0]
    assert ANN.id == site.who(client)
    assert MAX.id == site.who(client, headers={"X-ss-id": session})
    for wrong in ("wrong", "", "ls-" + "x" * 43):
        assert site.who(client, headers={"X-ss-id": wrong}) is None
    assert site.who(client, headers={"X-ss-opt": "perm"}) is None, "ss-pid is no login here"


@pytest.mark.parametrize("names", [("X-ss-id",), ("ss-id",), ("ss-pid", "ss-opt"), ("x-SS-ID",)])
def test_the_same_names_in_a_query_are_ignored_c34(site: Site, names: tuple[str, ...]) -> None:
    secret = cookie(site.sign_in(site.client()), "ss-id")[0]
    query = dict.fromkeys(names, secret) | ({"ss-opt": "perm"} if "ss-opt" in names else {})
    assert not site.is_in(site.client(), query_string=query)


@pytest.mark.parametrize(
    "header",
    [
        "", "Bearer wrong", "Basic wrong", "Basic YW5uQGFjbWUudGVzdDp3cm9uZw==", "Digest x",
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1LWFubiJ9.", "Bearer ls-" + "x" * 43,
    ],
)  # fmt: skip
def test_an_authorization_header_alone_decides_c35(site: Site, header: str) -> None:
    """A wrong one is 401 even with good cookies, and with good X-ss headers."""
    client = site.client()
    secret = cookie(site.sign_in(client), "ss-id")[0]
    headers = {"Authorization": header, "X-ss-id": secret}
    response = site.ask(client, "GET", "/sessions/active", headers=headers)
    assert "Not authenticated" == refused(response, 401, "Unauthorized")
    assert site.who(client, headers=headers) is None
    assert ANN.id == site.who(client)


def test_a_good_authorization_header_decides_too_c35(site: Site) -> None:
    """Whoever the cookies belong to; no answer tries to refresh a token."""
    client = site.client()
    site.sign_in(client, MAX)
    for headers in ({"Authorization": f"Bearer {site.key}"}, basic()):
        assert ANN.id == site.who(client, headers=headers)
    response = site.sign_in(client)
    assert not {"refreshToken", "bearerToken"} & set(response.json or {})
    names = {line.partition("=")[0] for line in response.headers.getlist("Set-Cookie")}
    assert {*COOKIES, DEVICE} == names


def test_keys_end_when_they_are_revoked_c35(site: Site) -> None:
    """At once."""
    headers = {"Authorization": f"Bearer {site.key}"}
    assert site.is_in(site.client(), headers=headers)
    (key,) = administration.keys_of(site.database, ANN.email)
    administration.revoke_key(site.database, key.id, site.now)
    assert not site.is_in(site.client(), headers=headers)


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", "/api/AddConferenceMember"), ("POST", "/json/reply/AddConferenceMember"),
        ("GET", "/api/GetSession"), ("POST", "/sessions/s-1/conference/members"),
        ("GET", "/auth"), ("POST", "/auth"),
    ],
)  # fmt: skip
def test_session_id_is_never_a_credential_c36(site: Site, verb: str, path: str) -> None:
    """Neither in the body nor in the query."""
    secret = cookie(site.sign_in(site.client()), "ss-id")[0]
    body = {"json": {"sessionId": secret}} if verb == "POST" else {}
    response = site.ask(site.client(), verb, path, query_string={"sessionId": secret}, **body)
    refused(response, 401, "Unauthorized")


@pytest.mark.parametrize(
    "given",
    [
        {"password": "wrong"}, {"userName": "nobody@acme.test"}, {"userName": ""},
        {"password": ""}, {"userName": None, "password": None}, {"userName": "%"},
    ],
)  # fmt: skip
def test_wrong_name_or_password_c37(site: Site, given: dict[str, Any]) -> None:
    """One text for all, the header of a 401, and no cookies."""
    client = site.client()
    response = site.ask(client, "POST", "/auth/credentials", json={**GOOD, **given})
    assert "Invalid Username or Password" == refused(response, 401, "Unauthorized")
    wanted = ['credentials realm="/auth/credentials"']
    assert wanted == response.headers.getlist("WWW-Authenticate")
    assert "Set-Cookie" not in response.headers


def test_too_many_failed_sign_ins_c37_c30(site: Site) -> None:
    """The right password is refused as well, with the time to wait; Basic is no way around."""
    wrong = {**GOOD, "password": "wrong"}
    client = site.client()
    for _ in range(5):
        refused(site.ask(client, "POST", "/auth", json=wrong), 401, "Unauthorized")
        assert site.who(client, headers=basic(password="wrong")) is None
    for response in (
        site.ask(client, "POST", "/auth/credentials", json=GOOD),
        site.ask(client, "GET", "/sessions/active", headers=basic()),
    ):
        said = refused(response, 429, "TooManyLogins")
        assert "Too many failed sign-ins, try again in 180 seconds" == said
        assert "180" == response.headers["Retry-After"]
    site.later(seconds=180)
    assert ANN.id == (site.sign_in(client).json or {})["userId"]


def test_addresses_are_those_behind_our_proxy_c37(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a client itself writes into the header counts for nothing."""
    fast_passwords(monkeypatch)
    site = Site(database_url, proxies=1)
    site.furnish()
    client = site.client()

    def guess(number: int, forwarded: str) -> int:
        body = {"userName": f"{number}@acme.test", "password": "wrong"}
        headers = {"X-Forwarded-For": forwarded}
        return site.ask(client, "POST", "/auth", json=body, headers=headers).status_code

    assert {401} == {guess(n, f"198.51.100.{n}, 192.0.2.1") for n in range(100)}
    assert 429 == guess(100, "198.51.100.100, 192.0.2.1")
    assert 401 == guess(101, "192.0.2.1, 192.0.2.2")
    site.database.dispose()


def test_a_new_password_ends_the_login(site: Site) -> None:
    """Of every browser."""
    client = site.client()
    site.sign_in(client)
    administration.set_password(site.database, ANN.email, "the new one is", site.now)
    assert not site.is_in(client)


def test_secrets_never_reach_the_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Passwords, cookies, keys and headers, whatever comes of the requests."""
    caplog.set_level(logging.DEBUG)
    client, wrong = site.client(), "a-wrong-password"
    response = site.sign_in(client, remember=True)
    secrets = [cookie(response, name)[0] for name in ("ss-id", "ss-pid", DEVICE)]
    site.is_in(client, headers={"Authorization": f"Bearer {site.key}"})
    site.is_in(client, headers=basic(password=wrong))
    for verb in ("GET", "POST"):
        query = {"userName": ANN.email, "password": wrong, "ss-id": secrets[0]}
        site.ask(client, verb, "/auth/credentials", query_string=query)
    site.ask(client, "POST", "/auth", data=b'{"password":"' + wrong.encode(), headers=basic())
    hidden = [PASSWORD, wrong, site.key, *secrets, basic()["Authorization"]]
    assert 6 <= len(caplog.records)
    assert [] == [secret for secret in hidden if secret in caplog.text]
