"""What becomes of a hunt as its destinations ring, fail and answer, judged on levels after every
change (C114, C115, C120).

One is in: whoever answered first by the carrier's clock, in whatever order that was reported. The
others are rung no more; who has answered as well hears a sentence and is hung up.
"""

from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.digits import key_to_wait_under
from evovoice.domain.end_rules import verdict
from evovoice.domain.hanging_up import call_off, order_hangup, remove
from evovoice.domain.hunt import Candidate, Hunt
from evovoice.domain.hunt_answers import awaits_verdict
from evovoice.domain.hunt_parties import (
    HuntState,
    attempted,
    hunt_of,
    hunt_state,
    machine_at,
)
from evovoice.domain.leg import Leg
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.parties import already_there
from evovoice.domain.states import AnsweredBy, HangupLevel, MemberRole, Verdict
from evovoice.domain.values import User, address_from

# Who answers second is in the conference by then: silence would be all they hear afterwards.
TAKEN = "Thank you, somebody else has just taken this call. Goodbye."
_MACHINES = {AnsweredBy.MACHINE: "A voicemail", AnsweredBy.FAX: "A fax machine"}
# Reports are a moment late as a rule. Whoever has talked for longer is not sent away by one.
_SETTLED_AFTER = timedelta(seconds=5)


def go_on_with_hunts(session: CallSession, now: datetime) -> None:
    """The next step of every hunt, where one is due."""
    for hunt in session.hunts:
        _send_machines_away(session, hunt, now)
        winner = _winner(session, hunt, now)
        if winner is not None:
            _stop_others(session, hunt, winner, now)
        elif hunt.waiting and not session.end_wanted:
            ring_next(session, hunt, now)


def end_hunts_with_call(session: CallSession) -> None:
    """Nobody is rung for a call that is over."""
    for hunt in session.hunts:
        hunt.forget_waiting()


def stop_hunt(session: CallSession, member: Member, by: User, now: datetime) -> None:
    """Whoever takes out one of those who are tried means all of them, reached or not."""
    hunt = hunt_of(session, member.id)
    if hunt is None or hunt_state(session, hunt) is not HuntState.RINGING:
        return
    hunt.stopped = True
    hunt.forget_waiting()
    for tried in attempted(session, hunt):
        if not session.is_over(tried):
            remove(session, tried, now, by)


def ring_next(session: CallSession, hunt: Hunt, now: datetime) -> None:
    """Ring the next one where nobody of the hunt rings any more, nor may have been reached."""
    tried = attempted(session, hunt)
    if any(not session.is_over(m) or awaits_verdict(session, hunt, m, now) for m in tried):
        return
    if session.converted_at is None and not session.is_converting:
        hunt.forget_waiting()  # the call has become no conference: nobody can be rung into it
    while hunt.waiting and session.open_conference() is not None:
        member = tried_member(hunt, hunt.waiting[0], now)
        if not _is_still_wanted(session, member):
            return
        if try_next(session, hunt, now) is not None:
            return


def try_next(session: CallSession, hunt: Hunt, now: datetime) -> Member | None:
    """The turn of the next one: their member, or None where they are in the call already."""
    candidate = hunt.take_next()
    member = tried_member(hunt, candidate, now)
    if already_there(session, member.address, member.user_id) is not None:
        text = f"{member.display_name} is not called: they are in the call already"
        session.log(SessionEvent("CarrierReport", text, now, user_id=hunt.user_id))
        return None
    session.members.append(member)
    hunt.note_attempt(candidate)
    if candidate.digits_key:
        key_to_wait_under(member, candidate.digits_key, candidate.digits_seconds, hunt.user_id)
    text = f"{member.display_name} is to be called, {len(hunt.waiting)} more wait for their turn"
    session.log(SessionEvent("MemberQueued", text, now, None, member.id, hunt.user_id))
    return member


