"""What the carrier asks: what to do with a call. Answered from the database alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from evovoice.carrier.port import SessionRef
from evovoice.domain import opening
from evovoice.domain.call_session import CallSession
from evovoice.domain.facts import observe
from evovoice.domain.instructions import after_dial, first_instruction
from evovoice.domain.messages import DialFinished, Fact, Farewell, Instruction, LegProgressed
from evovoice.domain.opening import NewLeg
from evovoice.domain.values import Account, PhoneNumber, User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.destinations import Destination, read_destination, read_from_number
from evovoice.services.errors import BadDestination, BadFromNumber
from evovoice.services.intake.away import room_without_database
from evovoice.services.outbox.session_changes import Changed, Create, merge_facts
from evovoice.storage.unit_of_work import CommitUncertain, DatabaseUnavailable, UnitOfWork

MOST_RUNG = 10  # devices that one dial may ring (twilio-voice 1.6)
NOT_IN_SERVICE = Farewell("The number you called is not in service.")
UNKNOWN_DEVICE = Farewell("This device may not place calls.")
CANNOT_BE_CALLED = "This number cannot be called."


class _Refused(Exception):
    """A device's call is not placed; it hears why."""

    def __init__(self, farewell: Farewell) -> None:
        super().__init__(farewell.sentence)
        self.farewell = farewell


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A call to one of our numbers, with what it needs of the service."""

    context: AppContext
    call_sid: str
    caller: str
    called: str


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A call that an agent's device places. The identity is proven, the rest is only asked for."""

    context: AppContext
    call_sid: str
    identity: str
    to: str
    from_number: str | None


_Call = TypeVar("_Call", _Incoming, _Outgoing)


@dataclass(frozen=True, slots=True)
class _Answered:
    """A call that we place was answered."""

    context: AppContext
    fact: LegProgressed


def instruct_incoming(
    context: AppContext, call_sid: str, caller: str, called: str
) -> tuple[Instruction, SessionRef | None]:
    """A call to one of our numbers: ring its agents. Asked again, the answer is the same."""
    call = _Incoming(context, call_sid, caller, called)
    opened = _opened(_open_incoming, call)
    if opened is None:
        return NOT_IN_SERVICE, None
    context.dispatch.hand_over(opened.orders)
    return first_instruction(opened.session), _ref(opened.session)


def instruct_outgoing(
    context: AppContext, call_sid: str, identity: str, to: str, from_number: str | None
) -> tuple[Instruction, SessionRef | None]:
    """A call placed by an agent's device: dial whom it asks for, or say why not."""
    call = _Outgoing(context, call_sid, identity, to, from_number)
    try:
        opened = _opened(_open_outgoing, call)
    except _Refused as refused:
        return refused.farewell, None
    if opened is None:
        return UNKNOWN_DEVICE, None
    context.dispatch.hand_over(opened.orders)
    return _to_be_dialled(opened.session), _ref(opened.session)


def instruct_placed(context: AppContext, ref: SessionRef, answered: LegProgressed) -> Instruction:
    """Somebody has answered a call that we place: ring the agents of the number it shows, and
    whoever ordered it where that number has none. Errors: `SessionNotFound`.
    """
    changed = context.changes.apply(ref, _ring_our_side, _Answered(context, answered))
    context.dispatch.hand_over(changed.orders)
    if _is_strangers(changed.session, answered):
        return Farewell()
    return first_instruction(changed.session)


def instruct_after_dial(
    context: AppContext, ref: SessionRef, facts: tuple[Fact, ...]
) -> Instruction:
    """The calling leg's dial is over; without the database it goes into the conference.

    Errors: `SessionNotFound`; `DatabaseUnavailable` where nobody had answered the dial.
    """
    try:
        changed = context.changes.apply(ref, merge_facts, facts)
    except DatabaseUnavailable:
        room = room_without_database(context, ref, facts)
        if room is None:
            raise
        return room
    context.dispatch.hand_over(changed.orders)
    if any(_is_strangers(changed.session, f) for f in facts if isinstance(f, DialFinished)):
        return Farewell()
    return after_dial(changed.session)


