"""How a session begins: a call comes in, or an agent's device places one."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.leg import Leg
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.orders import PlaceCall
from evovoice.domain.states import Direction, LegProgress, MemberRole
from evovoice.domain.values import Account, Address, PhoneNumber, User
from evovoice.domain.withheld import WITHHELD, is_withheld


@dataclass(frozen=True, slots=True)
class NewLeg:
    """Ids for a member and its leg. They are random, so they are made outside of the domain."""

    member_id: str
    leg_id: str


def incoming(
    account: Account,
    *,
    session_id: str,
    call_sid: str,
    called: PhoneNumber,
    caller: str,
    caller_ids: NewLeg,
    agents: list[tuple[User, NewLeg]],
    now: datetime,
) -> CallSession:
    """A call to one of our numbers, which rings the devices of `agents`."""
    session = _blank(account, session_id, Direction.INCOMING, call_sid, now)
    session.to_address, session.from_address = str(called), caller
    session.members.append(_caller(caller, caller_ids, call_sid, now))
    for agent, ids in agents:
        session.members.append(_rung_agent(agent, ids, now))
    text = f"{session.calling().display_name} calls {called}"
    session.log(SessionEvent("SessionCreated", text, now, call_sid))
    return session


def outgoing(
    account: Account,
    *,
    session_id: str,
    call_sid: str,
    agent: User,
    agent_ids: NewLeg,
    destination: str,
    caller_id: PhoneNumber,
    now: datetime,
) -> CallSession:
    """A call placed by an agent's device; `dial_first` adds whom it rings."""
    session = _blank(account, session_id, Direction.OUTGOING, call_sid, now)
    session.from_address, session.destination = str(caller_id), destination
    session.created_by = session.last_modified_by = agent.id
    leg = Leg(agent_ids.leg_id, call_sid, LegProgress.ANSWERED, answered_at=now)
    session.members.append(
        Member(
            agent_ids.member_id, MemberRole.AGENT, agent.address, agent.name, leg, now,
            is_original=True, is_calling=True, user_id=agent.id,
        )
    )  # fmt: skip
    text = f"{agent.name} calls {destination}"
    session.log(SessionEvent("SessionCreated", text, now, call_sid, user_id=agent.id))
    return session


def placed(
    account: Account,
    *,
    session_id: str,
    by: User,
    ids: NewLeg,
    number: PhoneNumber,
    destination: str,
    caller_id: PhoneNumber,
    flow_id: str | None,
    now: datetime,
) -> CallSession:
    """A call that the carrier is to place for us; who answers is the one who makes the call.

    `ring_agents` adds our side then. The root call has no SID yet, so our leg's id stands there.
    """
    session = _blank(account, session_id, Direction.OUTGOING, ids.leg_id, now)
    session.to_address, session.from_address = str(number), str(caller_id)
    session.destination = destination
    session.created_by = session.last_modified_by = by.id
    leg = Leg(ids.leg_id, dial_ordered_at=now)
    session.members.append(
        Member(
            ids.member_id, MemberRole.CALLER, number, str(number), leg, now,
            is_original=True, is_calling=True, added_by=by.id, destination=destination,
            from_number=str(caller_id),
        )
    )  # fmt: skip
    session.orders.append(PlaceCall(ids.leg_id, str(number), str(caller_id)))
    text, data = f"{by.name} has {number} called", {"flowId": flow_id} if flow_id else {}
    session.log(SessionEvent("SessionCreated", text, now, user_id=by.id, data=data))
    return session


def ring_agents(session: CallSession, agents: list[tuple[User, NewLeg]], now: datetime) -> None:
    """Our side of a call that was placed, once the party called has answered."""
    session.members.extend(_rung_agent(agent, ids, now) for agent, ids in agents)


def placed_by_agent(
    account: Account,
    *,
    session_id: str,
    agent: User,
    agent_ids: NewLeg,
    destination: str,
    caller_id: PhoneNumber,
    now: datetime,
) -> CallSession:
    """A call that the carrier is to place for an agent: their own device is rung first, then whom
    `dial_first` adds. The root call has no SID yet, so the leg's id stands there.
    """
    session = _blank(account, session_id, Direction.OUTGOING, agent_ids.leg_id, now)
    session.from_address, session.destination = str(caller_id), destination
    session.created_by = session.last_modified_by = agent.id
    leg = Leg(agent_ids.leg_id, dial_ordered_at=now)
    session.members.append(
        Member(
            agent_ids.member_id, MemberRole.AGENT, agent.address, agent.name, leg, now,
            is_original=True, is_calling=True, user_id=agent.id, from_number=str(caller_id),
        )
    )  # fmt: skip
    session.orders.append(PlaceCall(agent_ids.leg_id, str(agent.address), str(caller_id)))
    text = f"{agent.name} calls {destination}, and their own device is rung first"
    session.log(SessionEvent("SessionCreated", text, now, user_id=agent.id))
    return session


def dial_first(
    session: CallSession, ids: NewLeg, address: Address, display_name: str, user_id: str | None
) -> None:
    """The party an outgoing call is placed to; between our users it is the `Caller` too."""
    session.to_address = str(address)
    session.members.append(
        Member(
            ids.member_id, MemberRole.CALLER, address, display_name, Leg(ids.leg_id),
            session.created_at, is_original=True, user_id=user_id, added_by=session.created_by,
        )
    )  # fmt: skip


def refuse_to_dial(session: CallSession, reason: str, code: str) -> None:
    """Nobody is dialled for a device's call; `code` is the error's that an add would have got."""
    session.log(
        SessionEvent(
            "MemberFailed", f"{session.destination} is not called: {reason}", session.created_at,
            session.call_sid, user_id=session.created_by, data={"errorCode": code},
        )
    )  # fmt: skip


def _blank(
    account: Account, session_id: str, direction: Direction, call_sid: str, now: datetime
) -> CallSession:
    return CallSession(
        account_id=account.id,
        account_name=account.name,
        id=session_id,
        direction=direction,
        call_sid=call_sid,
        to_address="",
        from_address="",
        created_at=now,
        modified_at=now,
        end_policy=account.end_policy,
    )


def _caller(caller: str, ids: NewLeg, call_sid: str, now: datetime) -> Member:
    leg = Leg(ids.leg_id, call_sid, LegProgress.RINGING)
    shown = WITHHELD if is_withheld(caller) else caller
    return Member(
        ids.member_id, MemberRole.CALLER, PhoneNumber(caller), shown, leg, now,
        is_original=True, is_calling=True,
    )  # fmt: skip


def _rung_agent(agent: User, ids: NewLeg, now: datetime) -> Member:
    return Member(
        ids.member_id, MemberRole.AGENT, agent.address, agent.name, Leg(ids.leg_id), now,
        is_original=True, user_id=agent.id,
    )  # fmt: skip
