"""What a client is told of a session: SessionInfo as values, out of the domain's session."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from evovoice.domain import views
from evovoice.domain.call_session import CallSession
from evovoice.domain.failures import ADVICE, failure_of, sentence_of
from evovoice.domain.hunt_parties import attempted, hunt_of, hunt_state
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.states import (
    CallState,
    DialState,
    Direction,
    Failure,
    MemberCallState,
    MemberRole,
)
from evovoice.domain.summary import conference_sid, summary
from evovoice.domain.transfer_parties import consulting_user
from evovoice.domain.values import User
from evovoice.web.dto.stamps import stamp, stamp_of
from evovoice.web.dto.transfer_info import TransferInfo, newest_transfer
from evovoice.web.enums import HoldReason


@dataclass(frozen=True, slots=True)
class CustomerBreadcrumb:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class SessionLogInfo:
    date: str
    message: str


class SessionMemberInfo(NamedTuple):
    """Contract 1.3, as values; names and order are in `dto/session_schemas.py`."""

    identity: str
    endpoint_id: str | None
    display_name: str
    is_original_member: bool
    application_data: dict[str, str]
    call_state: MemberCallState
    role: MemberRole
    call_sid: str | None
    muted: bool
    avatar_url: str | None = None


class SessionInfo(NamedTuple):
    """Contract 1.2, as values. What has a default is not known to this version.

    A named tuple: a frozen dataclass sets so many values one by one.
    """

    id: str
    account_id: str
    account_name: str
    direction: Direction
    dial_state: DialState
    call_state: CallState
    ended: bool
    outcome: str | None
    was_missed: bool
    call_sid: str | None
    destination: str | None
    to_address: str | None
    from_address: str | None
    from_name: str | None
    callback_number: str | None
    display_name: str | None
    endpoint_id: str | None
    endpoint_name: str | None
    answered_by_id: str | None
    answered_by_name: str | None
    conference_sid: str | None
    most_recent_participant_call_sid: str | None
    hold_queue_name: str | None
    console_data: str | None
    members: list[SessionMemberInfo]
    date_created: str
    date_last_modified: str
    date_completed: str | None
    created_by: str | None
    last_modified_by: str | None
    channel: str = "Voice"
    queue_state: str = "None"
    hold_reason: str = "None"
    held_by_user_id: str | None = None
    queue_member_id: str | None = None
    ring_queue_id: str | None = None
    customer_id: str | None = None
    customer_name: str | None = None
    from_phone_number: str | None = None
    customer_breadcrumb: tuple[CustomerBreadcrumb, ...] = ()
    log: tuple[SessionLogInfo, ...] = ()
    verified_at: str | None = None
    stale: bool = False
    version: int = 0
    allowed: list[str] | None = None
    end_policy: str = "two_left"
    dry_run: dict[str, str] | None = None
    transfer: TransferInfo | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """Contract 1.4, SessionEvent, as values."""

    sequence: int | None  # none where it is no line of the log (C113)
    date: str
    type: str
    session_id: str
    call_sid: str | None
    member_id: str | None
    user_id: str | None
    message: str
    data: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sessions:
    """Contract 1.4, GetMySessionsResponse, as values."""

    sessions: list[SessionInfo]


@dataclass(frozen=True, slots=True)
class SessionEvents:
    """Contract 1.4, GetSessionEventsResponse, as values."""

    events: list[LogLine]
    has_more: bool


@dataclass(frozen=True, slots=True)
class ConferenceMembers:
    """GetConferenceMembersResponse."""

    conference_sid: str | None
    members: list[SessionMemberInfo]


def members_info(session: CallSession, members: list[Member]) -> ConferenceMembers:
    """Those parties, as a client sees them."""
    shown = [_member_info(session, member) for member in members]
    return ConferenceMembers(conference_sid(session), shown)


def session_info(
    session: CallSession, log: Iterable[tuple[datetime, str]] = (), *, for_user: User | None = None
) -> SessionInfo:
    """All that a client sees of that session, as it is now; the log in lists only. `for_user`: to
    whom alone it is sent, where they may see more than an agent.
    """
    known = summary(session)
    is_held = known.call_state is CallState.HOLD
    held_by, hold_reason = _hold(session, is_held=is_held)
    return SessionInfo(
        id=session.id,
        account_id=session.account_id, account_name=session.account_name,
        direction=session.direction,
        dial_state=known.dial_state, call_state=known.call_state,
        ended=session.has_ended, outcome=known.outcome,
        was_missed=views.was_missed(session),
        call_sid=known.root_call_sid,
        destination=session.destination,
        to_address=_bare(session.to_address),
        from_address=_bare(session.from_address),
        from_name=known.from_name,
        callback_number=known.callback_number,
        display_name=known.display_name,
        endpoint_id=known.endpoint_id, endpoint_name=known.endpoint_name,
        answered_by_id=known.answered_by_id, answered_by_name=known.answered_by_name,
        conference_sid=known.conference_sid,
        most_recent_participant_call_sid=session.newest_call_sid,
        hold_queue_name=f"hold-{session.id}" if is_held else None,
        held_by_user_id=held_by, hold_reason=hold_reason,
        console_data=session.console_data,
        members=_members_for(session, for_user),
        date_created=stamp(session.created_at), date_completed=stamp_of(session.ended_at),
        date_last_modified=stamp(session.modified_at),
        created_by=session.created_by, last_modified_by=session.last_modified_by,
        verified_at=stamp_of(session.verified_at),
        stale=session.is_stale, version=session.version, end_policy=session.end_policy.value,
        transfer=newest_transfer(session),
        log=tuple(SessionLogInfo(stamp(at), message) for at, message in log),
    )  # fmt: skip


def _members_for(session: CallSession, user: User | None) -> list[SessionMemberInfo]:
    """Who supervises is hidden from agents where their account says so (C103)."""
    oversees = user is not None and user.oversees
    members = views.visible_members(session) if oversees else views.shown_members(session)
    return [_member_info(session, member) for member in members]


def _hold(session: CallSession, *, is_held: bool) -> tuple[str | None, str]:
    """Who holds the call, and why; in a consultation the others are on hold while two talk."""
    consulting = consulting_user(session)
    if consulting is not None:
        return consulting, HoldReason.TRANSFERRING.value
    return (session.held_by, session.hold_reason) if is_held else (None, "None")


def _member_info(session: CallSession, member: Member) -> SessionMemberInfo:
    return SessionMemberInfo(
        identity=_bare(str(member.address)) or "",
        endpoint_id=member.user_id,
        display_name=member.display_name,
        is_original_member=member.is_original,
        application_data=_application_data(session, member),
        call_state=views.member_state(session, member),
        role=member.role,
        call_sid=member.leg.call_sid,
        muted=not session.has_ended and views.is_muted(session, member),
    )


def _application_data(session: CallSession, member: Member) -> dict[str, str]:
    """Extra facts; every value a text, no value no key (contract 1.4)."""
    leg, end = member.leg, member.leg.end
    failure = failure_of(session, member)
    known = {
        "memberId": member.id,
        "status": views.member_status(session, member),
        "reason": _reason(member, failure),
        "reasonCode": failure.value if failure else None,
        "next": ADVICE[failure].next.value if failure else None,
        "twilioCode": str(end.code) if end and end.code is not None else None,
        "destination": member.destination,
        "addedBy": member.added_by,
        "addedAt": stamp(member.added_at),
        "answeredAt": stamp_of(leg.answered_at),
        "endedAt": stamp_of(end.at if end else None),
        "supervising": views.supervising(session, member),
        "coaching": leg.settings.coaching if views.is_coaching(session, member) else None,
        **_hunt_data(session, member),
    }
    return {key: value for key, value in known.items() if value is not None}


def _hunt_data(session: CallSession, member: Member) -> dict[str, str]:
    """Where a party stands who is one of several destinations (C114)."""
    hunt = hunt_of(session, member.id)
    if hunt is None:
        return {}
    tried, heard = attempted(session, hunt), hunt.detection_of(member.id)
    failed = {m.display_name: failure_of(session, m) for m in tried if m is not member}
    told = [f"{name}: {failure}" for name, failure in failed.items() if failure is not None]
    return {
        "huntId": hunt.id,
        "huntStrategy": hunt.strategy.value,
        "huntState": hunt_state(session, hunt).value,
        "attempt": str(tried.index(member) + 1),
        "attempts": str(hunt.total),
        "remaining": str(len(hunt.waiting)),
        **({"answeredBy": heard.answered_by.value} if heard and heard.answered_by else {}),
        **({"failed": "; ".join(told)} if told else {}),
    }


def _reason(member: Member, failure: Failure | None) -> str | None:
    end = member.leg.end
    if failure is not None:
        return sentence_of(member, failure)
    return end.reason if end else member.leg.withdrawn


def _bare(address: str) -> str | None:
    return address.removeprefix("client:") or None


def log_line(session_id: str, sequence: int | None, event: SessionEvent) -> LogLine:
    """One event of that session, with its number."""
    return LogLine(
        sequence, stamp(event.at), event.type, session_id, event.call_sid, event.member_id,
        event.user_id, event.message, event.data,
    )  # fmt: skip
