"""What becomes of a transfer as the parties come and go, judged on levels after every change.

Whoever waits is never left on hold by a transfer that is over, nor hung up without a word: where
the third party was not reached and the agent has left, the agent is called back, then the account's
fallback number is rung, and only then the one who waits hears that nobody came (C109).
"""

from datetime import datetime

from evovoice.domain.announcements import Announcement
from evovoice.domain.call_session import CallSession
from evovoice.domain.end_policies import let_outside_party_talk
from evovoice.domain.hanging_up import order_hangup
from evovoice.domain.instructions import NOBODY_HERE
from evovoice.domain.leg import Leg
from evovoice.domain.member import Member
from evovoice.domain.orders import AnnounceToLeg
from evovoice.domain.states import HangupLevel, MemberRole
from evovoice.domain.transfer import Substitute, Transfer, TransferEnd
from evovoice.domain.transfer_log import log_end, log_return
from evovoice.domain.transfer_parties import TransferParties, live_transfer, transfer_parties
from evovoice.domain.values import address_from


def go_on_with_transfer(session: CallSession, now: datetime) -> None:
    """The next step of the transfer that is under way, where one is due."""
    transfer = live_transfer(session)
    parties = transfer_parties(session, transfer) if transfer else None
    if transfer is None or parties is None or session.end_wanted:
        return
    if session.is_over(parties.to):
        _without_third(session, transfer, parties, now)
    elif session.is_connected(parties.to):
        _with_third(session, transfer, parties, now)
    else:
        _while_rung(session, transfer, parties, now)


def end_transfer_with_call(session: CallSession, now: datetime) -> None:
    """Nothing is transferred in a call that is over."""
    transfer = live_transfer(session)
    if transfer is not None:
        _finish(session, transfer, TransferEnd.CALL_ENDED, now)


def release(members: list[Member]) -> None:
    """Wish these parties off hold."""
    for member in members:
        member.leg.settings.held = False


# --- while the third party is rung ---------------------------------------------------------------


def _while_rung(
    session: CallSession, transfer: Transfer, parties: TransferParties, now: datetime
) -> None:
    if session.is_over(parties.own):  # whoever waits and the third party find each other (E4)
        return _note_gone(transfer, parties)
    if transfer.handed_over:
        return None
    if any(m.leg.settings.refused and not m.leg.settings.held for m in parties.others):
        order_hangup(session, parties.to, HangupLevel.REMOVE, now)
        release(parties.others)
        return _finish(session, transfer, TransferEnd.HOLD_REFUSED, now)
    return _place_newcomers(transfer, parties)


def _note_gone(transfer: Transfer, parties: TransferParties) -> None:
    """The agent has left: nobody is on hold for them any more."""
    if not transfer.handed_over:
        transfer.handed_over = True
        release(parties.others)


def _place_newcomers(transfer: Transfer, parties: TransferParties) -> None:
    """Who comes in during a consultation joins those who are on hold, so that the two talk alone;
    what anybody wishes of them after that stays so.
    """
    is_apart = any(m.leg.settings.held for m in parties.others)
    for member in parties.others:
        if member.id not in transfer.placed:
            transfer.placed = (*transfer.placed, member.id)
            member.leg.settings.held = is_apart and not parties.to.leg.settings.held


# --- once the third party has answered -----------------------------------------------------------


def _with_third(
    session: CallSession, transfer: Transfer, parties: TransferParties, now: datetime
) -> None:
    everybody = [parties.to, *parties.others]
    if session.is_over(parties.own):
        release(everybody)
        return _finish(session, transfer, TransferEnd.HANDED_OVER, now)
    if transfer.handed_over:
        return None
    if not parties.others and not parties.are_others_pending:
        release(everybody)
        return _finish(session, transfer, TransferEnd.OTHERS_LEFT, now)
    _place_newcomers(transfer, parties)
    if parties.others and all(_is_in_the_talk(m) for m in (parties.own, *everybody)):
        return _finish(session, transfer, TransferEnd.JOINED, now)
    return None


def _is_in_the_talk(member: Member) -> bool:
    """Whether they are off hold, and the carrier has taken that; a refusal would tell otherwise."""
    settings = member.leg.settings
    return not settings.held and not settings.ordered_held and not settings.in_flight


# --- where the third party is gone, or never came ------------------------------------------------


def _without_third(
    session: CallSession, transfer: Transfer, parties: TransferParties, now: datetime
) -> None:
    own, to = parties.own, parties.to
    if not session.is_over(own):
        if own.leg.hangup_level is HangupLevel.NOT:
            release(parties.others)
            came = session.was_connected(to)
            end = TransferEnd.PARTY_LEFT if came else TransferEnd.NOT_REACHED
            _finish(session, transfer, end, now)
        return
    _note_gone(transfer, parties)
    if parties.substitute is not None and session.is_connected(parties.substitute):
        end = TransferEnd.AGENT_BACK if _is_recall(transfer) else TransferEnd.FALLBACK
        _finish(session, transfer, end, now)
    elif len(parties.others) > 1:
        _finish(session, transfer, TransferEnd.NOT_REACHED, now)
    elif parties.others and not _is_anybody_rung(session, parties):
        _ring_next(session, transfer, parties.others[0], now)


def _is_recall(transfer: Transfer) -> bool:
    current = transfer.current_substitute
    return current is not None and current.user_id == transfer.user_id


def _is_anybody_rung(session: CallSession, parties: TransferParties) -> bool:
    substitute = parties.substitute
    return parties.are_others_pending or (substitute is not None and session.is_pending(substitute))


def _ring_next(session: CallSession, transfer: Transfer, waiting: Member, now: datetime) -> None:
    """Ring the next substitute, and say so to the one who waits; where none is left, say that."""
    if transfer.rung == len(transfer.substitutes):
        order_hangup(session, waiting, HangupLevel.HANG_UP, now, NOBODY_HERE)
        return _finish(session, transfer, TransferEnd.NOBODY, now)
    substitute = transfer.substitutes[transfer.rung]
    transfer.rung += 1
    if substitute.user_id is None:
        let_outside_party_talk(session, substitute.display_name, now)
    session.members.append(_member(transfer, substitute, now))
    log_return(session, transfer, substitute, now)
    return _announce(session, waiting, _is_recall(transfer))


def _member(transfer: Transfer, substitute: Substitute, now: datetime) -> Member:
    return Member(
        substitute.member_id, MemberRole.TRANSFER, address_from(substitute.address),
        substitute.display_name, Leg(substitute.leg_id), now, user_id=substitute.user_id,
        added_by=transfer.user_id, from_number=transfer.from_number,
    )  # fmt: skip


def _announce(session: CallSession, waiting: Member, is_recall: bool) -> None:
    conference, call_sid = session.open_conference(), waiting.leg.call_sid
    if conference is None or call_sid is None:
        return
    said = Announcement.RETURNING if is_recall else Announcement.FALLING_BACK
    sid = conference.conference_sid
    session.orders.append(AnnounceToLeg(waiting.leg.id, call_sid, sid, said))


def _finish(session: CallSession, transfer: Transfer, end: TransferEnd, now: datetime) -> None:
    transfer.finish(end, now)
    log_end(session, transfer, now)
