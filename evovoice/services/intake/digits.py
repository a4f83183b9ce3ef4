"""The carrier asks for digits that it is to have heard on a leg (C111, C112), and what to dial."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.carrier.port import SessionRef
from evovoice.domain.call_session import CallSession
from evovoice.domain.digits import key_with_dial
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.facts import observe
from evovoice.domain.messages import DigitsTaken
from evovoice.services.app_context import AppContext
from evovoice.storage.unit_of_work import UnitOfWork

_BY_DIAL = "dial"  # who was given them, in place of the mark of a request


@dataclass(frozen=True, slots=True)
class _Asked:
    leg_id: str
    key: str
    mark: str


def digits_for(
    context: AppContext, ref: SessionRef, leg_id: str, key: str, mark: str
) -> str | None:
    """The digits of that key, given out for one request: `mark` tells a repeat of it. None for
    any other, so that an order that is given twice has them heard once.
    """
    try:
        changed = context.changes.apply(ref, _taken, _Asked(leg_id, key, mark))
    except SessionNotFound:
        return None
    context.dispatch.hand_over(changed.orders)
    return changed.result


def digits_of_dial(work: UnitOfWork, session: CallSession, now: datetime) -> str:
    """The digits that the dial of a call is to say; empty: none. The carrier that repeats its
    question is given the same.
    """
    key = key_with_dial(session)
    kept = work.kept_digits.find(key) if key else None
    if kept is None:
        return ""
    if kept.asked_at is None:
        work.kept_digits.note_asked(key, _BY_DIAL, now)
    return kept.digits


def _taken(work: UnitOfWork, session: CallSession, asked: _Asked, now: datetime) -> str | None:
    kept = work.kept_digits.find(asked.key)
    if kept is None:
        return None
    if kept.asked_at is not None:
        return kept.digits if asked.mark and kept.asked_by == asked.mark else None
    member = session.member_of(asked.leg_id)
    if member is None or member.leg.digits.ordered != asked.key:
        return None  # it was given up, and the agent was told so
    observe(session, (DigitsTaken(asked.leg_id, now, asked.key),), now)
    work.kept_digits.note_asked(asked.key, asked.mark, now)
    return kept.digits
