"""Between the session aggregate and its rows: one table of columns for each direction."""

import logging
from collections.abc import Iterable
from typing import Any

from evovoice.domain.call_session import CallSession
from evovoice.domain.leg import AskedBy, Leg, LegEnd
from evovoice.domain.member import Member
from evovoice.domain.states import Direction, EndPolicy, MemberRole, Outcome, Supervision
from evovoice.domain.summary import Summary, summary
from evovoice.domain.values import address_from
from evovoice.storage.database.connection import Row
from evovoice.storage.mapping.digit_documents import digits_document, digits_from
from evovoice.storage.mapping.hunt_documents import hunt_documents, hunts_from
from evovoice.storage.mapping.session_documents import (
    END_SOURCE_OF,
    END_SOURCE_WORDS,
    HANGUP_LEVEL_OF,
    HANGUP_LEVEL_WORDS,
    PROGRESS_OF,
    PROGRESS_WORDS,
    conference_documents,
    conferences_from,
    failure_from,
    failure_word,
    hold_change_document,
    hold_change_from,
    look_documents,
    settings_document,
    settings_from,
)
from evovoice.storage.mapping.transfer_documents import transfer_documents, transfers_from
from evovoice.storage.mapping.unreadable import UnreadableRow, reading_row

_log = logging.getLogger(__name__)
Values = dict[str, Any]


def session_values(session: CallSession) -> Values:
    """The session's own row but for its version."""
    return {
        "account_id": session.account_id,
        "id": session.id,
        "account_name": session.account_name,
        "direction": session.direction.value,
        "call_sid": session.call_sid,
        "to_address": session.to_address,
        "from_address": session.from_address,
        "created_at": session.created_at,
        "modified_at": session.modified_at,
        "destination": session.destination,
        "created_by": session.created_by,
        "last_modified_by": session.last_modified_by,
        "console_data": session.console_data,
        "room_name": session.room_name,
        "moving_leg_id": session.moving_leg_id,
        "moved_at": session.moved_at,
        "redirects": session.redirects,
        "rooms_seen_at": session.rooms_seen_at,
        "return_until": session.return_until,
        "return_hold": session.return_hold,
        "converted_at": session.converted_at,
        "dial_finished_at": session.dial_finished_at,
        "end_wanted": session.end_wanted,
        "held_by": session.held_by,
        "hold_reason": session.hold_reason,
        "hold_change": hold_change_document(session.hold_change),
        "ended_at": session.ended_at,
        "next_check": session.next_check,
        "newest_call_sid": session.newest_call_sid,
        "last_sequence": session.last_sequence,
        "rooms": conference_documents(session.conferences.values()),
        "looks": look_documents(session.conferences.values()),
        "erased_at": session.erased_at,
        "end_policy": session.end_policy.value,
        **(_look_values(session) | _undertaking_values(session) | _summary_values(session)),
    }


def _look_values(session: CallSession) -> Values:
    """When the carrier last told how it is, and whether it may be otherwise."""
    return {
        "verified_at": session.verified_at,
        "look_failed": session.look_failed,
        "in_doubt": session.in_doubt,
    }


def _undertaking_values(session: CallSession) -> Values:
    """What users have begun in it, and goes on by itself."""
    return {
        "transfers": transfer_documents(session.transfers),
        "hunts": hunt_documents(session.hunts),
    }


def stored_summary(row: Row) -> Values:
    """The summary as that row has it, whatever the rules were when it was written."""
    return {name: getattr(row, name) for name in Summary._fields}


def _summary_values(session: CallSession) -> Values:
    """What lists are sorted and searched by; no session is read back from it."""
    values = summary(session)._asdict()
    values["call_state"] = values["call_state"].value
    values["dial_state"] = values["dial_state"].value
    return values


def member_values(session: CallSession, member: Member, position: int, live: bool) -> Values:
    """The row of a member."""
    return {
        "account_id": session.account_id,
        "session_id": session.id,
        "position": position,
        "live": live,
        **_own_values(member),
        **_leg_values(member.leg),
    }


def _own_values(member: Member) -> Values:
    return {
        "id": member.id,
        "role": member.role.value,
        "address": str(member.address),
        "display_name": member.display_name,
        "added_at": member.added_at,
        "is_original": member.is_original,
        "is_calling": member.is_calling,
        "user_id": member.user_id,
        "added_by": member.added_by,
        "destination": member.destination,
        "from_number": member.from_number,
        "supervision": member.supervision.value if member.supervision else None,
    }


