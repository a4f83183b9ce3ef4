"""How many calls a user may have dialled in a minute."""

from datetime import datetime

from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.errors import RateLimited
from evovoice.storage.unit_of_work import UnitOfWork


def take_from_budget(
    context: AppContext, work: UnitOfWork, account_id: str, user: User, now: datetime
) -> None:
    """Use one of the calls a user may have dialled this minute. Errors: `RateLimited`."""
    wait = work.idempotency_records.take(account_id, user.id, now, context.adds_per_minute)
    if wait > 0:
        raise RateLimited(int(wait) + 1)
