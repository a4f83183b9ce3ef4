"""What the calling leg is told when the carrier asks: the same each time it asks."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.end_rules import verdict
from evovoice.domain.messages import (
    Bridge,
    DialFinished,
    Fact,
    Farewell,
    Instruction,
    JoinConference,
    Ringing,
)
from evovoice.domain.states import Direction, Outcome, Verdict
from evovoice.domain.withheld import is_withheld

NOBODY_ANSWERED = "Nobody is available to take your call. Please try again later."
NOBODY_HERE = "We are sorry, nobody is available to speak to you just now. Goodbye."
NOT_REACHED = "The party you called could not be reached."


def first_instruction(session: CallSession) -> Instruction:
    """For a call that has just come in or been answered, or asks again: our answer was lost.

    Who was disabled since is not rung again.
    """
    wanted = (m for m in session.dialled() if m.leg.withdrawn is None)
    targets = tuple(Ringing(m.leg.id, m.address) for m in wanted)
    is_over = session.has_ended or session.end_wanted
    if is_over or session.room_name is not None or not targets:
        return after_dial(session)
    return Bridge(targets, _caller_id(session))


def _caller_id(session: CallSession) -> str:
    """Who calls, to be shown; our own number where that is withheld, for without any the carrier
    passes on whatever it was sent (twilio-voice 10.1).
    """
    calling = session.calling()
    if calling.is_rung_first:
        return session.from_address
    if calling.was_placed or is_withheld(session.from_address):
        return session.to_address
    return session.from_address


def after_dial(session: CallSession) -> Instruction:
    """For a calling leg whose dial is over: it hung up, nobody answered, or it is moved.

    Where the call was claimed for a conference the answer is the conference: when in doubt, nobody
    is dropped (twilio-voice 1.2). Somebody alone in there is hung up by the end rules.
    """
    ended = session.has_ended or verdict(session) is Verdict.END
    if session.room_name is not None and not ended:
        return JoinConference(session.room_name, with_music=session.return_until is not None)
    if session.was_answered:
        return Farewell()
    calling = session.calling()
    if calling.was_placed and not calling.is_rung_first:
        return Farewell(NOBODY_HERE)
    incoming = session.direction is Direction.INCOMING
    return Farewell(NOBODY_ANSWERED if incoming else NOT_REACHED)


def may_be_moved(facts: tuple[Fact, ...]) -> bool:
    """Whether a dial that is over may be over because its dialled leg was moved: any word may be
    said of that but those for a leg that nobody answered (twilio-voice 1.2).
    """
    dials = [fact for fact in facts if isinstance(fact, DialFinished)]
    is_alive = len(dials) == len(facts)  # else the calling leg's own end is told beside it
    return is_alive and all(dial.outcome in (Outcome.COMPLETED, None) for dial in dials)