def tried_member(hunt: Hunt, candidate: Candidate, now: datetime) -> Member:
    """The party that a destination is once its turn has come."""
    return Member(
        candidate.member_id, MemberRole.TRANSFER, address_from(candidate.address),
        candidate.display_name, Leg(candidate.leg_id), now, user_id=candidate.user_id,
        added_by=hunt.user_id, destination=candidate.destination, from_number=hunt.from_number,
    )  # fmt: skip


def _is_still_wanted(session: CallSession, member: Member) -> bool:
    """Whether the call would go on with that party ringing: nobody is rung for one that ends."""
    session.members.append(member)
    judged = verdict(session)
    session.members.pop()
    return judged is Verdict.GO_ON


def _send_machines_away(session: CallSession, hunt: Hunt, now: datetime) -> None:
    """Hang up where a machine has answered (C120), unless it counts as a person by now."""
    for member in attempted(session, hunt):
        detection = hunt.detection_of(member.id)
        if detection is None or detection.answered_by is None or detection.is_sent_away:
            continue
        if not detection.answered_by.is_machine or member.id == hunt.winner:
            continue
        hunt.send_away(member.id)
        text = f"{_MACHINES[detection.answered_by]} answered for {member.display_name}"
        call_sid = member.leg.call_sid
        session.log(SessionEvent("CarrierReport", text, now, call_sid, member.id))
        if not session.is_over(member):
            remove(session, member, now)


def _winner(session: CallSession, hunt: Hunt, now: datetime) -> Member | None:
    """Who has answered first; between equals the first in the list. Once that is settled it stays,
    whatever is still reported of another moment.
    """
    tried = attempted(session, hunt)
    if _is_settled(hunt, now):
        return next((m for m in tried if m.id == hunt.winner), None)
    answered = [m for m in tried if _is_reached(session, hunt, m, now)]
    if not answered:
        return next((m for m in tried if m.id == hunt.winner), None)
    winner = min(answered, key=_answered_at)
    if hunt.winner is None:
        hunt.won_at = now
    hunt.winner = winner.id
    return winner


def _is_settled(hunt: Hunt, now: datetime) -> bool:
    return hunt.won_at is not None and now - hunt.won_at > _SETTLED_AFTER


def _is_reached(session: CallSession, hunt: Hunt, member: Member, now: datetime) -> bool:
    """Whether somebody has answered there who can be talked to, and was not told to go."""
    if not session.was_connected(member) or member.id in hunt.dismissed:
        return False
    detection = hunt.detection_of(member.id)
    is_machine = detection is not None and detection.is_sent_away
    return not is_machine and not awaits_verdict(session, hunt, member, now)


def _may_still_win(
    session: CallSession, hunt: Hunt, member: Member, winner: Member, now: datetime
) -> bool:
    """Whether they answered before the winner, and are a person or a machine, which is not told."""
    if _is_settled(hunt, now) or not awaits_verdict(session, hunt, member, now):
        return False
    return _answered_at(member) < _answered_at(winner)


def _answered_at(member: Member) -> datetime:
    end = member.leg.end
    return member.leg.answered_at or (end.at if end is not None else member.added_at)


def _is_one_too_many(
    session: CallSession, hunt: Hunt, member: Member, winner: Member, now: datetime
) -> bool:
    """Whether they ring or talk, were not sent away yet, and cannot become the winner."""
    if session.is_over(member) or machine_at(session, member) is not None:
        return False
    return not _may_still_win(session, hunt, member, winner, now)


def _stop_others(session: CallSession, hunt: Hunt, winner: Member, now: datetime) -> None:
    hunt.forget_waiting()
    for member in attempted(session, hunt):
        if member is winner or not _is_one_too_many(session, hunt, member, winner, now):
            continue
        if not session.is_connected(member):
            if member.leg.hangup_level < HangupLevel.DECLINE:
                call_off(session, member, f"{winner.display_name} answered first", now)
            continue
        if member.id not in hunt.dismissed:
            hunt.dismissed = (*hunt.dismissed, member.id)
        order_hangup(session, member, HangupLevel.HANG_UP, now, TAKEN)
