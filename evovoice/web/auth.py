"""Authorization: every blueprint names its policy, and an operation its role."""

from collections.abc import Callable
from enum import Enum

from flask import Blueprint, g

from evovoice import logs
from evovoice.domain.values import Role, User
from evovoice.web.authenticator import Authenticator
from evovoice.web.refusals import WrongRole


class Policy(Enum):
    """Whose requests a blueprint serves."""

    OPEN = "anybody"
    SIGNED_IN = "a user who has signed in"
    SIGNED_BY_CARRIER = "the carrier, by its signature"
    OPERATOR = "a program that was given the operator's token"


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


def signed_in(authenticator: Authenticator) -> Callable[[], None]:
    """The check of `SIGNED_IN`."""

    def check() -> None:
        g.user = user = authenticator.authenticate()
        logs.bind(user_id=user.id, account_id=user.account_id)

    return check


def current_user() -> User:
    """The user whom `signed_in` has authenticated."""
    user: User = g.user
    return user


def require_role(user: User, role: Role) -> None:
    """Require that role or a greater one. Errors: `WrongRole`."""
    if not user.role.passes(role):
        raise WrongRole
