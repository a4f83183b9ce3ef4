"""The rows that hold, mute, coach and remove those who are in the call (contract 2.1, 2.2)."""

from dataclasses import dataclass

from evovoice.domain.requests import PatchMember
from evovoice.domain.values import Role
from evovoice.services import calls
from evovoice.web.dto.session_info import ConferenceMembers, SessionInfo, members_info, session_info
from evovoice.web.dto.session_schemas import GetConferenceMembersResponseSchema, SessionInfoSchema
from evovoice.web.enums import HoldReason
from evovoice.web.operations.sessions import SessionRequest
from evovoice.web.servicestack.fields import Choice, FieldLocation, Flag, Text
from evovoice.web.servicestack.operation import Operation, RequestContext
from evovoice.web.servicestack.request_schema import SessionRequestSchema

_OWN_LEG = "Call that is up on the agent's own device; left out: the user's only one"
_MEMBER = "Call of the party, or its memberId"


class OwnLegSchema(SessionRequestSchema):
    call_sid = Text("callSid", FieldLocation.BODY, _OWN_LEG)


class HoldSessionSchema(OwnLegSchema):
    reason = Choice(
        HoldReason,
        "reason",
        FieldLocation.BODY,
        "Why it is put on hold",
        load_default=HoldReason.NONE,
    )


class MemberKey(Text):
    """Which party. Any text may be asked for: it is compared with keys, never stored or looked up,
    so that an odd one is an unknown member and not an unknown session.
    """

    def _storable(self, value: str) -> bool:
        del value
        return True


class MemberSchema(SessionRequestSchema):
    call_sid = MemberKey("callSid", FieldLocation.PATH, _MEMBER)


class PatchConferenceMemberSchema(MemberSchema):
    hold = Flag("hold", FieldLocation.BODY, "On hold: connected, out of the talk, hears music")
    muted = Flag("muted", FieldLocation.BODY, "Hears everybody and is not heard")
    mute = Flag("mute", FieldLocation.BODY, "The same as muted")
    coaching = Text(
        "coaching", FieldLocation.BODY, "Call of the only party to hear it; empty: ends that"
    )


class GetConferenceMembersSchema(SessionRequestSchema):
    include_ended = Flag(
        "includeEnded",
        FieldLocation.QUERY,
        "Parties too who are gone or never came",
        load_default=False,
    )


@dataclass(frozen=True, slots=True)
class OwnLeg:
    session_id: str
    call_sid: str | None


@dataclass(frozen=True, slots=True)
class HoldRequest:
    session_id: str
    call_sid: str | None
    reason: HoldReason


@dataclass(frozen=True, slots=True)
class MemberRequest:
    session_id: str
    call_sid: str


@dataclass(frozen=True, slots=True)
class PatchRequest:
    session_id: str
    call_sid: str
    hold: bool | None
    muted: bool | None
    mute: bool | None
    coaching: str | None


@dataclass(frozen=True, slots=True)
class MembersRequest:
    session_id: str
    include_ended: bool


def _start(context: RequestContext, asked: OwnLeg) -> SessionInfo:
    leg = asked.call_sid or None
    session = calls.start_conference(context.app, context.user, asked.session_id, leg)
    return session_info(session)


def _hold(context: RequestContext, asked: HoldRequest) -> SessionInfo:
    leg, reason = asked.call_sid or None, str(asked.reason.value)
    session = calls.hold_call(context.app, context.user, asked.session_id, leg, reason)
    return session_info(session)


def _resume(context: RequestContext, asked: OwnLeg) -> SessionInfo:
    leg = asked.call_sid or None
    return session_info(calls.resume_call(context.app, context.user, asked.session_id, leg))


def _leave(context: RequestContext, asked: OwnLeg) -> SessionInfo:
    leg = asked.call_sid or None
    return session_info(calls.leave_call(context.app, context.user, asked.session_id, leg))


