"""Who one is, signing out, other sites, and what a device starts with (C38-C41, 2.3)."""

from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from sqlalchemy import text

from evovoice.services import administration
from evovoice.services.worker import Worker
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.web.doubles import refused
from tests.web.site import (
    ANN,
    COOKIES,
    EVE,
    MAX,
    PASSWORD,
    ROOT,
    TOKENS,
    Site,
    basic,
    cookie,
    fast_passwords,
)

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

OWN, FOREIGN = "https://voice.test", "https://evil.test"
CREDENTIALS = {"userName": ANN.email, "password": PASSWORD}


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url)
    site.furnish()
    yield site
    site.database.dispose()


# --- who is it? ----------------------------------------------------------------------------------


def test_status_of_somebody_who_has_signed_in_c38(site: Site) -> None:
    """In the order of the contract; what has no value is left out."""
    client = site.client()
    site.sign_in(client)
    found = site.ask(client, "GET", "/auth/status").json
    wanted = {
        "id": ANN.id, "isAuthenticated": True, "firstName": "Ann", "lastName": "van Lee",
        "name": "Ann van Lee", "emailAddress": ANN.email, "roles": ["User"],
        "accountIds": ["a-1"], "accountNames": ["Acme"], "dashboardPermissions": [],
    }  # fmt: skip
    assert wanted == found
    assert list(wanted) == list(found or {})


def test_status_of_a_stranger_c38(site: Site) -> None:
    """200, not 401; also with a login that is over."""
    nobody = {
        "isAuthenticated": False, "roles": [], "accountIds": [], "accountNames": [],
        "dashboardPermissions": [],
    }  # fmt: skip
    client = site.client()
    for _ in range(2):
        response = site.ask(client, "GET", "/auth/status")
        assert (200, nobody) == (response.status_code, response.json)
        site.sign_in(client)
        site.later(weeks=2)


def test_accounts_of_an_administrator_c38(site: Site) -> None:
    """All of them, ids and names in the same order."""
    found = site.ask(site.client(), "GET", "/auth/status", headers=basic(ROOT)).json or {}
    assert (["a-1", "a-2"], ["Acme", "Zeta"]) == (found["accountIds"], found["accountNames"])
    assert ["SystemAdministrator"] == found["roles"]


@pytest.mark.parametrize("path", ["/auth", "/api/Authenticate", "/auth/credentials", "/auth/basic"])
def test_authenticate_without_a_password_tells_who_is_there_c40(site: Site, path: str) -> None:
    """With whatever they have signed in; strangers are 401. The secret is not told again."""
    client = site.client()
    refused(site.ask(client, "GET", path), 401, "Unauthorized")
    site.sign_in(client)
    here = {
        "userId": ANN.id, "userName": ANN.email, "displayName": ANN.name, "roles": ["User"],
        "permissions": [],
    }  # fmt: skip
    for options in ({}, {"headers": basic()}):
        response = site.ask(client, "GET", path, **options)
        assert (200, here) == (response.status_code, response.json)
        assert "Set-Cookie" not in response.headers


def test_authenticate_by_post_without_provider_c40(site: Site) -> None:
    """The same."""
    client = site.client()
    refused(site.ask(client, "POST", "/auth", json={}), 401, "Unauthorized")
    response = site.ask(client, "POST", "/auth", headers=basic())
    assert ANN.id == (response.json or {})["userId"]


@pytest.mark.parametrize("verb", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    ("path", "provider"),
    [("/auth/github", None), ("/auth", "github"), ("/api/Authenticate", "jwt")],
)
def test_unknown_provider_is_404_c40(
    site: Site, verb: str, path: str, provider: str | None
) -> None:
    """Signed in or not."""
    client = site.client()
    query = {"provider": provider} if provider else {}
    for _ in range(2):
        refused(site.ask(client, verb, path, query_string=query), 404, "NotFound")
        site.sign_in(client)
    assert site.is_in(client)


