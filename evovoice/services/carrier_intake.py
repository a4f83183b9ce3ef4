"""What the carrier asks and tells: questions are answered from the database alone, facts are
stored with their receipt before anything follows from them.
"""

from functools import partial

from evovoice.carrier.port import SessionRef
from evovoice.domain import opening
from evovoice.domain.answers import after_dial, first_instruction
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.facts import observe
from evovoice.domain.messages import Fact, Farewell, Instruction, LegEnded, LegProgressed
from evovoice.domain.opening import NewLeg
from evovoice.domain.settling import settle
from evovoice.domain.values import Account, PhoneNumber, User
from evovoice.services.desk import Desk
from evovoice.services.destinations import Destination, read_destination, read_from_number
from evovoice.services.errors import BadDestination, BadFromNumber
from evovoice.storage.unit_of_work import Conflict, StoredOrder, UnitOfWork

MOST_RUNG = 10  # devices that one dial may ring (twilio-voice 1.6)
NOT_IN_SERVICE = Farewell("The number you called is not in service.")
UNKNOWN_DEVICE = Farewell("This device does not belong to an account.")
CANNOT_BE_CALLED = "This number cannot be called."


class _ToldBefore(Exception):
    """This very report was merged already: the transaction is undone."""


def answer_incoming(
    desk: Desk, call_sid: str, caller: str, called: str
) -> tuple[Instruction, SessionRef | None]:
    """A call to one of our numbers: ring its agents. Asked again, the answer is the same."""
    try:
        with desk.database.writing() as work:
            session = work.sessions.by_root_call(call_sid)
            if session is None:
                session = _open_incoming(desk, work, call_sid, caller, called)
    except Conflict:
        return answer_incoming(desk, call_sid, caller, called)
    if session is None:
        return NOT_IN_SERVICE, None
    return first_instruction(session), _ref(session)


def answer_outgoing(
    desk: Desk, call_sid: str, identity: str, to: str, from_number: str | None
) -> tuple[Instruction, SessionRef | None]:
    """A call placed by an agent's device. The identity is proven, the rest is only asked for."""
    try:
        with desk.database.writing() as work:
            session = work.sessions.by_root_call(call_sid)
            if session is not None:
                return first_instruction(session), _ref(session)
            agent = work.directory.user_by_identity(identity)
            if agent is None:
                return UNKNOWN_DEVICE, None
            return _open_outgoing(desk, work, agent, call_sid, to, from_number)
    except Conflict:
        return answer_outgoing(desk, call_sid, identity, to, from_number)


def answer_placed(desk: Desk, ref: SessionRef, answered: LegProgressed) -> Instruction:
    """Somebody has answered a call that we place: ring the agents of the number it shows, and
    whoever ordered it where that number has none. Errors: `SessionNotFound`.
    """
    with desk.database.writing() as work:
        session = work.sessions.for_update(ref.account_id, ref.session_id)
        if session is None:
            raise SessionNotFound(ref.session_id)
        observe(session, (answered,), desk.clock())
        if session.waits_for_caller and not (session.has_ended or session.end_wanted):
            agents = _agents_for(desk, work, session)
            opening.ring_agents(session, agents, desk.clock())
            settle(session, desk.clock())
        orders = work.sessions.save(session, desk.dispatch.lease())
    desk.news.tell(ref.session_id)
    desk.dispatch.hand_over(orders)
    return first_instruction(session)


def answer_dial_action(desk: Desk, ref: SessionRef, facts: tuple[Fact, ...]) -> Instruction:
    """The calling leg's dial is over. Errors: `SessionNotFound`."""
    session, orders = desk.database.change(partial(_merge, desk, ref, facts))
    desk.news.tell(ref.session_id)
    desk.dispatch.hand_over(orders)
    return after_dial(session)


def receive(desk: Desk, ref: SessionRef, receipt_key: str, facts: tuple[Fact, ...]) -> None:
    """Something has happened; told again it changes nothing. Errors: `SessionNotFound`."""
    try:
        orders = desk.database.change(partial(_merge_once, desk, ref, receipt_key, facts))
    except _ToldBefore:
        return
    desk.news.tell(ref.session_id)
    desk.dispatch.hand_over(orders)


def receive_call_report(
    desk: Desk, receipt_key: str, call_sid: str, facts: tuple[Fact, ...]
) -> None:
    """A number's or an App's own status callback about the leg that called. A caller may hang up
    before we hear of the call: a final report of an unknown call is kept for a minute, see
    `early_reports`.
    """
    ref = session_of_call(desk, call_sid) or _keep_end(desk, call_sid, facts)
    if ref is not None:
        receive(desk, ref, receipt_key, facts)