def _patch(context: RequestContext, asked: PatchRequest) -> SessionInfo:
    muted = asked.mute if asked.muted is None else asked.muted
    wish = PatchMember(context.user, asked.call_sid, asked.hold, muted, asked.coaching)
    return session_info(calls.patch_member(context.app, context.user, asked.session_id, wish))


def _remove(context: RequestContext, asked: MemberRequest) -> SessionInfo:
    session = calls.remove_member(context.app, context.user, asked.session_id, asked.call_sid)
    return session_info(session)


def _reject(context: RequestContext, asked: SessionRequest) -> SessionInfo:
    return session_info(calls.reject_call(context.app, context.user, asked.session_id))


def _record(context: RequestContext, asked: SessionRequest) -> SessionInfo:
    return session_info(calls.record_call(context.app, context.user, asked.session_id))


def _members(context: RequestContext, asked: MembersRequest) -> ConferenceMembers:
    session, members = calls.conference_members(
        context.app, context.user, asked.session_id, include_ended=asked.include_ended
    )
    return members_info(session, members)


_CONFERENCE = "/sessions/{sessionId}/conference"

PARTICIPANTS = (
    Operation(
        name="StartConference",
        description="Makes the call a conference without adding anybody.",
        verbs=("POST",),
        routes=(_CONFERENCE,),
        role=Role.USER,
        request_schema=OwnLegSchema(),
        request_type=OwnLeg,
        response_schema=SessionInfoSchema(),
        handler=_start,
    ),
    Operation(
        name="PatchConferenceMember",
        description="Holds, mutes or coaches one party; fields left out stay as they are.",
        verbs=("PATCH",),
        routes=(f"{_CONFERENCE}/members/{{callSid}}",),
        role=Role.USER,
        request_schema=PatchConferenceMemberSchema(),
        request_type=PatchRequest,
        response_schema=SessionInfoSchema(),
        handler=_patch,
    ),
    Operation(
        name="RemoveConferenceMember",
        description="Takes one party out, whether it rings or talks; the others stay.",
        verbs=("DELETE",),
        routes=(f"{_CONFERENCE}/members/{{callSid}}",),
        role=Role.USER,
        request_schema=MemberSchema(),
        request_type=MemberRequest,
        response_schema=SessionInfoSchema(),
        handler=_remove,
    ),
    Operation(
        name="GetConferenceMembers",
        description="Lists the parties of the session.",
        verbs=("GET",),
        routes=(f"{_CONFERENCE}/members",),
        role=None,
        request_schema=GetConferenceMembersSchema(),
        request_type=MembersRequest,
        response_schema=GetConferenceMembersResponseSchema(),
        handler=_members,
    ),
    Operation(
        name="LeaveConference",
        description="Hangs up the agent's own leg; the others go on.",
        verbs=("POST",),
        routes=(f"{_CONFERENCE}/leave",),
        role=Role.USER,
        request_schema=OwnLegSchema(),
        request_type=OwnLeg,
        response_schema=SessionInfoSchema(),
        handler=_leave,
    ),
    Operation(
        name="HoldSession",
        description="Puts everybody but the caller of this operation on hold.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/hold",),
        role=Role.USER,
        request_schema=HoldSessionSchema(),
        request_type=HoldRequest,
        response_schema=SessionInfoSchema(),
        handler=_hold,
    ),
    Operation(
        name="ResumeSession",
        description="Releases everybody who is on hold.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/resume",),
        role=Role.USER,
        request_schema=OwnLegSchema(),
        request_type=OwnLeg,
        response_schema=SessionInfoSchema(),
        handler=_resume,
    ),
    Operation(
        name="RejectSession",
        description="Declines a call that rings for the user; others go on ringing.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/reject",),
        role=Role.USER,
        request_schema=SessionRequestSchema(),
        request_type=SessionRequest,
        response_schema=SessionInfoSchema(),
        handler=_reject,
    ),
    Operation(
        name="RecordSession",
        description="Records the conversation until it ends, where the service allows that.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/record",),
        role=Role.USER,
        request_schema=SessionRequestSchema(),
        request_type=SessionRequest,
        response_schema=SessionInfoSchema(),
        handler=_record,
    ),
)