# --- signing out ---------------------------------------------------------------------------------

OUT = pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("GET", "/auth/logout", None), ("POST", "/auth/logout", None),
        ("POST", "/auth", {"provider": "logout"}),
        ("POST", "/api/Authenticate", {"provider": "logout"}),
        ("GET", "/api/Authenticate?provider=logout", None), ("DELETE", "/auth", None),
        ("DELETE", "/api/Authenticate", None), ("DELETE", "/auth/credentials", None),
    ],
)  # fmt: skip


@OUT
@pytest.mark.parametrize("remember", [True, False])
def test_signing_out_voids_the_login_at_once_c39(
    site: Site, verb: str, path: str, body: dict[str, str] | None, remember: bool
) -> None:
    """The three cookies are taken back, and a copy of them is worth nothing."""
    client = site.client()
    signed_in = site.sign_in(client, remember=remember)
    copies = {f"X-{name}": cookie(signed_in, name)[0] for name in COOKIES}
    response = site.ask(client, verb, path, json=body)
    assert (200, "{}") == (response.status_code, response.text)
    for name in COOKIES:
        value, attributes = cookie(response, name)
        assert value == ""
        assert {"Max-Age=0", "Path=/", "HttpOnly", "SameSite=Lax", "Secure"} <= attributes
        assert client.get_cookie(name, domain="voice.test") is None
    assert not site.is_in(site.client(), headers=copies)


@OUT
def test_signing_out_works_for_strangers_c39(
    site: Site, verb: str, path: str, body: dict[str, str] | None
) -> None:
    """And with credentials that are wrong."""
    for headers in ({}, {"X-ss-id": "wrong"}, {"Authorization": "Bearer wrong"}):
        response = site.ask(site.client(), verb, path, json=body, headers=headers)
        assert (200, "{}") == (response.status_code, response.text)


@pytest.mark.parametrize("header", ["X-ss-id", "Authorization"])
def test_signing_out_by_header_c39(site: Site, header: str) -> None:
    """A login without cookies ends as well."""
    secret = cookie(site.sign_in(site.client()), "ss-id")[0]
    headers = {header: secret if header == "X-ss-id" else f"Bearer {secret}"}
    client = site.client()
    assert site.is_in(client, headers=headers)
    site.ask(client, "POST", "/auth/logout", headers=headers)
    assert not site.is_in(client, headers=headers)


def test_signing_out_ends_no_other_login_c39(site: Site) -> None:
    """Nor an API key."""
    first, second = site.client(), site.client()
    site.sign_in(first)
    site.sign_in(second)
    site.ask(first, "POST", "/auth/logout", headers={"Authorization": f"Bearer {site.key}"})
    assert not site.is_in(first)
    assert site.is_in(second)
    assert site.is_in(first, headers={"Authorization": f"Bearer {site.key}"})


def test_logins_that_are_over_are_cleaned_up(site: Site) -> None:
    """By a round of the worker; guesses that were used up are forgotten with them."""
    site.sign_in(site.client())
    kept = site.client()
    site.sign_in(kept, remember=True)
    site.who(kept, headers=basic(password="wrong"))
    site.later(weeks=3)
    Worker(site.context).tick()
    with site.database.reading() as unit:
        for table, left in (("logins", 1), ("login_attempts", 0)):
            count = text(f"SELECT count(*) FROM {table}")  # noqa: S608 (one of two words)
            assert left == unit.logins._connection.execute(count).scalar_one()
    assert site.is_in(kept)


# --- other sites ---------------------------------------------------------------------------------

WRITES = pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", "/sessions/s-1/conference/members"), ("DELETE", "/sessions/s-1"),
        ("POST", "/api/AddConferenceMember"), ("POST", "/api/AddConferenceMember[]"),
    ],
)  # fmt: skip