def session_of_call(desk: Desk, call_sid: str) -> SessionRef | None:
    """The session that has a leg with that call SID; the newest, if there are several."""
    with desk.database.reading() as work:
        found = work.sessions.find_by_leg(call_sid)
    return SessionRef(*found) if found else None


def _keep_end(desk: Desk, call_sid: str, facts: tuple[Fact, ...]) -> SessionRef | None:
    """Keep how the call ended; its session, where it was announced at the same moment."""
    ends = [fact for fact in facts if isinstance(fact, LegEnded)]
    if not ends:
        return None
    with desk.database.writing() as work:
        for end in ends:
            work.early_reports.keep(end, desk.clock())
    return session_of_call(desk, call_sid)


def _merge_once(
    desk: Desk, ref: SessionRef, receipt_key: str, facts: tuple[Fact, ...], work: UnitOfWork
) -> list[StoredOrder]:
    """The receipt comes last: all that can be done before the first writing is done by then."""
    _, orders = _merge(desk, ref, facts, work)
    if not work.receipts.first_time(ref.account_id, receipt_key, desk.clock()):
        raise _ToldBefore
    return orders


def _merge(
    desk: Desk, ref: SessionRef, facts: tuple[Fact, ...], work: UnitOfWork
) -> tuple[CallSession, list[StoredOrder]]:
    session = work.sessions.for_update(ref.account_id, ref.session_id)
    if session is None:
        raise SessionNotFound(ref.session_id)
    observe(session, facts, desk.clock())
    return session, work.sessions.save(session, desk.dispatch.lease())


def _open_incoming(
    desk: Desk, work: UnitOfWork, call_sid: str, caller: str, called: str
) -> CallSession | None:
    account = work.directory.number_owner(called)
    if account is None:
        return None
    rung = work.directory.agents_of(called)[:MOST_RUNG]
    agents = [(agent, _new_leg(desk)) for agent in rung]
    session = opening.incoming(
        account,
        session_id=desk.new_id("s"),
        call_sid=call_sid,
        called=PhoneNumber(called),
        caller=caller,
        caller_ids=_new_leg(desk),
        agents=agents,
        now=desk.clock(),
    )
    return _stored(desk, work, session)


def _agents_for(desk: Desk, work: UnitOfWork, session: CallSession) -> list[tuple[User, NewLeg]]:
    agents = work.directory.agents_of(session.from_address)[:MOST_RUNG]
    orderer = work.directory.user(session.created_by or "")
    fallback = [orderer] if orderer is not None else []
    return [(agent, _new_leg(desk)) for agent in agents or fallback]


def _open_outgoing(
    desk: Desk, work: UnitOfWork, agent: User, call_sid: str, to: str, from_number: str | None
) -> tuple[Instruction, SessionRef | None]:
    account = work.directory.account(agent.account_id)
    if account is None:
        return UNKNOWN_DEVICE, None
    try:
        shown = read_from_number(work, account, from_number, None)
    except BadFromNumber as error:
        return Farewell(str(error)), None
    target = _target(desk, work, account, to)
    session = opening.outgoing(
        account,
        session_id=desk.new_id("s"),
        call_sid=call_sid,
        agent=agent,
        agent_ids=_new_leg(desk),
        destination=to,
        caller_id=shown,
        now=desk.clock(),
    )
    if target is not None:
        user_id = target.user.id if target.user else None
        opening.dial_first(session, _new_leg(desk), target.address, target.display_name, user_id)
    _stored(desk, work, session)
    if target is None:
        return Farewell(CANNOT_BE_CALLED), _ref(session)
    return first_instruction(session), _ref(session)


def _target(desk: Desk, work: UnitOfWork, account: Account, to: str) -> Destination | None:
    try:
        return read_destination(work, account, to, desk.sip_hosts)
    except BadDestination:
        return None


def _stored(desk: Desk, work: UnitOfWork, session: CallSession) -> CallSession:
    """With the final report of its call, where that came before the call was announced."""
    early = work.early_reports.take(session.call_sid)
    observe(session, (early,) if early else (), desk.clock())
    work.sessions.save(session)
    return session


def _new_leg(desk: Desk) -> NewLeg:
    return NewLeg(desk.new_id("m"), desk.new_id("leg"))


def _ref(session: CallSession) -> SessionRef:
    return SessionRef(session.account_id, session.id)
