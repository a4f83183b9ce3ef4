"""Who may pass: every blueprint names its policy, and this is where users are recognised."""

import base64
import binascii
import re
from collections.abc import Callable
from enum import Enum

from flask import Blueprint, g, request

from evovoice.domain.values import Role, User
from evovoice.services.errors import NotSignedIn
from evovoice.services.sign_in import SignIn
from evovoice.web.refusals import WrongRole

_KEY = re.compile(r"[!-~]{1,256}")
_LADDER = list(Role)  # each role passes the checks of those before it


class Policy(Enum):
    """Who a blueprint lets in."""

    OPEN = "anybody"
    SIGNED_IN = "a user who has signed in"
    SIGNED_BY_CARRIER = "the carrier, by its signature"


class GuardedBlueprint(Blueprint):
    """A blueprint that cannot be made without saying who may use it."""

    def __init__(self, name: str, policy: Policy, check: Callable[[], None] | None) -> None:
        super().__init__(name, __name__)
        if (check is None) != (policy is Policy.OPEN):
            raise ValueError(f"the blueprint '{name}' does not check its own policy")
        self.policy = policy
        if check is not None:
            self.before_request(check)


def signed_in(sign_in: SignIn) -> Callable[[], None]:
    """The check of `SIGNED_IN`: an Authorization header alone decides (C31, C35)."""

    def check() -> None:
        g.user = _user(sign_in, request.headers.get("Authorization", ""))

    return check


def current_user() -> User:
    """The user whom `signed_in` has let in."""
    user: User = g.user
    return user


def require_role(user: User, role: Role) -> None:
    """Let pass who has that role or a greater one. Errors: `WrongRole`."""
    if _LADDER.index(user.role) < _LADDER.index(role):
        raise WrongRole


def used_basic() -> bool:
    """Whether the request itself chose Basic: only then may a browser ask for a password."""
    return request.headers.get("Authorization", "").lower().startswith("basic")


def _user(sign_in: SignIn, header: str) -> User:
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() == "bearer" and _KEY.fullmatch(rest.strip()):
        return sign_in.user_of_key(rest.strip())
    if scheme.lower() == "basic":
        name, password = _name_and_password(rest.strip())
        return sign_in.user_of_password(name, password, request.remote_addr or "")
    raise NotSignedIn


def _name_and_password(encoded: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeError, ValueError):
        raise NotSignedIn from None
    name, colon, password = text.partition(":")
    if not (colon and name and password) or "\0" in text or len(text) > 1024:  # noqa: PLR2004
        raise NotSignedIn
    return name, password
