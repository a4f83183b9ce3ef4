"""Final reports that came before their call was announced: used, and forgotten after a minute.

A caller who hangs up at once may be gone before we hear of the call (twilio-voice 4.4 promises no
order); a report that was dropped would leave a session that rings for nobody.
"""

from datetime import timedelta

from evovoice.domain.messages import LegEnded
from evovoice.services.app_context import AppContext
from evovoice.services.intake.reports import receive, session_of_call
from evovoice.services.unreadable_rows import logged_if_unreadable

_KEPT = timedelta(minutes=1)
_AT_ONCE = 50


def use_early_reports(context: AppContext) -> None:
    """Give a session what came while it was being stored.

    The announcement looks for such a report itself, but the two transactions may miss each other.
    """
    with context.database.autocommit() as work:
        kept = work.early_reports.oldest(_AT_ONCE)
    for end in kept:
        with logged_if_unreadable():
            _use(context, end)
    if kept:
        with context.database.writing() as work:
            work.early_reports.forget_before(context.clock() - _KEPT)


def _use(context: AppContext, end: LegEnded) -> None:
    call_sid = end.call_sid or ""
    ref = session_of_call(context, call_sid)
    if ref is None:
        return
    receive(context, ref, f"early report of {call_sid}", (end,))
    with context.database.writing() as work:
        work.early_reports.forget(call_sid)
