"""Checks the access token that a page shows.

https://www.twilio.com/docs/iam/access-tokens
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from evovoice.emulator.state.account import HOME_REGION, Account

JsonObject = Mapping[str, object]

NOT_AUTHENTICATED, INVALID, EXPIRED = 31201, 31204, 31205  # of signalling: 20107, 20101, 20104
_CONTENT_TYPE = "twilio-fpa;v=1"
_LONGEST = 24 * 3600
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows, and until when (seconds since 1970)."""

    identity: str
    expires: int
    may_receive: bool
    application_sid: str | None
    params: Mapping[str, str] = field(default_factory=dict)  # of every call, signed
    region: str = HOME_REGION


class TokenRefused(Exception):
    """`code` is what the SDK knows, `reason` a sentence."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def grant_of(account: Account, token: str, now: float) -> Grant:
    """What the token allows. Errors: `TokenRefused`."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise TokenRefused(INVALID, "This is no JSON Web Token")
    header, claims = (_read(part) for part in parts[:2])
    _check_header(header)
    _check_seal(account, claims, parts)
    if claims.get("sub") != account.sid:
        raise TokenRefused(INVALID, f"sub is not this account, {account.sid}")
    expires = _check_times(claims, now)
    region = header.get("twr")
    return _granted(claims, expires, region if isinstance(region, str) else HOME_REGION)


def _read(part: str) -> JsonObject:
    try:
        found = json.loads(_decoded(part))
    except ValueError as error:
        raise TokenRefused(INVALID, "The token cannot be read") from error
    if not isinstance(found, dict):
        raise TokenRefused(INVALID, "The token cannot be read")
    return found


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(part) from error


def _check_header(header: JsonObject) -> None:
    if header.get("alg") != "HS256" or header.get("cty") != _CONTENT_TYPE:
        raise TokenRefused(INVALID, f'The header has to say HS256 and "cty": "{_CONTENT_TYPE}"')


def _check_seal(account: Account, claims: JsonObject, parts: list[str]) -> None:
    """Signed with the secret of the API key that `iss` names; the auth token signs none."""
    secret = account.api_keys.get(str(claims.get("iss")))
    if secret is None:
        raise TokenRefused(NOT_AUTHENTICATED, "iss is no API key of this account")
    signed = f"{parts[0]}.{parts[1]}".encode()
    seal = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    try:
        given = _decoded(parts[2])
    except ValueError:
        given = b""
    if not hmac.compare_digest(seal, given):
        raise TokenRefused(NOT_AUTHENTICATED, "The signature is not that of the API key's secret")


def _check_times(claims: JsonObject, now: float) -> int:
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(expires, int) or not isinstance(begins, int):
        raise TokenRefused(INVALID, "exp has to be there, and exp and nbf are whole seconds")
    if expires <= now:
        raise TokenRefused(EXPIRED, "The token has expired")
    if begins > now:
        raise TokenRefused(INVALID, "The token is not yet valid (nbf)")
    if expires > now + _LONGEST:
        raise TokenRefused(INVALID, "A token lives for 24 hours at most")
    return expires


def _granted(claims: JsonObject, expires: int, region: str) -> Grant:
    grants = _object(claims, "grants")
    identity, voice = grants.get("identity"), _object(grants, "voice")
    if not isinstance(identity, str) or not identity:
        raise TokenRefused(INVALID, "grants.identity is missing")
    outgoing, incoming = _object(voice, "outgoing"), _object(voice, "incoming")
    application = outgoing.get("application_sid")
    return Grant(
        identity,
        expires,
        incoming.get("allow") is True,
        application if isinstance(application, str) else None,
        {name: str(value) for name, value in _object(outgoing, "params").items()},
        region,
    )


def _object(parent: JsonObject, name: str) -> JsonObject:
    found = parent.get(name)
    return found if isinstance(found, dict) else {}
