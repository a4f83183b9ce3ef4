"""The rows that turn a call into a conference and change who is in it (contract 2.1)."""

from dataclasses import dataclass, replace

from evovoice.domain.hunt import HuntStrategy
from evovoice.domain.requests import PatchMember
from evovoice.domain.values import Role
from evovoice.services import calls
from evovoice.services.calls import AddRequest, DialTarget
from evovoice.services.errors import BadDestination
from evovoice.web.dto.destinations import Destinations
from evovoice.web.dto.preview_info import preview_info
from evovoice.web.dto.requests import (
    MemberSchema,
    NewPartySchema,
    OwnLegRequest,
    OwnLegSchema,
    SessionRequestSchema,
)
from evovoice.web.dto.session_answer import session_answer
from evovoice.web.dto.session_info import ConferenceMembers, SessionInfo, members_info
from evovoice.web.dto.session_schemas import GetConferenceMembersResponseSchema, SessionInfoSchema
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import Choice, FieldLocation, Flag, TelephoneText, Text
from evovoice.web.servicestack.operation import Operation

_CONFERENCE = "/sessions/{sessionId}/conference"


class AddConferenceMemberSchema(NewPartySchema):
    destination = TelephoneText(
        "destination", FieldLocation.BODY, "Whom to invite: a number, a SIP address or a user",
        load_default="",
    )  # fmt: skip
    destinations = Destinations(
        "destinations",
        FieldLocation.BODY,
        "Instead of destination: several, of which the first to answer is in",
    )
    strategy = Choice(
        HuntStrategy, "strategy", FieldLocation.BODY,
        "How several destinations ring: one after another (sequential, the default) or all at once",
        load_default=HuntStrategy.SEQUENTIAL,
    )  # fmt: skip
    human_only = Flag(
        "humanOnly", FieldLocation.BODY,
        "Whether a voicemail or fax that answers counts as not reached, and the next one rings",
        load_default=False,
    )  # fmt: skip
    dry_run = Flag(
        "dryRun", FieldLocation.QUERY, "Only tells what would happen: nothing is dialled or stored",
        load_default=False,
    )  # fmt: skip


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
class RemoveConferenceMemberRequest:
    session_id: str
    call_sid: str


@dataclass(frozen=True, slots=True)
class PatchConferenceMemberRequest:
    session_id: str
    call_sid: str
    hold: bool | None
    muted: bool | None
    mute: bool | None
    coaching: str | None


@dataclass(frozen=True, slots=True)
class GetConferenceMembersRequest:
    session_id: str
    include_ended: bool


def _add_conference_member(context: RequestContext, asked: AddRequest) -> SessionInfo:
    _refuse_both(asked)
    wanted = replace(
        asked,
        call_sid=asked.call_sid or None,
        from_number=asked.from_number or None,
        idempotency_key=context.idempotency_key,
        destinations=_several(asked),
    )
    if wanted.dry_run:
        return preview_info(context, calls.preview_add(context.app, context.user, wanted))
    return session_answer(context, context.calls.add_member(context.app, context.user, wanted))


def _several(asked: AddRequest) -> tuple[DialTarget, ...]:
    """What is gone through as a list: one destination too, where only a person counts (C120)."""
    if asked.human_only and not asked.destinations:
        return (DialTarget(asked.destination),)
    return tuple(asked.destinations)


def _refuse_both(asked: AddRequest) -> None:
    """One destination or several (C114); that one of them stands was looked at before."""
    if asked.destinations and asked.destination.strip():
        raise BadDestination(
            "InvalidDestination", "destination and destinations both stand: give one of them"
        )


def _start_conference(context: RequestContext, asked: OwnLegRequest) -> SessionInfo:
    leg = asked.call_sid or None
    session = calls.start_conference(context.app, context.user, asked.session_id, leg)
    return session_answer(context, session)


def _patch_conference_member(
    context: RequestContext, asked: PatchConferenceMemberRequest
) -> SessionInfo:
    muted = asked.mute if asked.muted is None else asked.muted
    wish = PatchMember(context.user, asked.call_sid, asked.hold, muted, asked.coaching)
    return session_answer(
        context, calls.patch_member(context.app, context.user, asked.session_id, wish)
    )


def _remove_conference_member(
    context: RequestContext, asked: RemoveConferenceMemberRequest
) -> SessionInfo:
    session = calls.remove_member(context.app, context.user, asked.session_id, asked.call_sid)
    return session_answer(context, session)


def _get_conference_members(
    context: RequestContext, asked: GetConferenceMembersRequest
) -> ConferenceMembers:
    session, members = calls.conference_members(
        context.app, context.user, asked.session_id, include_ended=asked.include_ended
    )
    return members_info(session, members)


def _leave_conference(context: RequestContext, asked: OwnLegRequest) -> SessionInfo:
    leg = asked.call_sid or None
    return session_answer(
        context, calls.leave_call(context.app, context.user, asked.session_id, leg)
    )


OPERATIONS = (
    Operation(
        name="AddConferenceMember",
        description="Adds a party to the call, which becomes a conference if it is not one yet.",
        verbs=("POST",),
        routes=(f"{_CONFERENCE}/members",),
        role=None,
        request_schema=AddConferenceMemberSchema(),
        request_type=AddRequest,
        response_schema=SessionInfoSchema(),
        handler=_add_conference_member,
        is_repeatable=True,
    ),
    Operation(
        name="StartConference",
        description="Makes the call a conference without adding anybody.",
        verbs=("POST",),
        routes=(_CONFERENCE,),
        role=Role.USER,
        request_schema=OwnLegSchema(),
        request_type=OwnLegRequest,
        response_schema=SessionInfoSchema(),
        handler=_start_conference,
    ),
    Operation(
        name="PatchConferenceMember",
        description="Holds, mutes or coaches one party; fields left out stay as they are.",
        verbs=("PATCH",),
        routes=(f"{_CONFERENCE}/members/{{callSid}}",),
        role=Role.USER,
        request_schema=PatchConferenceMemberSchema(),
        request_type=PatchConferenceMemberRequest,
        response_schema=SessionInfoSchema(),
        handler=_patch_conference_member,
    ),
    Operation(
        name="RemoveConferenceMember",
        description="Takes one party out, whether it rings or talks; the others stay.",
        verbs=("DELETE",),
        routes=(f"{_CONFERENCE}/members/{{callSid}}",),
        role=Role.USER,
        request_schema=MemberSchema(),
        request_type=RemoveConferenceMemberRequest,
        response_schema=SessionInfoSchema(),
        handler=_remove_conference_member,
    ),
    Operation(
        name="GetConferenceMembers",
        description="Lists the parties of the session.",
        verbs=("GET",),
        routes=(f"{_CONFERENCE}/members",),
        role=None,
        request_schema=GetConferenceMembersSchema(),
        request_type=GetConferenceMembersRequest,
        response_schema=GetConferenceMembersResponseSchema(),
        handler=_get_conference_members,
    ),
    Operation(
        name="LeaveConference",
        description="Hangs up the agent's own leg; the others go on.",
        verbs=("POST",),
        routes=(f"{_CONFERENCE}/leave",),
        role=Role.USER,
        request_schema=OwnLegSchema(),
        request_type=OwnLegRequest,
        response_schema=SessionInfoSchema(),
        handler=_leave_conference,
    ),
)
