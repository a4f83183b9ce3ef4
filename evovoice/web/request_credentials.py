"""The credentials of a request, and which of several count (C31-C36)."""

import base64
import binascii
import re
from dataclasses import dataclass

from flask import request

from evovoice.services.errors import NotSignedIn

SESSION, PERMANENT, OPTIONS = "ss-id", "ss-pid", "ss-opt"

_KEY = re.compile(r"[!-~]{1,256}")
_SECRET = re.compile(r"ls-[A-Za-z0-9_-]{20,100}")
_LONGEST = 1024


@dataclass(frozen=True, slots=True, repr=False)
class ApiKey:
    """The key of a program."""

    key: str


@dataclass(frozen=True, slots=True, repr=False)
class Password:
    """A name and a password, with every request."""

    name: str
    password: str


@dataclass(frozen=True, slots=True, repr=False)
class LoginSecret:
    """A secret that an earlier sign-in gave out. Browsers send a cookie by themselves."""

    secret: str
    is_cookie: bool


Credentials = ApiKey | Password | LoginSecret


def read_credentials() -> Credentials | None:
    """The credentials that count; None without any. Errors: `NotSignedIn` where unreadable."""
    header = request.headers.get("Authorization")
    return _login() if header is None else _of_header(header)


def present_login() -> str | None:
    """The secret of the login that the request is signed in by; None where it is by another way."""
    credentials = read_credentials()
    return credentials.secret if isinstance(credentials, LoginSecret) else None


def login_secrets() -> set[str]:
    """Every login that the request may mean, wherever it stands: signing out ends them all."""
    header = request.headers.get("Authorization", "").partition(" ")[2].strip()
    return kept_login_secrets() | ({header} if _SECRET.fullmatch(header) else set())


def kept_login_secrets() -> set[str]:
    """The logins that a client keeps in the cookies, or sends in the headers of their names."""
    values = (_value(name)[0] for name in (SESSION, PERMANENT))
    return {value for value in values if _SECRET.fullmatch(value)}


def are_from_a_program() -> bool:
    """Whether the credentials are in headers that no browser adds by itself; Basic it may."""
    bearer = request.headers.get("Authorization", "").lower().startswith("bearer ")
    return bearer or any(f"X-{name}" in request.headers for name in (SESSION, PERMANENT))


def used_basic() -> bool:
    """Whether the request itself chose Basic: only then may a browser ask for a password."""
    return request.headers.get("Authorization", "").lower().startswith("basic")


def _login() -> LoginSecret | None:
    """The header wins over the cookie of its name; `ss-opt` says which of both names counts."""
    name = PERMANENT if "perm" in _value(OPTIONS)[0].lower() else SESSION
    secret, is_cookie = _value(name)
    if not secret:
        return None
    if not _SECRET.fullmatch(secret):
        raise NotSignedIn
    return LoginSecret(secret, is_cookie)


def _value(name: str) -> tuple[str, bool]:
    """What the request says under that name, and whether a cookie says it."""
    header = request.headers.get(f"X-{name}")
    return (request.cookies.get(name, ""), True) if header is None else (header.strip(), False)


def _of_header(header: str) -> Credentials:
    scheme, _, rest = header.strip().partition(" ")
    token = rest.strip()
    if scheme.lower() == "bearer" and _KEY.fullmatch(token):
        return LoginSecret(token, is_cookie=False) if _SECRET.fullmatch(token) else ApiKey(token)
    if scheme.lower() == "basic":
        return _name_and_password(token)
    raise NotSignedIn


def _name_and_password(encoded: str) -> Password:
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeError, ValueError):
        raise NotSignedIn from None
    name, colon, password = text.partition(":")
    if not (colon and name and password) or "\0" in text or len(text) > _LONGEST:
        raise NotSignedIn
    return Password(name, password)
