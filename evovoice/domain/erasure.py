"""Takes out of a session that is over what tells who its outside parties are (C91).

States, times, outcomes, call SIDs and who of our users took part stay: they are what is counted.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.hash_chain import ERASED
from evovoice.domain.leg import Leg, LegDigits
from evovoice.domain.log_line import ERASED_BY
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.states import Direction
from evovoice.domain.values import PhoneNumber

_LINE = "Numbers, names and texts of this call are erased"
_NO_NUMBER = PhoneNumber("")
_SURE_AFTER = timedelta(minutes=10)  # for so long hang-ups are repeated (C83)


def is_surely_over(session: CallSession, now: datetime) -> bool:
    """Whether nobody of it may turn out to live any more."""
    return session.ended_at is not None and now - session.ended_at >= _SURE_AFTER


def erase(session: CallSession, now: datetime, by: str | None = None) -> None:
    """Erase what the session itself keeps; `by` is the id of the user who asked for it.

    The lines of its log that are stored already are not in a session: whoever saves it erases them.
    """
    session.log(SessionEvent(ERASED_BY, _LINE, now, user_id=by))
    session.erased_at = now
    keep_erased(session)


def keep_erased(session: CallSession) -> None:
    """Nothing that is reported or asked later brings back what was erased."""
    if session.erased_at is None:
        return
    session.destination = session.console_data = None
    devices = {str(member.address) for member in session.members if member.is_our_user}
    if session.direction is Direction.INCOMING:  # the other address is the account's own number
        session.from_address = _only_of(devices, session.from_address)
    else:
        session.to_address = _only_of(devices, session.to_address)
    for hunt in session.hunts:
        hunt.forget_waiting()
    for member in session.members:
        _erase_member(member)


def _only_of(devices: set[str], address: str) -> str:
    return address if address in devices else ""


def _erase_member(member: Member) -> None:
    member.destination = None
    _erase_texts(member.leg)
    if not member.is_our_user:
        member.address, member.display_name = _NO_NUMBER, ERASED


def _erase_texts(leg: Leg) -> None:
    """Reasons are sentences, and may name somebody. That a dial was withdrawn stays known."""
    if leg.end is not None:
        leg.end = replace(leg.end, reason=None)
    if leg.withdrawn is not None:
        leg.withdrawn = ERASED
    leg.settings.refused = ""
    leg.digits = LegDigits()