def _leg_values(leg: Leg) -> Values:
    end = leg.end
    return {
        "leg_id": leg.id,
        "leg_call_sid": leg.call_sid,
        "leg_progress": PROGRESS_WORDS[leg.progress],
        "leg_answered_at": leg.answered_at,
        "leg_end_outcome": end.outcome.value if end else None,
        "leg_end_source": END_SOURCE_WORDS[end.source] if end else None,
        "leg_end_at": end.at if end else None,
        "leg_end_reason": end.reason if end else None,
        "leg_end_code": end.code if end else None,
        "leg_end_failure": failure_word(end.failure) if end else None,
        "leg_dial_ordered_at": leg.dial_ordered_at,
        "leg_withdrawn": leg.withdrawn,
        "leg_withdrawn_code": leg.withdrawn_code,
        "leg_withdrawn_failure": failure_word(leg.withdrawn_failure),
        "leg_stop": HANGUP_LEVEL_WORDS[leg.hangup_level],
        "leg_leave_wanted": leg.leave_wanted,
        "leg_leave_after": leg.leave_after,
        "leg_stopped_by": leg.hangup_by.user_id if leg.hangup_by else None,
        "leg_stopped_by_name": leg.hangup_by.name if leg.hangup_by else None,
        "leg_part": settings_document(leg.settings),
        "leg_doubted_at": leg.doubted_at,
        "leg_digits": digits_document(leg.digits),
    }


def session_from(row: Row, members: Iterable[Row]) -> CallSession:
    """The aggregate as it was stored. Errors: `UnreadableRow`."""
    with reading_row(f"Session {row.id}"):
        session = _session_from(row, members)
        session.transfers = transfers_from(row.transfers)
        session.hunts = hunts_from(row.hunts)
        return session


def readable_session(row: Row, members: Iterable[Row]) -> CallSession | None:
    """For lists: None for one that cannot be read, which the log of errors has."""
    try:
        return session_from(row, members)
    except UnreadableRow as error:
        _log.error("%s: it is left out of a list", error)
        return None


def _session_from(row: Row, members: Iterable[Row]) -> CallSession:
    return CallSession(
        account_id=row.account_id,
        account_name=row.account_name,
        id=row.id,
        direction=Direction(row.direction),
        call_sid=row.call_sid,
        to_address=row.to_address,
        from_address=row.from_address,
        created_at=row.created_at,
        modified_at=row.modified_at,
        members=[_member_from(member) for member in members],
        conferences=conferences_from(row.rooms, row.looks),
        destination=row.destination,
        created_by=row.created_by,
        last_modified_by=row.last_modified_by,
        console_data=row.console_data,
        room_name=row.room_name,
        moving_leg_id=row.moving_leg_id,
        moved_at=row.moved_at,
        redirects=row.redirects,
        rooms_seen_at=row.rooms_seen_at,
        return_until=row.return_until,
        return_hold=row.return_hold,
        converted_at=row.converted_at,
        dial_finished_at=row.dial_finished_at,
        end_wanted=row.end_wanted,
        held_by=row.held_by,
        hold_reason=row.hold_reason,
        hold_change=hold_change_from(row.hold_change),
        ended_at=row.ended_at,
        next_check=row.next_check,
        newest_call_sid=row.newest_call_sid,
        last_sequence=row.last_sequence,
        **_look_from(row),
        erased_at=row.erased_at,
        end_policy=EndPolicy(row.end_policy or EndPolicy.TWO_LEFT),
        version=row.version,
    )


def _look_from(row: Row) -> Values:
    return {name: getattr(row, name) for name in ("verified_at", "look_failed", "in_doubt")}


def _member_from(row: Row) -> Member:
    return Member(
        id=row.id,
        role=MemberRole(row.role),
        address=address_from(row.address),
        display_name=row.display_name,
        leg=_leg_from(row),
        added_at=row.added_at,
        is_original=row.is_original,
        is_calling=row.is_calling,
        user_id=row.user_id,
        added_by=row.added_by,
        destination=row.destination,
        from_number=row.from_number,
        supervision=Supervision(row.supervision) if row.supervision else None,
    )


def _leg_from(row: Row) -> Leg:
    return Leg(
        id=row.leg_id,
        call_sid=row.leg_call_sid,
        progress=PROGRESS_OF[row.leg_progress],
        answered_at=row.leg_answered_at,
        end=_leg_end_from(row),
        dial_ordered_at=row.leg_dial_ordered_at,
        withdrawn=row.leg_withdrawn,
        withdrawn_code=row.leg_withdrawn_code,
        withdrawn_failure=failure_from(row.leg_withdrawn_failure),
        hangup_level=HANGUP_LEVEL_OF[row.leg_stop],
        leave_wanted=row.leg_leave_wanted,
        leave_after=row.leg_leave_after,
        hangup_by=_hangup_by_from(row),
        settings=settings_from(row.leg_part),
        doubted_at=row.leg_doubted_at,
        digits=digits_from(row.leg_digits),
    )


def _hangup_by_from(row: Row) -> AskedBy | None:
    if row.leg_stopped_by is None:
        return None
    return AskedBy(row.leg_stopped_by, row.leg_stopped_by_name or row.leg_stopped_by)


def _leg_end_from(row: Row) -> LegEnd | None:
    if row.leg_end_outcome is None:
        return None
    return LegEnd(
        Outcome(row.leg_end_outcome),
        END_SOURCE_OF[row.leg_end_source],
        row.leg_end_at,
        row.leg_end_reason,
        row.leg_end_code,
        failure_from(row.leg_end_failure),
    )