def _opened(create: Create[_Call], call: _Call) -> Changed[bool] | None:
    """The session of that call, new or found. Whether a commit without an answer took place need
    not be known: what it stored is found by its call.
    """
    changes = call.context.changes
    try:
        return changes.open(_by_call, create, call)
    except CommitUncertain:
        return changes.open(_by_call, create, call)


def _ring_our_side(
    work: UnitOfWork, session: CallSession, answered: _Answered, now: datetime
) -> None:
    observe(session, (answered.fact,), now)
    if _is_strangers(session, answered.fact):
        return
    if session.waits_for_caller and not (session.has_ended or session.end_wanted):
        opening.ring_agents(session, _agents_for(answered.context, work, session), now)


def _is_strangers(session: CallSession, fact: LegProgressed | DialFinished) -> bool:
    """Whether another call than the session's asks at its address: one that was placed twice."""
    return session.root_call_sid != fact.call_sid


def _by_call(work: UnitOfWork, call: _Incoming | _Outgoing, now: datetime) -> CallSession | None:
    del now
    return work.sessions.by_root_call(call.call_sid)


def _open_incoming(work: UnitOfWork, call: _Incoming, now: datetime) -> CallSession | None:
    account = work.directory.number_owner(call.called)
    if account is None:
        return None
    rung = work.directory.agents_of(call.called)[:MOST_RUNG]
    session = opening.incoming(
        account,
        session_id=call.context.new_id("s"),
        call_sid=call.call_sid,
        called=PhoneNumber(call.called),
        caller=call.caller,
        caller_ids=_new_leg(call.context),
        agents=[(agent, _new_leg(call.context)) for agent in rung],
        now=now,
    )
    return _with_early_report(work, session, now)


def _agents_for(
    context: AppContext, work: UnitOfWork, session: CallSession
) -> list[tuple[User, NewLeg]]:
    agents = work.directory.agents_of(session.from_address)[:MOST_RUNG]
    orderer = work.directory.user(session.created_by or "")
    fallback = [orderer] if orderer is not None else []
    return [(agent, _new_leg(context)) for agent in agents or fallback]


def _open_outgoing(work: UnitOfWork, call: _Outgoing, now: datetime) -> CallSession | None:
    agent = work.directory.user_by_identity(call.identity)
    account = work.directory.account(agent.account_id) if agent else None
    if agent is None or account is None:
        return None
    target = _target(call.context, work, account, agent, call.to)
    session = opening.outgoing(
        account,
        session_id=call.context.new_id("s"),
        call_sid=call.call_sid,
        agent=agent,
        agent_ids=_new_leg(call.context),
        destination=call.to,
        caller_id=_shown(work, account, call.from_number),
        now=now,
    )
    if target is not None:
        user_id = target.user.id if target.user else None
        opening.dial_first(
            session, _new_leg(call.context), target.address, target.display_name, user_id
        )
    return _with_early_report(work, session, now)


def _shown(work: UnitOfWork, account: Account, from_number: str | None) -> PhoneNumber:
    try:
        return read_from_number(work, account, from_number, None)
    except BadFromNumber as error:
        raise _Refused(Farewell(str(error))) from None


def _target(
    context: AppContext, work: UnitOfWork, account: Account, agent: User, to: str
) -> Destination | None:
    """Whom the device asks for; not itself: it is on this very call."""
    try:
        target = read_destination(work, account, to, context.sip_hosts)
    except BadDestination:
        return None
    calls_itself = target.user is not None and target.user.id == agent.id
    return None if calls_itself else target


def _to_be_dialled(session: CallSession) -> Instruction:
    """Whom the device's call dials; a sentence where it asked for nobody who can be called."""
    return first_instruction(session) if session.dialled() else Farewell(CANNOT_BE_CALLED)


def _with_early_report(work: UnitOfWork, session: CallSession, now: datetime) -> CallSession:
    """With the final report of its call, where that came before the call was announced."""
    early = work.early_reports.take(session.call_sid)
    observe(session, (early,) if early else (), now)
    return session


def _new_leg(context: AppContext) -> NewLeg:
    return NewLeg(context.new_id("m"), context.new_id("leg"))


def _ref(session: CallSession) -> SessionRef:
    return SessionRef(session.account_id, session.id)
