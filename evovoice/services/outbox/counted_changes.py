"""What the new lines of a session's log come to in the metrics, once they are stored."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import get_args

from evovoice import metrics
from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.orders import Order
from evovoice.domain.states import Direction

_DIRECTIONS = {Direction.INCOMING: "incoming", Direction.OUTGOING: "outgoing"}
_ENDS_OF_CONVERSION = {"ConversionDone": "done", "ConversionFailed": "failed"}
_OUTCOMES = ("done", "repeated", "failed", "given_up")  # of attempts at orders
for _kind in get_args(Order):
    for _outcome in _OUTCOMES:  # so that the first one is seen as an increase
        metrics.ORDERS.labels(_kind.__name__, _outcome)
_TIMES = {"MemberRinging": metrics.RINGING, "MemberAnswered": metrics.ANSWERED}


def count_events(session: CallSession, events: Iterable[SessionEvent]) -> None:
    """Count what those lines tell: calls, conversions, and how parties who were added fare."""
    for event in events:
        if event.type in _TIMES:
            _note_time(session, event)
        elif event.type in _ENDS_OF_CONVERSION:
            took = event.at - (session.moved_at or event.at)
            metrics.CONVERSIONS.labels(_ENDS_OF_CONVERSION[event.type]).observe(_seconds(took))
        elif event.type == "MemberFailed":
            metrics.MEMBERS_FAILED.labels(event.data.get("outcome", "failed")).inc()
        elif event.type == "SessionCreated":
            metrics.SESSIONS.labels(_DIRECTIONS[session.direction]).inc()


def count_order(order: Order, *, is_final: bool, failed: bool, is_given_up: bool) -> None:
    """Count what an attempt at that order came to."""
    outcome = "failed" if failed else "done"
    if not is_final:
        outcome = "repeated"
    elif is_given_up:
        outcome = "given_up"
    metrics.ORDERS.labels(type(order).__name__, outcome).inc()


def _note_time(session: CallSession, event: SessionEvent) -> None:
    """Of parties who were added: the first ones are rung by the call itself."""
    added_at = _added_at(session, event.member_id)
    if added_at is not None:
        _TIMES[event.type].observe(_seconds(event.at - added_at))


def _added_at(session: CallSession, member_id: str | None) -> datetime | None:
    added = (m for m in session.members if m.id == member_id and not m.is_original)
    return next((member.added_at for member in added), None)


def _seconds(took: timedelta) -> float:
    return max(0.0, took.total_seconds())
