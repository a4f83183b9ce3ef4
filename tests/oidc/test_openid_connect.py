"""What an identity provider may bring, and what is proof of nobody (C96)."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from requests.exceptions import ReadTimeout

from evovoice.oidc.bounded_http import _read
from evovoice.oidc.openid_connect import OpenIdConnect
from evovoice.oidc.provider import Identity, IdentityNotProven, ProviderAway, SignInAttempt
from tests.oidc.fake_issuer import CLIENT, SECRET, Claims, FakeIssuer, running

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
BACK = "https://voice.test/auth/oidc/callback"
TRY = SignInAttempt("a state", "a nonce", "v" * 64)
DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def issuer() -> Iterator[FakeIssuer]:
    with running(FakeIssuer(lambda: NOW)) as issuer:
        yield issuer


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(issuer: FakeIssuer, clock: Clock) -> OpenIdConnect:
    return OpenIdConnect(issuer.settings, BACK, lambda: NOW, clock)


def came(issuer: FakeIssuer, provider: OpenIdConnect, **claims: Any) -> Identity:
    """Whom the provider has signed in, by the way there and back."""
    found = issuer.signed_in(provider.address(TRY), **claims)
    assert TRY.state == found["state"]
    return provider.identity(TRY, found["code"])


def test_who_was_signed_in_is_known_by_issuer_and_subject_c96(
    issuer: FakeIssuer, provider: OpenIdConnect
) -> None:
    identity = came(issuer, provider, email="ann@acme.test", email_verified=True)
    assert Identity(issuer.address, "s-ann", "ann@acme.test") == identity


@pytest.mark.parametrize("verified", [None, False, "true", 1])
def test_address_counts_only_where_the_provider_has_verified_it_c96(
    issuer: FakeIssuer, provider: OpenIdConnect, verified: object
) -> None:
    assert came(issuer, provider, email="ann@acme.test", email_verified=verified).email is None


HOUR = 3600
STAMP = int(NOW.timestamp())


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another"}, {"aud": None},
        {"aud": [CLIENT, "another"]}, {"azp": "another"}, {"iss": "https://evil.test"},
        {"iss": None}, {"exp": STAMP - 61}, {"exp": None}, {"iat": None}, {"iat": STAMP + HOUR},
        {"nbf": STAMP + HOUR}, {"sub": None}, {"sub": ""}, {"sub": 5}, {"sub": "x" * 256},
        {"exp": "tomorrow"}, {"at_hash": "of another token"},
    ],
)  # fmt: skip
def test_token_that_was_not_made_for_this_sign_in_proves_nobody_c96(
    issuer: FakeIssuer, provider: OpenIdConnect, claims: Claims
) -> None:
    issuer.claims = claims
    with pytest.raises(IdentityNotProven):
        came(issuer, provider)


def test_clocks_may_be_a_minute_apart_c96(issuer: FakeIssuer, provider: OpenIdConnect) -> None:
    issuer.claims = {"exp": STAMP - 59, "iat": STAMP + 59}
    assert "s-ann" == came(issuer, provider).subject


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(claims: Claims) -> str:
    return f"{part({'alg': 'none'})}.{part(claims)}."


def by_our_secret(claims: Claims) -> str:
    """Of what we know too: then we could sign in anybody, and whoever has the secret."""
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET.ljust(32)), ["HS256"])


def by_a_stranger(claims: Claims) -> str:
    return jwt.encode({"alg": "ES256"}, claims, ECKey.generate_key("P-256"))


@pytest.mark.parametrize(
    "forge",
    [
        unsigned, by_our_secret, by_a_stranger, part,
        lambda _: "no token", lambda _: "", lambda _: "a.b.c",
    ],
)  # fmt: skip
def test_token_that_the_provider_has_not_signed_proves_nobody_c96(
    issuer: FakeIssuer, provider: OpenIdConnect, forge: Callable[[Claims], str]
) -> None:
    issuer.forge = forge
    with pytest.raises(IdentityNotProven):
        came(issuer, provider)


def test_changed_token_proves_nobody_c96(issuer: FakeIssuer, provider: OpenIdConnect) -> None:
    def changed(claims: Claims) -> str:
        head, _, seal = issuer.signed(claims).split(".")
        return f"{head}.{part({**claims, 'sub': 's-max'})}.{seal}"

    issuer.forge = changed
    with pytest.raises(IdentityNotProven):
        came(issuer, provider)


def test_public_key_of_the_provider_is_no_shared_secret_c96(
    issuer: FakeIssuer, provider: OpenIdConnect
) -> None:
    """What everybody can read signs nothing, whatever the token says of its algorithm."""

    def forge(claims: Claims) -> str:
        text = f"{part({'alg': 'HS256', 'kid': issuer.key.kid})}.{part(claims)}"
        seal = hmac.digest(issuer.key.as_pem(private=False), text.encode(), "sha256")
        return f"{text}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}"

    issuer.forge = forge
    with pytest.raises(IdentityNotProven):
        came(issuer, provider)


def test_code_counts_once_and_with_the_verifier_of_its_browser_c96(
    issuer: FakeIssuer, provider: OpenIdConnect
) -> None:
    code = issuer.signed_in(provider.address(TRY))["code"]
    with pytest.raises(IdentityNotProven):
        provider.identity(SignInAttempt(TRY.state, TRY.nonce, "w" * 64), code)
    code = issuer.signed_in(provider.address(TRY))["code"]
    provider.identity(TRY, code)
    with pytest.raises(IdentityNotProven):
        provider.identity(TRY, code)


def test_what_the_provider_says_of_itself_is_kept_for_an_hour_c96(
    issuer: FakeIssuer, provider: OpenIdConnect, clock: Clock
) -> None:
    for _ in range(3):
        provider.address(TRY)
    assert [DISCOVERY, "/keys"] == issuer.asked
    clock.seconds = 3601
    provider.address(TRY)
    assert [DISCOVERY, "/keys"] * 2 == issuer.asked


def test_new_key_of_the_provider_is_asked_for_and_not_for_every_token_c96(
    issuer: FakeIssuer, provider: OpenIdConnect, clock: Clock
) -> None:
    """Tokens with made-up key names ask twice a minute at most."""
    came(issuer, provider)
    issuer.renew_key()
    with pytest.raises(IdentityNotProven):
        came(issuer, provider)
    clock.seconds = 31
    assert "s-ann" == came(issuer, provider).subject
    before = issuer.asked.count(DISCOVERY)
    issuer.renew_key()
    for _ in range(3):
        with pytest.raises(IdentityNotProven):
            came(issuer, provider)
    assert before == issuer.asked.count(DISCOVERY)


@pytest.mark.parametrize("path", [DISCOVERY, "/keys"])
@pytest.mark.parametrize(
    "response",
    [
        (500, b"{}", ""), (404, b"", ""), (200, b"no JSON", ""), (200, b"[]", ""), (200, b"{}", ""),
        (200, b'{"keys":[{"kty":"oct","k":"AAAA"}]}', ""), (200, b'{"keys":[{"kty":"EC"}]}', ""),
        (302, b"", "http://127.0.0.1:1/"), (200, b" " * 300_000 + b"{}", ""),
        (200, b'{"issuer":"https://evil.test"}', ""),
    ],
)  # fmt: skip
def test_provider_that_answers_otherwise_is_away_c96(
    issuer: FakeIssuer, provider: OpenIdConnect, path: str, response: tuple[int, bytes, str]
) -> None:
    """Also by a redirect, which is not followed, and by too much."""
    issuer.broken[path] = response
    with pytest.raises(ProviderAway):
        provider.address(TRY)


def test_provider_that_is_away_is_asked_twice_a_minute_c96(
    issuer: FakeIssuer, provider: OpenIdConnect, clock: Clock
) -> None:
    """Whoever asks us makes us ask no oftener; what was known before counts on."""
    issuer.broken[DISCOVERY] = (500, b"", "")
    for _ in range(5):
        with pytest.raises(ProviderAway):
            provider.address(TRY)
    assert 1 == len(issuer.asked)
    clock.seconds = 31
    issuer.broken.clear()
    known = provider.address(TRY)
    issuer.broken[DISCOVERY] = (500, b"", "")
    clock.seconds = 7200
    assert known.split("?")[0] == provider.address(TRY).split("?")[0]


@pytest.mark.parametrize(
    "response",
    [(500, b"", ""), (200, b"no JSON", ""), (302, b"", "http://127.0.0.1:1/"), (200, b"[]", "")],
)
def test_provider_that_breaks_at_the_exchange_is_away_and_proves_nobody_c96(
    issuer: FakeIssuer, provider: OpenIdConnect, response: tuple[int, bytes, str]
) -> None:
    issuer.broken["/token"] = response
    with pytest.raises((ProviderAway, IdentityNotProven)):
        came(issuer, provider)


def test_token_without_an_id_token_proves_nobody_c96(
    issuer: FakeIssuer, provider: OpenIdConnect
) -> None:
    issuer.broken["/token"] = (200, b'{"access_token":"x","token_type":"Bearer"}', "")
    with pytest.raises(IdentityNotProven):
        came(issuer, provider)


def test_provider_that_nobody_reaches_is_away_c96() -> None:
    gone = FakeIssuer()
    gone.address = "http://127.0.0.1:1"
    with pytest.raises(ProviderAway):
        OpenIdConnect(gone.settings, BACK, lambda: NOW).address(TRY)


class Drip:
    """A response that comes one byte at a time, for ever."""

    def read1(self, _size: int, decode_content: bool) -> bytes:
        return b"x"


def test_response_that_does_not_end_is_given_up_c96() -> None:
    """Each byte comes in time, and all of them do not."""
    with pytest.raises(ReadTimeout):
        _read(Drip(), time.monotonic() - 1)


def test_few_wait_for_a_slow_provider_at_once_c96(
    issuer: FakeIssuer, provider: OpenIdConnect
) -> None:
    """Each of them holds a thread that others need."""
    found = issuer.signed_in(provider.address(TRY))
    for _ in range(8):
        assert provider._places.acquire(blocking=False)
    with pytest.raises(ProviderAway, match="enough wait for it already"):
        provider.identity(TRY, found["code"])
    provider._places.release()
    assert "s-ann" == provider.identity(TRY, found["code"]).subject
