"""OpenID Connect, by the authorization code flow with PKCE, as of Authlib and joserfc."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from requests import RequestException, Session

from evovoice.oidc.bounded_http import BoundedAdapter
from evovoice.oidc.metadata import Metadata, MetadataCache
from evovoice.oidc.provider import Identity, IdentityNotProven, ProviderAway, SignInAttempt
from evovoice.oidc_settings import OidcSettings

# signed with a key that the provider alone has: neither `none` nor one that we know too
_ALGORITHMS = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
]  # fmt: skip
_SCOPE = "openid email"
_LEEWAY = 60  # seconds that the provider's clock may be off
_AT_ONCE = 8  # exchanges; each holds a thread while the provider is slow
_LONGEST_SUBJECT = 255  # characters (OpenID Connect Core, 2)


class OpenIdConnect:
    """The provider of `settings`; `redirect_uri` is where it sends browsers back to."""

    def __init__(
        self, settings: OidcSettings, redirect_uri: str, clock: Callable[[], datetime],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._clock = clock
        self._places = BoundedSemaphore(_AT_ONCE)
        self._metadata = MetadataCache(settings.issuer, _session, seconds)

    def address(self, attempt: SignInAttempt) -> str:
        """Where the browser is sent. Errors: `ProviderAway`."""
        endpoint = self._metadata.metadata().authorization_endpoint
        with self._client() as client:
            address, _ = client.create_authorization_url(
                endpoint, state=attempt.state, nonce=attempt.nonce, code_verifier=attempt.verifier
            )
        return str(address)

    def identity(self, attempt: SignInAttempt, code: str) -> Identity:
        """Who has come back with that code. Errors: `ProviderAway`, `IdentityNotProven`."""
        with self._place():
            metadata = self._metadata.metadata()
            told = self._exchanged(metadata, attempt, code)
            token = told.get("id_token")
            if not isinstance(token, str):
                raise IdentityNotProven("no ID token came for the code")
            claims = self._claims(metadata, token)
        self._require_valid(claims, attempt.nonce, told)
        return self._identity(claims.claims)

    def _exchanged(self, metadata: Metadata, attempt: SignInAttempt, code: str) -> dict[str, Any]:
        try:
            with self._client(metadata.auth_method) as client:
                told = client.fetch_token(
                    metadata.token_endpoint, grant_type="authorization_code", code=code,
                    code_verifier=attempt.verifier, redirect_uri=self._redirect_uri,
                    allow_redirects=False,
                )  # fmt: skip
        except AuthlibBaseError as error:
            raise IdentityNotProven(f"the code was refused: {error.error}") from error
        except (RequestException, ValueError) as error:
            raise ProviderAway(f"{type(error).__name__} for the code") from error
        if not isinstance(told, dict):
            raise ProviderAway("what came for the code is no object")
        return told

    def _claims(self, metadata: Metadata, token: str) -> jwt.Token:
        """Of a token that the provider has signed; a new key of its may be asked for once."""
        try:
            return jwt.decode(token, metadata.keys, _ALGORITHMS)
        except InvalidKeyIdError:
            keys = self._metadata.metadata(is_stale=True).keys
        except (JoseError, ValueError) as error:
            raise IdentityNotProven(f"the ID token: {error}") from error
        try:
            return jwt.decode(token, keys, _ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise IdentityNotProven(f"the ID token: {error}") from error

    def _require_valid(self, token: jwt.Token, nonce: str, told: dict[str, Any]) -> None:
        own = self._settings
        options = {
            "iss": {"essential": True, "value": own.issuer},
            "aud": {"essential": True, "value": own.client_id},
            "sub": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
        params = {
            "client_id": own.client_id, "nonce": nonce, "access_token": told.get("access_token"),
        }  # fmt: skip
        claims = CodeIDToken(token.claims, token.header, options, params)
        try:
            claims.validate(now=int(self._clock().timestamp()), leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise IdentityNotProven(f"the ID token: {error}") from error

    def _identity(self, claims: dict[str, Any]) -> Identity:
        subject, email = claims["sub"], claims.get("email")
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            raise IdentityNotProven("the ID token: its subject is no text")
        is_verified = claims.get("email_verified") is True and isinstance(email, str)
        return Identity(self._settings.issuer, subject, email if is_verified else None)

    def _client(self, auth_method: str | None = None) -> Any:  # noqa: ANN401 (of an untyped package)
        client = OAuth2Session(
            self._settings.client_id, self._settings.client_secret,
            token_endpoint_auth_method=auth_method, scope=_SCOPE,
            redirect_uri=self._redirect_uri, code_challenge_method="S256",
        )  # fmt: skip
        return _bounded(client)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise ProviderAway("it is slow, and enough wait for it already")
        try:
            yield
        finally:
            self._places.release()


def _session() -> Session:
    return _bounded(Session())


def _bounded(session: Session) -> Session:
    for scheme in ("https://", "http://"):
        session.mount(scheme, BoundedAdapter())
    return session
