"""Whether agents take calls: what they and their consoles say, and consoles that are gone."""

from datetime import datetime

from evovoice.domain.presence import SETTABLE, Presence
from evovoice.domain.states import AgentState
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.errors import SetupProblem
from evovoice.storage.unit_of_work import UnitOfWork


def own_presence(context: AppContext, user: User) -> Presence:
    """What is known of whether the user takes calls."""
    with context.database.reading() as work:
        return work.presences.of(user)


def set_presence(
    context: AppContext, user: User, state: AgentState | None, *, is_registered: bool | None
) -> Presence:
    """The user sets a state, their console tells whether their device is registered; None: that
    stays as it is. Consoles are told where something they are shown has changed.

    Errors: `SetupProblem` for a state that nobody sets.
    """
    if state is not None and state not in SETTABLE:
        names = ", ".join(sorted(one.value for one in SETTABLE))
        raise SetupProblem(f"Nobody sets the state {state.value}: it is one of {names}")
    now = context.clock()
    with context.database.writing() as work:
        before = work.presences.of(user)
        work.presences.set(user, state, is_registered=is_registered, now=now)
        after = work.presences.of(user)
        if after.shown(now) != before.shown(now):
            work.feed.add_presence_change(user.account_id, user.id, now)
    return after


def tell_who_is_gone(context: AppContext) -> None:
    """Tell consoles of agents who were ready and whose own console is gone. That such an agent is
    not rung does not wait for this.
    """
    now = context.clock()
    with context.database.autocommit() as work:
        gone = work.presences.gone(now)
    if not gone:
        return
    with context.database.writing() as work:
        for account_id, user_id in sorted(gone, key=lambda one: one[1]):
            _tell_gone(work, account_id, user_id, now)


def _tell_gone(work: UnitOfWork, account_id: str, user_id: str, now: datetime) -> None:
    if work.presences.note_told_gone(account_id, user_id):
        work.feed.add_presence_change(account_id, user_id, now)