@WRITES
@pytest.mark.parametrize("origin", [FOREIGN, "null", "http://voice.test", OWN + ".evil.test", ""])
def test_a_write_by_cookie_from_another_site_is_refused_c41(
    site: Site, verb: str, path: str, origin: str
) -> None:
    """Another scheme is another site."""
    client = site.client()
    site.sign_in(client)
    body = [{"destination": "x"}] if path.endswith("[]") else {"destination": "x"}
    response = site.ask(client, verb, path, json=body, headers={"Origin": origin})
    assert f"Requests from {origin} are not accepted" == refused(response, 403, "ForeignOrigin")
    assert "Access-Control" not in str(response.headers)


@WRITES
def test_the_same_write_is_accepted_where_nobody_else_can_have_sent_it_c41(
    site: Site, verb: str, path: str
) -> None:
    """From our own pages, from programs, and with credentials that no browser adds by itself."""
    client = site.client()
    secret = cookie(site.sign_in(client), "ss-id")[0]
    for headers in (
        {"Origin": OWN}, {"Origin": OWN.upper()}, {}, basic() | {"Origin": FOREIGN},
        {"X-ss-id": secret, "Origin": FOREIGN},
        {"Authorization": f"Bearer {site.key}", "Origin": FOREIGN},
    ):  # fmt: skip
        body: Any = {"sessionId": "s-1", "destination": "+12025550100"}
        body = [body] if path.endswith("[]") else body
        response = site.ask(client, verb, path, json=body, headers=headers)
        refused(response, 404, "NotFound")


def test_reading_from_another_site_is_the_browsers_business_c41(site: Site) -> None:
    """It shows the answer to nobody: there are no CORS headers."""
    client = site.client()
    site.sign_in(client)
    response = site.ask(client, "GET", "/sessions/active", headers={"Origin": FOREIGN})
    assert 200 == response.status_code
    assert "Access-Control-Allow-Origin" not in response.headers


def test_no_other_site_signs_its_visitors_in_or_out_c41(site: Site) -> None:
    """Neither with a name of its own, nor their login away."""
    client = site.client()
    headers = {"Origin": FOREIGN}
    response = site.ask(client, "POST", "/auth/credentials", json=CREDENTIALS, headers=headers)
    refused(response, 403, "ForeignOrigin")
    site.sign_in(client)
    for verb in ("GET", "POST"):
        response = site.ask(client, verb, "/auth/logout", headers=headers)
        refused(response, 403, "ForeignOrigin")
    assert site.is_in(client)


LINKS = pytest.mark.parametrize(
    "path", ["/auth/logout", "/auth?provider=logout", "/api/Authenticate?provider=logout"]
)


@LINKS
@pytest.mark.parametrize("remember", [True, False])
@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, "another site"),
        ({"Sec-Fetch-Site": "same-site"}, "another site"),
        ({"Sec-Fetch-Site": "cross-site", "Referer": FOREIGN + "/a?b"}, FOREIGN),
        ({"Referer": FOREIGN + "/"}, FOREIGN),
        ({"Referer": OWN + ".evil.test/"}, OWN + ".evil.test"),
        ({"Referer": "http://["}, "http://["),
    ],
)
def test_link_on_another_site_signs_nobody_out_c39_c41(
    site: Site, path: str, remember: bool, headers: dict[str, str], named: str
) -> None:
    """The browser sends the cookies along when a link is followed, and tells where it stood."""
    client = site.client()
    site.sign_in(client, remember=remember)
    response = site.ask(client, "GET", path, headers=headers)
    assert f"Requests from {named} are not accepted" == refused(response, 403, "ForeignOrigin")
    assert "Set-Cookie" not in response.headers
    assert site.is_in(client)


@LINKS
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {},
        {"Referer": OWN + "/docs"}, {"Sec-Fetch-Site": "same-site", "Referer": OWN.upper() + "/"},
        {"Referer": "nothing"},
    ],
)  # fmt: skip
def test_link_of_ours_and_a_typed_address_sign_out_c39(
    site: Site, path: str, headers: dict[str, str]
) -> None:
    client = site.client()
    site.sign_in(client)
    assert 200 == site.ask(client, "GET", path, headers=headers).status_code
    assert not site.is_in(client)


