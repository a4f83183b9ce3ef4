"""What an agent does with a transfer: begin it, swap whom one talks to, complete it, cancel it."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.commands import (
    require_live,
    require_open_conference,
    require_own_leg,
)
from evovoice.domain.end_policies import set_policy
from evovoice.domain.errors import (
    HandsOverToOneself,
    MemberNotConnected,
    NobodyElseConnected,
    PartyInCall,
    TransferHandedOver,
    TransferIsOver,
    TransferNotFound,
    TransferUnderWay,
)
from evovoice.domain.hanging_up import remove
from evovoice.domain.hold_changes import hold_all_but, release_all
from evovoice.domain.holding import forget_refusals
from evovoice.domain.leaving import stay, wish_to_hand_over
from evovoice.domain.member import Member
from evovoice.domain.member_commands import leave_call, order_settings, require_known_member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.requests import (
    CancelTransfer,
    CompleteTransfer,
    HandOver,
    LeaveCall,
    StartTransfer,
    SwapTransfer,
)
from evovoice.domain.rights import Right, require_right
from evovoice.domain.states import EndPolicy, HangupLevel
from evovoice.domain.transfer import (
    Substitute,
    Transfer,
    TransferEnd,
    TransferKind,
    TransferPlan,
)
from evovoice.domain.transfer_log import log_end, log_start, log_swap
from evovoice.domain.transfer_parties import (
    TransferParties,
    live_transfer,
    transfer_of,
    transfer_parties,
    transfer_state,
)
from evovoice.domain.transferring import release
from evovoice.domain.values import User, address_from, is_same_party

REASON = "Transferring"  # of the hold, by the contract's name


_Command = HandOver | StartTransfer | SwapTransfer | CompleteTransfer | CancelTransfer


def handle_transfer(session: CallSession, command: _Command, now: datetime) -> None:
    """Change the session as asked, or refuse by an error and change nothing."""
    match command:
        case HandOver():
            hand_over(session, command, now)
        case StartTransfer():
            start(session, command, now)
        case SwapTransfer():
            swap(session, command, now)
        case CompleteTransfer():
            complete(session, command, now)
        case CancelTransfer():
            cancel(session, command, now)


def start(session: CallSession, command: StartTransfer, now: datetime) -> None:
    """Hold all others and talk to the third party alone, once they answer; repeated while it goes
    on to the same party, it changes nothing.
    """
    own = require_own_leg(session, command.by, command.call_sid, Right.START_TRANSFER)
    to = require_known_member(session, command.member)
    if _under_way(session, to) is not None:
        return
    if session.is_connected(to):
        raise PartyInCall(to.display_name)
    others = [m for m in session.connected() if m is not own]
    if not others:
        raise NobodyElseConnected(session.id)
    transfer = _begun(session, TransferKind.CONSULT, own, to, command.plan, command.by, now)
    transfer.placed = tuple(m.id for m in others)
    for member in others:
        member.leg.settings.refused = ""
    session.last_modified_by = command.by.id
    hold_all_but(session, own, command.by, REASON, now)
    order_settings(session, now)


def hand_over(session: CallSession, command: HandOver, now: datetime) -> None:
    """Hang up one's own leg once the carrier has accepted to ring the other party (C84)."""
    own = require_own_leg(session, command.by, None, Right.HAND_OVER)
    to = require_known_member(session, command.member)
    if own is to:
        raise HandsOverToOneself(command.destination)
    transfer = _under_way(session, to)
    if transfer is None:
        transfer = _begun(session, TransferKind.BLIND, own, to, command.plan, command.by, now)
    session.last_modified_by = command.by.id
    transfer.handed_over = True
    wish_to_hand_over(own, to, command.by)
    _let_others_talk(session, to, command.by, now)
    text = f"{command.by.name} hands the call over to {command.destination}"
    session.log(SessionEvent("Redirected", text, now, user_id=command.by.id))


def leave(session: CallSession, command: LeaveCall, now: datetime) -> None:
    """Hang up one's own leg. Where somebody who was added still rings, and one party would wait for
    them alone, that party is handed over to them, so that nobody is hung up without a word (C109).
    """
    own = leave_call(session, command, now)
    to = _rung_for_one(session, own)
    if to is None or command.plan is None or live_transfer(session) is not None:
        return
    transfer = _begun(session, TransferKind.BLIND, own, to, command.plan, command.by, now)
    transfer.handed_over = True


def swap(session: CallSession, command: SwapTransfer, now: datetime) -> None:
    """Hold the third party and talk to the others; again, the other way round."""
    _require_may_act(session, command.by, Right.SWAP_TRANSFER)
    transfer, parties = _live(session, command.transfer_id)
    if not session.is_connected(parties.to):
        raise MemberNotConnected(parties.to.display_name)
    _require_agent_stays(session, transfer, parties)
    require_open_conference(session)
    to_third = parties.to.leg.settings.held
    for member in parties.others:
        member.leg.settings.held = to_third
    parties.to.leg.settings.held, parties.own.leg.settings.held = not to_third, False
    session.last_modified_by = command.by.id
    whom = parties.to.display_name if to_third else "the others"
    log_swap(session, transfer, command.by, whom, now)
    order_settings(session, now)


