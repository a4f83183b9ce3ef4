"""What the provider says of itself: where it is asked, and with which keys it signs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException, Session

from evovoice.addresses import is_loopback
from evovoice.oidc.provider import ProviderAway

_KEPT = 3600.0  # seconds
_AGAIN_AFTER = 30.0  # seconds, where it failed, or a token names a key that is not among these
_OK = 200
_FIELDS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The provider's addresses, and its keys."""

    authorization_endpoint: str
    token_endpoint: str
    auth_method: str
    keys: KeySet


class MetadataCache:
    """Asks for them once an hour, one thread for all; while the provider is away, twice a minute.

    What it said before counts until it says something new.
    """

    def __init__(
        self, issuer: str, session: Callable[[], Session], clock: Callable[[], float] | None = None
    ) -> None:
        self._issuer = issuer
        self._session = session
        self._clock = clock or time.monotonic
        self._lock = Lock()
        self._known: Metadata | None = None
        self._known_at = self._tried_at = float("-inf")

    def metadata(self, is_stale: bool = False) -> Metadata:
        """What is known, or asked for now. `is_stale`: a key is missing in it.

        Errors: `ProviderAway`.
        """
        with self._lock:
            now = self._clock()
            is_due = is_stale or self._known is None or now - self._known_at > _KEPT
            if is_due and now - self._tried_at > _AGAIN_AFTER:
                self._tried_at = now
                self._refresh(now)
            if self._known is None:
                raise ProviderAway("it did not answer a moment ago")
            return self._known

    def _refresh(self, now: float) -> None:
        try:
            self._known, self._known_at = self._asked(), now
        except ProviderAway:
            if self._known is None:
                raise

    def _asked(self) -> Metadata:
        try:
            with self._session() as session:
                told = _json(
                    session, f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
                )
                if told.get("issuer") != self._issuer:
                    raise ProviderAway(f"it names itself {told.get('issuer')!r}")
                addresses = [self._address(told, name) for name in _FIELDS]
                keys = KeySet.import_key_set({"keys": _keys(_json(session, addresses[2]))})
        except (RequestException, JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderAway(f"{type(error).__name__}: {error}") from error
        return Metadata(addresses[0], addresses[1], _auth_method(told), keys)

    def _address(self, told: dict[str, Any], name: str) -> str:
        """As safe as the issuer's own: over https, or on this machine itself."""
        address = urlsplit(str(told.get(name, "")))
        if address.scheme == "https" or (
            address.scheme == "http" and is_loopback(address.hostname or "")
        ):
            return address.geturl()
        raise ProviderAway(f"its {name} is no https address")


def _json(session: Session, address: str) -> dict[str, Any]:
    headers = {"Accept": "application/json"}
    response = session.get(address, headers=headers, allow_redirects=False)
    if response.status_code != _OK:
        raise ProviderAway(f"{response.status_code} for {urlsplit(address).path}")
    told = response.json()
    if not isinstance(told, dict):
        raise ProviderAway(f"{urlsplit(address).path} is no object")
    return told


def _keys(told: dict[str, Any]) -> list[Any]:
    """Those that sign; keys of kinds that nobody here knows are passed over."""
    found = told.get("keys")
    keys = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    signing = [
        one for one in keys
        if one.get("kty") in {"RSA", "EC", "OKP"} and one.get("use", "sig") == "sig"
    ]  # fmt: skip
    if not signing:
        raise ProviderAway("it has no keys that sign")
    return signing


def _auth_method(told: dict[str, Any]) -> str:
    """How we show our secret; Basic unless the provider takes it in the form alone."""
    known = told.get("token_endpoint_auth_methods_supported")
    names = known if isinstance(known, list) else []
    is_post = "client_secret_post" in names and "client_secret_basic" not in names
    return "client_secret_post" if is_post else "client_secret_basic"