@pytest.mark.parametrize("header", ["X-ss-id", "Authorization"])
def test_program_signs_out_whatever_page_it_runs_in_c39(site: Site, header: str) -> None:
    """No browser adds these headers by itself."""
    secret = cookie(site.sign_in(site.client()), "ss-id")[0]
    headers = {header: secret if header == "X-ss-id" else f"Bearer {secret}"}
    other = {"Origin": FOREIGN, "Sec-Fetch-Site": "cross-site"}
    client = site.client()
    assert 200 == site.ask(client, "GET", "/auth/logout", headers=headers | other).status_code
    assert not site.is_in(client, headers=headers)


def test_password_that_a_browser_adds_itself_is_no_leave_to_sign_out_c41(site: Site) -> None:
    client = site.client()
    site.sign_in(client)
    headers = basic() | {"Sec-Fetch-Site": "cross-site"}
    refused(site.ask(client, "GET", "/auth/logout", headers=headers), 403, "ForeignOrigin")
    assert site.is_in(client)


def test_the_name_that_a_request_uses_is_our_own_c41(site: Site) -> None:
    """A service may have names that PUBLIC_BASE_URL does not tell."""
    site.base = "https://10.0.0.7:8443"
    client = site.client()
    site.sign_in(client)
    for origin, status in ((site.base, 404), (OWN, 404), ("https://10.0.0.7", 403)):
        response = site.ask(client, "DELETE", "/sessions/s-1", headers={"Origin": origin})
        assert status == response.status_code


# --- roles and devices ---------------------------------------------------------------------------


def test_wrong_role_c29(site: Site) -> None:
    """The reason phrase tells it."""
    response = site.ask(site.client(), "GET", "/auth/token", headers=basic())
    assert "403 Invalid Role" == response.status
    assert "Invalid Role" == refused(response, 403, "Forbidden")


def test_a_token_acts_as_its_user(site: Site) -> None:
    """As Bearer, until its user signs out with it."""
    client = site.client()
    query = {"userEmailAddress": ANN.email}
    response = site.ask(client, "GET", "/auth/token", headers=basic(MAX), query_string=query)
    assert ["authToken"] == list(response.json or {})
    token = {"Authorization": f"Bearer {(response.json or {})['authToken']}"}
    assert ANN.id == site.who(client, headers=token)
    site.ask(client, "POST", "/auth/logout", headers=token)
    assert site.who(client, headers=token) is None


def test_a_token_makes_no_tokens(site: Site) -> None:
    """With 403, and a sentence that says what makes one: a password, a login or an API key."""
    query, client = {"userEmailAddress": MAX.email}, site.client()
    site.sign_in(client, ROOT)
    key = administration.add_key(site.database, ROOT.id, site.now).key
    for options in (
        {"headers": basic(ROOT)}, {}, {"headers": {"Authorization": f"Bearer {key}"}},
    ):  # fmt: skip
        made = site.ask(client, "GET", "/auth/token", query_string=query, **options)
        token = (made.json or {})["authToken"]
        for headers in ({"Authorization": f"Bearer {token}"}, {"X-ss-id": token}):
            assert MAX.id == site.who(site.client(), headers=headers)
            response = site.ask(
                site.client(), "GET", "/auth/token", query_string=query, headers=headers
            )
            said = refused(response, 403, "Forbidden")
            assert "A token makes no tokens: use a password, a login or an API key" == said


def test_a_token_ends_when_its_maker_signs_out_c39(site: Site) -> None:
    client, query = site.client(), {"userId": ANN.id}
    site.sign_in(client, MAX)
    made = site.ask(client, "GET", "/auth/token", query_string=query)
    token = {"Authorization": f"Bearer {(made.json or {})['authToken']}"}
    assert ANN.id == site.who(site.client(), headers=token)
    site.ask(client, "POST", "/auth/logout")
    assert site.who(site.client(), headers=token) is None


