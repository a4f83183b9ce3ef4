"""Calls that agents' devices place: whom they dial, or why they are not placed."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.carrier.port import SessionRef
from evovoice.domain import opening
from evovoice.domain.call_session import CallSession
from evovoice.domain.instructions import first_instruction
from evovoice.domain.messages import Farewell, Instruction
from evovoice.domain.values import Account, PhoneNumber, User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.destinations import read_from_number, read_other_party
from evovoice.services.calls.rate_limit import take_from_budget
from evovoice.services.errors import BadDestination, BadFromNumber, RateLimited, TooManyCalls
from evovoice.services.intake.deleted_sessions import CallIsOver
from evovoice.services.intake.questions import new_leg, opened_by, ref_of, with_early_report
from evovoice.storage.unit_of_work import UnitOfWork

UNKNOWN_DEVICE = Farewell("This device may not place calls.")
CANNOT_BE_CALLED = "This number cannot be called."
_SPOKEN = {  # by the error's code
    "EmergencyNotAllowed": "Emergency numbers cannot be called from here.",
    "PremiumNotAllowed": "Premium numbers are not allowed.",
    "CountryNotAllowed": "Calls to this country or network are not allowed.",
    "RateLimited": "You have placed too many calls. Please try again in a minute.",
    "TooManyCalls": "You have too many calls at once. Please try again once one has ended.",
}
_FIRST_LINES = 10  # of the log; the refusal is the second


class _Refused(Exception):
    """A device's call is not placed; it hears why."""

    def __init__(self, farewell: Farewell) -> None:
        super().__init__(farewell.sentence)
        self.farewell = farewell


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A call that an agent's device places. The identity is proven, the rest is only asked for."""

    context: AppContext
    call_sid: str
    identity: str
    to: str
    from_number: str | None


def instruct_outgoing(
    context: AppContext, call_sid: str, identity: str, to: str, from_number: str | None
) -> tuple[Instruction, SessionRef | None]:
    """A call placed by an agent's device: dial whom it asks for, or say why not. Asked again, the
    answer is the same.
    """
    call = _Outgoing(context, call_sid, identity, to, from_number)
    try:
        opened = opened_by(_open, call)
    except _Refused as refused:
        return refused.farewell, None
    except CallIsOver:
        return Farewell(), None
    if opened is None:
        return UNKNOWN_DEVICE, None
    context.dispatch.hand_over(opened.orders)
    session = opened.session
    is_dialled = bool(session.dialled())
    return first_instruction(session) if is_dialled else _told(context, session), ref_of(session)


def _open(work: UnitOfWork, call: _Outgoing, now: datetime) -> CallSession | None:
    agent = work.directory.user_by_identity(call.identity)
    account = work.directory.account(agent.account_id) if agent else None
    if agent is None or account is None:
        return None
    if work.deleted_sessions.has_call(account.id, call.call_sid):
        raise CallIsOver(call.call_sid)
    session = opening.outgoing(
        account,
        session_id=call.context.new_id("s"),
        call_sid=call.call_sid,
        agent=agent,
        agent_ids=new_leg(call.context),
        destination=call.to,
        caller_id=_shown(work, account, call.from_number),
        now=now,
    )
    _dial(work, session, call, account, agent)
    return with_early_report(work, session, now)


def _dial(
    work: UnitOfWork, session: CallSession, call: _Outgoing, account: Account, agent: User
) -> None:
    """Whom the device asks for is dialled next; where it may not be, the log says why."""
    context, now = call.context, session.created_at
    try:
        target = read_other_party(work, account, agent, call.to, context.sip_hosts)
        user_id = target.user.id if target.user else None
        take_from_budget(context, work, account.id, agent, now, user_id)
    except (BadDestination, RateLimited, TooManyCalls) as refusal:
        opening.refuse_to_dial(session, str(refusal), refusal.code)
        return
    opening.dial_first(session, new_leg(context), target.address, target.display_name, user_id)


def _shown(work: UnitOfWork, account: Account, from_number: str | None) -> PhoneNumber:
    try:
        return read_from_number(work, account, from_number, None)
    except BadFromNumber as error:
        raise _Refused(Farewell(str(error))) from None


def _told(context: AppContext, session: CallSession) -> Farewell:
    """Why nobody is dialled, out of the log."""
    with context.database.reading() as work:
        lines = work.sessions.events(session.account_id, session.id, 0, _FIRST_LINES)
    codes = [line.data["errorCode"] for _, line in lines if "errorCode" in line.data]
    return Farewell(_SPOKEN.get(codes[0] if codes else "", CANNOT_BE_CALLED))
