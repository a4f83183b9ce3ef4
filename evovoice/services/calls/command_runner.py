"""How a command travels: guarded and stored, its orders given, and waited for.

The meaning of the answer is fixed here (contract C77, C78). No error: what was asked is ordered, or
is so already. An error: it will not happen later; what could not be given is withdrawn in the
session by the commit that notes the failure. Every order is given; the first error is the answer.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from evovoice.domain.call_session import CallSession
from evovoice.domain.command_handlers import handle
from evovoice.domain.holding import is_confirmed, waiting_for_orders
from evovoice.domain.requests import (
    CancelTransfer,
    Command,
    CompleteTransfer,
    HoldCall,
    PatchMember,
    ResumeCall,
    SwapTransfer,
)
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.waiting import wait_until
from evovoice.services.errors import ChangeRefused
from evovoice.services.outbox.session_changes import Changed, OfUser
from evovoice.storage.unit_of_work import UnitOfWork

PATIENCE = 5.0  # seconds an order is repeated while the agent waits
LONGEST_WAIT = timedelta(seconds=6)

R = TypeVar("R")
_ChangesParts = (
    HoldCall | ResumeCall | PatchMember | SwapTransfer | CompleteTransfer | CancelTransfer
)


def run(
    context: AppContext,
    user: User,
    session_id: str,
    command: Command,
    is_done: Callable[[CallSession], bool] | None = None,
) -> CallSession:
    """The session once the command is seen to be carried out, or as it is after six seconds.

    Errors: the domain's, and `CarrierError`.
    """
    started = context.clock()
    session = order(context, user, session_id, command)
    return wait_until(context, session, deadline(context, started), is_done or _is_as_wished)


def order(
    context: AppContext, user: User, session_id: str, command: Command, patience: float = PATIENCE
) -> CallSession:
    """The session once every order of the command has been given. Errors: as in `run`.

    `patience`: 0 for what stands until the carrier hears it, so that nobody need wait for that.
    """
    changed = context.changes.apply(OfUser(user, session_id), _handle, command)
    return give_orders(context, changed, patience)


def give_orders(
    context: AppContext, changed: Changed[R], patience: float = PATIENCE
) -> CallSession:
    """The session once every order of that change has been given. Errors: `CarrierError`."""
    given = context.dispatch.give(changed.orders, patience)
    if given.error is not None:
        raise given.error
    return given.session or changed.session


def change_parts(
    context: AppContext, user: User, session_id: str, command: _ChangesParts
) -> CallSession:
    """As `run`, for what changes how parties take part. Errors: `ChangeRefused` too."""
    started = context.clock()
    changed = context.changes.apply(OfUser(user, session_id), _handle, command)
    return wait_for_wishes(context, changed, started)


def wait_for_wishes(context: AppContext, changed: Changed[R], started: datetime) -> CallSession:
    """Give the orders of that change; the session once what is wished of its legs is so, or as it
    is 6 s after `started`. Errors: `CarrierError`, and `ChangeRefused` where the order had to wait
    for the conference and was refused then.
    """
    session = give_orders(context, changed)
    session = wait_until(context, session, deadline(context, started), _is_as_wished)
    waited = {member.id for member in waiting_for_orders(changed.session)}
    for member in session.members:
        if member.id in waited and member.leg.settings.refused:
            raise ChangeRefused(member.display_name, member.leg.settings.refused)
    return session


def deadline(context: AppContext, started: datetime) -> datetime:
    """Until when to wait for reports: what stands until the carrier hears it brings none yet."""
    is_away = context.dispatch.availability.is_away()
    return started if is_away else started + LONGEST_WAIT


def _handle(work: UnitOfWork, session: CallSession, command: Command, now: datetime) -> None:
    del work  # everything that such a command needs is in the command
    handle(session, command, now)


def _is_as_wished(session: CallSession) -> bool:
    """Whether what was wished is so, as far as it can be by now."""
    if session.has_ended:
        return True
    return not session.is_converting and all(
        is_confirmed(session, member) for member in session.legs()[0]
    )