def complete(session: CallSession, command: CompleteTransfer, now: datetime) -> None:
    """Bring all together, or have the agent leave; again it changes nothing."""
    _require_may_act(session, command.by, Right.COMPLETE_TRANSFER)
    known = _known(session, command.transfer_id)
    if known.end is not None and known.end.is_success:
        return
    transfer, parties = _live(session, command.transfer_id)
    session.last_modified_by = command.by.id
    if command.joins:
        _require_agent_stays(session, transfer, parties)
        _join(session, parties, command.by, now)
    elif not transfer.handed_over:
        _leave(session, transfer, parties, command.by, now)


def cancel(session: CallSession, command: CancelTransfer, now: datetime) -> None:
    """Take the third party out, and bring back whoever was held; again it changes nothing."""
    _require_may_act(session, command.by, Right.CANCEL_TRANSFER)
    known = _known(session, command.transfer_id)
    if known.end is not None and not known.end.is_success:
        return
    transfer, parties = _live(session, command.transfer_id)
    if session.is_over(parties.own) or parties.own.leg.hangup_level is not HangupLevel.NOT:
        raise TransferHandedOver(transfer.id)
    stay(parties.own)
    remove(session, parties.to, now, command.by)
    forget_refusals(session)
    release([parties.own, *parties.others])
    session.last_modified_by = command.by.id
    transfer.finish(TransferEnd.CANCELLED, now)
    log_end(session, transfer, now)


# --- the parts of them ---------------------------------------------------------------------------


def _rung_for_one(session: CallSession, leaving: Member) -> Member | None:
    """Who was added last and still rings, where one party is left who would wait for them; by the
    policy `last_agent` nobody waits for an outside party.
    """
    connected, pending = session.parties()
    added = [m for m in pending if not m.is_original and m is not leaving]
    if leaving.supervises or not added or len([m for m in connected if m is not leaving]) != 1:
        return None
    is_waited_for = added[-1].is_our_user or session.end_policy is not EndPolicy.LAST_AGENT
    return added[-1] if is_waited_for else None


def _join(session: CallSession, parties: TransferParties, by: User, now: datetime) -> None:
    """That it is done, the carrier's answers tell (`transferring`)."""
    if not session.is_connected(parties.to):
        raise MemberNotConnected(parties.to.display_name)
    require_open_conference(session)
    release_all(session, by)
    order_settings(session, now)


def _leave(
    session: CallSession, transfer: Transfer, parties: TransferParties, by: User, now: datetime
) -> None:
    """The others are off hold at once; who is still rung, is waited for without the agent."""
    transfer.handed_over = True
    wish_to_hand_over(parties.own, parties.to, by)
    _let_others_talk(session, parties.to, by, now)
    release_all(session, by)
    if session.is_connected(parties.to):
        require_open_conference(session)
        order_settings(session, now)


def _let_others_talk(session: CallSession, to: Member, by: User, now: datetime) -> None:
    """By the policy `last_agent` whoever leaves would hang up on those whom they leave."""
    if session.end_policy is EndPolicy.LAST_AGENT and not to.is_our_user:
        set_policy(session, EndPolicy.TWO_LEFT, by, now)


def _under_way(session: CallSession, to: Member) -> Transfer | None:
    """The transfer to that party that goes on. Errors: `TransferUnderWay` where to another."""
    live = live_transfer(session)
    third = session.member_of(live.to_leg_id) if live else None
    if third is not None and third is not to:
        raise TransferUnderWay(session.id, third.display_name)
    return live


def _begun(
    session: CallSession, kind: TransferKind, own: Member, to: Member, plan: TransferPlan,
    by: User, now: datetime,
) -> Transfer:  # fmt: skip
    transfer = Transfer(
        plan.id, kind, own.user_id or by.id, own.leg.id, to.leg.id, plan.from_number, now,
        substitutes=_substitutes(own, to, plan),
    )  # fmt: skip
    session.transfers.append(transfer)
    log_start(session, transfer, by, now)
    return transfer


def _substitutes(own: Member, to: Member, plan: TransferPlan) -> tuple[Substitute, ...]:
    """Who is rung where the third party does not come and the agent has left: first the agent."""
    found: list[Substitute] = []
    if own.user_id is not None:
        address = str(own.address)
        found.append(Substitute(*plan.recall, address, own.display_name, own.user_id))
    return *found, *(one for one in plan.fallbacks if not _is_third(one, to))


def _is_third(fallback: Substitute, to: Member) -> bool:
    return is_same_party(address_from(fallback.address), to.address)


def _require_may_act(session: CallSession, by: User, right: Right) -> None:
    require_right(session, by, right)
    require_live(session)


def _known(session: CallSession, transfer_id: str) -> Transfer:
    found = transfer_of(session, transfer_id)
    if found is None:
        raise TransferNotFound(session.id, transfer_id)
    return found


def _live(session: CallSession, transfer_id: str) -> tuple[Transfer, TransferParties]:
    transfer = _known(session, transfer_id)
    parties = transfer_parties(session, transfer)
    if transfer.end is not None or parties is None:
        raise TransferIsOver(transfer.id, transfer_state(session, transfer).value)
    return transfer, parties


def _require_agent_stays(
    session: CallSession, transfer: Transfer, parties: TransferParties
) -> None:
    if transfer.handed_over or session.is_over(parties.own):
        raise TransferHandedOver(transfer.id)