def test_link_on_another_site_makes_no_token_c41(site: Site) -> None:
    """A GET that makes something is as good as a write."""
    client, query = site.client(), {"userId": ANN.id}
    site.sign_in(client, MAX)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": FOREIGN}):
        response = site.ask(client, "GET", "/auth/token", query_string=query, headers=headers)
        refused(response, 403, "ForeignOrigin")


@pytest.mark.parametrize(
    ("query", "status", "code", "message"),
    [
        ({}, 400, "NotEmpty", "'UserEmailAddress' must not be empty."),
        ({"userId": EVE.id}, 404, "NotFound", "User 'u-eve' was not found"),
        ({"userId": "none"}, 404, "NotFound", "User 'none' was not found"),
        ({"userId": ROOT.id}, 403, "Forbidden", "This user has a greater role than yours"),
    ],
)
def test_a_token_is_not_made_for_everybody(
    site: Site, query: dict[str, str], status: int, code: str, message: str
) -> None:
    response = site.ask(site.client(), "GET", "/auth/token", headers=basic(MAX), query_string=query)
    assert message == refused(response, status, code)


def test_what_a_device_starts_with(site: Site) -> None:
    """With the carrier's access token for the user's own identity."""
    push = "CR" + "4" * 32
    query = {"deviceType": "ios", "pushCredentialSid": push, "applicationSid": "AP9", "sandbox": 1}
    response = site.ask(site.client(), "GET", "/app/config", headers=basic(), query_string=query)
    found = dict(response.json or {})
    token, info = found.pop("accessToken"), found.pop("userInfo")
    assert {
        "endpointId": ANN.id, "accountId": "a-1", "identity": "ann_1",
        "emailAddress": ANN.email, "agentState": "Ready", "agentStateReason": "Unknown",
    } == found  # fmt: skip
    assert (ANN.id, True) == (info["id"], info["isAuthenticated"])
    timeless = {"verify_exp": False, "verify_nbf": False}
    claims = jwt.decode(token, TOKENS["api_key_secret"], ["HS256"], options=timeless)
    assert "ann_1" == claims["grants"]["identity"]
    assert {
        "incoming": {"allow": True}, "outgoing": {"application_sid": TOKENS["twiml_app_sid"]},
        "push_credential_sid": push,
    } == claims["grants"]["voice"]  # fmt: skip
    assert int(site.now.timestamp()) + 3600 == claims["exp"]


def test_device_is_told_where_it_finds_the_carrier_c117(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is set the fields are left out, as above."""
    fast_passwords(monkeypatch)
    site = Site(database_url, edge="dublin", api_base_url="http://127.0.0.1:8010")
    site.furnish()
    found = site.ask(site.client(), "GET", "/app/config", headers=basic()).json or {}
    assert ("dublin", "127.0.0.1:8010") == (found["deviceEdge"], found["deviceGateway"])
    site.database.dispose()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"deviceType": "Toaster"}, "deviceType must be one of Web, iOS, Android"),
        ({"pushCredentialSid": "CR1"}, "pushCredentialSid must be CR followed by 32"),
    ],
)
def test_what_no_device_can_be(site: Site, query: dict[str, str], says: str) -> None:
    response = site.ask(site.client(), "GET", "/app/config", headers=basic(), query_string=query)
    assert says in refused(response, 400, "SerializationException")


@pytest.mark.parametrize("name", sorted(TOKENS))
def test_a_device_needs_settings(
    database_url: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """503, and the setting that is missing is named."""
    fast_passwords(monkeypatch)
    site = Site(database_url, **{name: None})
    site.furnish()
    response = site.ask(site.client(), "GET", "/app/config", headers=basic())
    said = refused(response, 503, "ServiceUnavailable")
    assert f"No device can connect to the carrier: TWILIO_{name.upper()} is not set" == said
    assert 0 < int(response.headers["Retry-After"])
    site.database.dispose()
