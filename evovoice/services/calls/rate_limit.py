"""How many calls a user may have dialled, in a minute and at once."""

from datetime import datetime

from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.errors import RateLimited, TooManyCalls
from evovoice.storage.unit_of_work import Budget, UnitOfWork


def take_from_budget(
    context: AppContext, work: UnitOfWork, account_id: str, user: User, now: datetime
) -> None:
    """Use one of the calls a user may have dialled. Errors: `RateLimited`, `TooManyCalls`."""
    budget = Budget(context.adds_per_minute, context.calls_at_once)
    exhausted = work.idempotency_records.take(account_id, user.id, now, budget)
    if exhausted is None:
        return
    if exhausted.seconds > 0:
        raise RateLimited(int(exhausted.seconds) + 1)
    raise TooManyCalls(exhausted.live)
