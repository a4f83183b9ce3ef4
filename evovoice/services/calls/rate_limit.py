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
    at_once = context.calls_at_once if to_user is None else None
    budget = Budget(context.adds_per_minute, at_once)
    exhausted = work.idempotency_records.take(account_id, user.id, now, budget)
    if exhausted is None:
        return
    if exhausted.seconds > 0:
        raise RateLimited(int(exhausted.seconds) + 1)
    raise TooManyCalls(exhausted.live)
