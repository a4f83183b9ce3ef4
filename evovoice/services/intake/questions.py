"""What the carrier asks: what to do with a call. Answered from the database alone."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from evovoice.carrier.port import SessionRef
from evovoice.domain import opening
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.facts import observe
from evovoice.domain.instructions import after_dial, first_instruction
from evovoice.domain.messages import (
    Bridge,
    DialFinished,
    Fact,
    Farewell,
    Instruction,
    LegProgressed,
)
from evovoice.domain.opening import NewLeg
from evovoice.domain.values import PhoneNumber, User
from evovoice.services.app_context import AppContext
from evovoice.services.intake.away import room_without_database
from evovoice.services.intake.deleted_sessions import CallIsOver, was_deleted
from evovoice.services.intake.digits import digits_of_dial
from evovoice.services.outbox.session_changes import Changed, Create, merge_facts
from evovoice.storage.unit_of_work import CommitUncertain, DatabaseUnavailable, UnitOfWork

MOST_RUNG = 10  # devices that one dial may ring (twilio-voice 1.6)
NOT_IN_SERVICE = Farewell("The number you called is not in service.")


class NewCall(Protocol):
    """A call that the carrier asks about."""

    @property
    def context(self) -> AppContext: ...

    @property
    def call_sid(self) -> str: ...


N = TypeVar("N", bound=NewCall)


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A call to one of our numbers, with what it needs of the service."""

    context: AppContext
    call_sid: str
    caller: str
    called: str


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
    try:
        opened = opened_by(_open_incoming, call)
    except CallIsOver:
        return Farewell(), None
    if opened is None:
        return NOT_IN_SERVICE, None
    context.dispatch.hand_over(opened.orders)
    return first_instruction(opened.session), ref_of(opened.session)


def instruct_placed(context: AppContext, ref: SessionRef, answered: LegProgressed) -> Instruction:
    """Somebody has answered a call that we place: ring the agents of the number it shows, and
    whoever ordered it where that number has none. Errors: `SessionNotFound`.
    """
    try:
        changed = context.changes.apply(ref, _ring_our_side, _Answered(context, answered))
    except SessionNotFound:
        return _farewell_if_deleted(context, ref)
    context.dispatch.hand_over(changed.orders)
    if _is_strangers(changed.session, answered):
        return Farewell()
    return _with_digits(first_instruction(changed.session), changed.result)


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
    except SessionNotFound:
        return _farewell_if_deleted(context, ref)
    context.dispatch.hand_over(changed.orders)
    if any(_is_strangers(changed.session, f) for f in facts if isinstance(f, DialFinished)):
        return Farewell()
    return after_dial(changed.session)


def opened_by(create: Create[N], call: N) -> Changed[bool] | None:
    """The session of that call, new or found. Whether a commit without an answer took place need
    not be known: what it stored is found by its call.
    """
    changes = call.context.changes
    try:
        return changes.open(by_call, create, call)
    except CommitUncertain:
        return changes.open(by_call, create, call)


def _farewell_if_deleted(context: AppContext, ref: SessionRef) -> Instruction:
    """The call goes no further. Errors: `SessionNotFound` where there never was such a session."""
    if not was_deleted(context, ref):
        raise SessionNotFound(ref.session_id)
    return Farewell()


def _with_digits(instruction: Instruction, digits: str) -> Instruction:
    return replace(instruction, digits=digits) if isinstance(instruction, Bridge) else instruction


def _ring_our_side(
    work: UnitOfWork, session: CallSession, answered: _Answered, now: datetime
) -> str:
    """The digits that the dial is to say; empty: none."""
    observe(session, (answered.fact,), now)
    if _is_strangers(session, answered.fact):
        return ""
    if session.waits_for_caller and not (session.has_ended or session.end_wanted):
        opening.ring_agents(session, _agents_for(answered.context, work, session, now), now)
    return digits_of_dial(work, session, now)


def _is_strangers(session: CallSession, fact: LegProgressed | DialFinished) -> bool:
    """Whether another call than the session's asks at its address: one that was placed twice."""
    return session.root_call_sid != fact.call_sid


def by_call(work: UnitOfWork, call: NewCall, now: datetime) -> CallSession | None:
    """The session of a call that has asked before."""
    del now
    return work.sessions.by_root_call(call.call_sid)


def _open_incoming(work: UnitOfWork, call: _Incoming, now: datetime) -> CallSession | None:
    found = work.directory.called(call.called, call.call_sid)
    if found is None:
        return None
    account, is_over = found
    if is_over:
        raise CallIsOver(call.call_sid)
    rung = work.presences.ready_agents_of(call.called, now)[:MOST_RUNG]
    session = opening.incoming(
        account,
        session_id=call.context.new_id("s"),
        call_sid=call.call_sid,
        called=PhoneNumber(call.called),
        caller=call.caller,
        caller_ids=new_leg(call.context),
        agents=[(agent, new_leg(call.context)) for agent in rung],
        now=now,
    )
    return with_early_report(work, session, now)


def _agents_for(
    context: AppContext, work: UnitOfWork, session: CallSession, now: datetime
) -> list[tuple[User, NewLeg]]:
    agents = work.presences.ready_agents_of(session.from_address, now)[:MOST_RUNG]
    orderer = work.directory.user(session.created_by or "")
    fallback = [orderer] if orderer is not None else []
    return [(agent, new_leg(context)) for agent in agents or fallback]


def with_early_report(work: UnitOfWork, session: CallSession, now: datetime) -> CallSession:
    """With the final report of its call, where that came before the call was announced."""
    early = work.early_reports.take(session.call_sid)
    observe(session, (early,) if early else (), now)
    return session


def new_leg(context: AppContext) -> NewLeg:
    """Fresh ids."""
    return NewLeg(context.new_id("m"), context.new_id("leg"))


def ref_of(session: CallSession) -> SessionRef:
    """Where reports on the session go."""
    return SessionRef(session.account_id, session.id)
