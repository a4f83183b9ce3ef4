"""How many calls a user may have dialled, in a minute and at once."""

from datetime import datetime

from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.errors import RateLimited, TooManyCalls
from evovoice.storage.unit_of_work import Budget, UnitOfWork


def take_from_budget(
    context: AppContext, work: UnitOfWork, account_id: str, user: User, now: datetime,
    to_user: str | None,
) -> None:  # fmt: skip
    """Use one of the calls a user may have dialled; a colleague's device, `to_user`, is none of
    those that are limited at once. Errors: `RateLimited`, `TooManyCalls`.
    """
    legs = 1 if to_user is None else 0
    take_several_from_budget(context, work, account_id, user, now, dials=1, legs=legs)


def take_several_from_budget(
    context: AppContext, work: UnitOfWork, account_id: str, user: User, now: datetime, *,
    dials: int, legs: int,
) -> None:  # fmt: skip
    """The same for so many calls, of which at most so many `legs` to the outside live at once."""
    at_once = context.calls_at_once if legs else None
    budget = Budget(context.adds_per_minute, at_once, dials, max(legs, 1))
    exhausted = work.idempotency_records.take(account_id, user.id, now, budget)
    if exhausted is None:
        return
    if exhausted.seconds > 0:
        raise RateLimited(int(exhausted.seconds) + 1)
    raise TooManyCalls(exhausted.live)
