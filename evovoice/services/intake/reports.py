"""What the carrier tells: facts are stored with their receipt before anything follows from
them.
"""

from dataclasses import dataclass
from datetime import datetime

from evovoice import metrics
from evovoice.carrier.port import SessionRef
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.facts import observe
from evovoice.domain.messages import Fact, LegEnded
from evovoice.services.app_context import AppContext
from evovoice.services.intake.deleted_sessions import was_deleted
from evovoice.storage.unit_of_work import UnitOfWork


class _ToldBefore(Exception):
    """This very report was merged already: the transaction is undone."""


@dataclass(frozen=True, slots=True)
class _Report:
    """Facts with the key by which a repeated delivery is known."""

    receipt_key: str
    facts: tuple[Fact, ...]


def receive(
    context: AppContext, ref: SessionRef, receipt_key: str, facts: tuple[Fact, ...]
) -> None:
    """Something has happened; told again, or of a session that was deleted, it changes nothing.
    Errors: `SessionNotFound`.
    """
    try:
        changed = context.changes.apply(ref, _merge_once, _Report(receipt_key, facts))
    except _ToldBefore:
        metrics.REPEATED_REPORTS.inc()
        return
    except SessionNotFound:
        if was_deleted(context, ref):
            return
        raise
    context.dispatch.hand_over(changed.orders)


def receive_call_report(
    context: AppContext, receipt_key: str, call_sid: str, facts: tuple[Fact, ...]
) -> None:
    """A number's or an App's own status callback about the leg that called. A caller may hang up
    before we hear of the call: a final report of an unknown call is kept for a minute, see
    `early_reports`.
    """
    ref = context.database.once_more(
        lambda: session_of_call(context, call_sid) or _keep_end(context, call_sid, facts)
    )
    if ref is not None:
        receive(context, ref, receipt_key, facts)


def session_of_call(context: AppContext, call_sid: str) -> SessionRef | None:
    """The session that has a leg with that call SID; the newest, if there are several."""
    with context.database.reading() as work:
        found = work.sessions.find_by_leg(call_sid)
    return SessionRef(*found) if found else None


def _keep_end(context: AppContext, call_sid: str, facts: tuple[Fact, ...]) -> SessionRef | None:
    """Keep how the call ended; its session, where it was announced at the same moment."""
    ends = [fact for fact in facts if isinstance(fact, LegEnded)]
    if not ends:
        return None
    with context.database.writing() as work:
        for end in ends:
            work.early_reports.keep(end, context.clock())
    return session_of_call(context, call_sid)


def _merge_once(work: UnitOfWork, session: CallSession, report: _Report, now: datetime) -> None:
    if not work.receipts.first_time(session.account_id, report.receipt_key, now):
        raise _ToldBefore
    observe(session, report.facts, now)
