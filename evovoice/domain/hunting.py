"""What becomes of a hunt as its destinations ring, fail and answer, judged on levels after every
change (C114, C115).

One is in: whoever answered first by the carrier's clock, in whatever order that was reported. The
others are rung no more; who has answered as well hears a sentence and is hung up.
"""

from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.digits import key_to_wait_under
from evovoice.domain.end_rules import verdict
from evovoice.domain.hanging_up import call_off, order_hangup, remove
from evovoice.domain.hunt import Candidate, Hunt
from evovoice.domain.hunt_parties import HuntState, attempted, hunt_of, hunt_state
from evovoice.domain.leg import Leg
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.parties import already_there
from evovoice.domain.states import HangupLevel, MemberRole, Verdict
from evovoice.domain.values import User, address_from

# Who answers second is in the conference by then: silence would be all they hear afterwards.
TAKEN = "Thank you, somebody else has just taken this call. Goodbye."
# Reports are a moment late as a rule. Whoever has talked for longer is not sent away by one.
_SETTLED_AFTER = timedelta(seconds=5)


def go_on_with_hunts(session: CallSession, now: datetime) -> None:
    """The next step of every hunt, where one is due."""
    for hunt in session.hunts:
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
    """Ring the next one where nobody of the hunt rings any more."""
    if any(not session.is_over(member) for member in attempted(session, hunt)):
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


def _winner(session: CallSession, hunt: Hunt, now: datetime) -> Member | None:
    """Who has answered first; between equals the first in the list. Once that is settled it stays,
    whatever is still reported of another moment.
    """
    tried = attempted(session, hunt)
    if hunt.won_at is not None and now - hunt.won_at > _SETTLED_AFTER:
        return next((m for m in tried if m.id == hunt.winner), None)
    answered = [m for m in tried if session.was_connected(m) and m.id not in hunt.dismissed]
    if not answered:
        return next((m for m in tried if m.id == hunt.winner), None)
    winner = min(answered, key=_answered_at)
    if hunt.winner is None:
        hunt.won_at = now
    hunt.winner = winner.id
    return winner


def _answered_at(member: Member) -> datetime:
    end = member.leg.end
    return member.leg.answered_at or (end.at if end is not None else member.added_at)


def _stop_others(session: CallSession, hunt: Hunt, winner: Member, now: datetime) -> None:
    hunt.forget_waiting()
    for member in attempted(session, hunt):
        if member is winner or session.is_over(member):
            continue
        if not session.is_connected(member):
            if member.leg.hangup_level < HangupLevel.DECLINE:
                call_off(session, member, f"{winner.display_name} answered first", now)
            continue
        if member.id not in hunt.dismissed:
            hunt.dismissed = (*hunt.dismissed, member.id)
        order_hangup(session, member, HangupLevel.HANG_UP, now, TAKEN)
