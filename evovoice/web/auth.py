"""Who may pass: every blueprint names its policy, and this is where users are recognised."""

from collections.abc import Callable
from enum import Enum

from flask import Blueprint, g

from evovoice.domain.values import Role, User
from evovoice.web.door import Door
from evovoice.web.refusals import WrongRole

_LADDER = list(Role)  # each role passes the checks of those before it


class Policy(Enum):
    """Who a blueprint lets in."""

    OPEN = "anybody"
    SIGNED_IN = "a user who has signed in"
    SIGNED_BY_CARRIER = "the carrier, by its signature"


class GuardedBlueprint(Blueprint):
    """A blueprint that cannot be made without saying who may use it."""

    def __init__(
        self, name: str, policy: Policy, check: Callable[[], None] | None,
        template_folder: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name, __name__, template_folder=template_folder)
        if (check is None) != (policy is Policy.OPEN):
            raise ValueError(f"the blueprint '{name}' does not check its own policy")
        self.policy = policy
        if check is not None:
            self.before_request(check)


def signed_in(door: Door) -> Callable[[], None]:
    """The check of `SIGNED_IN`."""

    def check() -> None:
        g.user = door.visitor()

    return check


def current_user() -> User:
    """The user whom `signed_in` has let in."""
    user: User = g.user
    return user


def require_role(user: User, role: Role) -> None:
    """Let pass who has that role or a greater one. Errors: `WrongRole`."""
    if _LADDER.index(user.role) < _LADDER.index(role):
        raise WrongRole
