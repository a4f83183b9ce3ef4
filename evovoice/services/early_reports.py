"""Final reports that came before their call was announced: used, and forgotten after a minute.

A caller who hangs up at once may be gone before we hear of the call (twilio-voice 4.4 promises no
order); a report that was dropped would leave a session that rings for nobody.
"""

from datetime import timedelta

from evovoice.domain.messages import LegEnded
from evovoice.services.carrier_intake import receive, session_of_call
from evovoice.services.desk import Desk

_KEPT = timedelta(minutes=1)
_AT_ONCE = 50


def use_early_reports(desk: Desk) -> None:
    """Give a session what came while it was being stored.

    The announcement looks for such a report itself, but the two transactions may miss each other.
    """
    with desk.database.glancing() as work:
        kept = work.early_reports.oldest(_AT_ONCE)
    for end in kept:
        _use(desk, end)
    if kept:
        with desk.database.writing() as work:
            work.early_reports.forget_before(desk.clock() - _KEPT)


def _use(desk: Desk, end: LegEnded) -> None:
    call_sid = end.call_sid or ""
    ref = session_of_call(desk, call_sid)
    if ref is None:
        return
    receive(desk, ref, f"early report of {call_sid}", (end,))
    with desk.database.writing() as work:
        work.early_reports.forget(call_sid)
