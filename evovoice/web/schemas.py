"""The shapes that tell of sessions, as marshmallow schemas (contract section 1)."""

from marshmallow import fields

from evovoice.domain.states import (
    CallState,
    DialState,
    Direction,
    MemberCallState,
    MemberRole,
)
from evovoice.web.answer_schema import AnswerSchema, TextMap
from evovoice.web.enums import Channel, HoldReason, QueueState
from evovoice.web.formats.described import CUSTOMERS


class CustomerBreadcrumbSchema(AnswerSchema):
    """One customer of a path (contract 1.4)."""

    namespace = CUSTOMERS

    id = fields.String(data_key="id")
    name = fields.String(data_key="name")


class SessionLogInfoSchema(AnswerSchema):
    """One log line as clients see it (contract 1.4)."""

    date = fields.String(data_key="date")
    message = fields.String(data_key="message")


class SessionMemberInfoSchema(AnswerSchema):
    """One party (contract 1.3)."""

    identity = fields.String(data_key="identity")
    endpoint_id = fields.String(data_key="endpointId")
    display_name = fields.String(data_key="displayName")
    is_original_member = fields.Boolean(data_key="isOriginalMember")
    avatar_url = fields.String(data_key="avatarUrl")
    application_data = TextMap(data_key="applicationData")
    call_state = fields.Enum(MemberCallState, by_value=True, data_key="callState")
    role = fields.Enum(MemberRole, by_value=True, data_key="role")
    call_sid = fields.String(data_key="callSid")
    muted = fields.Boolean(data_key="muted")


class SessionInfoSchema(AnswerSchema):
    """A session, its 36 own fields and then the 5 of EntityInfo (contract 1.2)."""

    base_fields = frozenset(
        {"id", "dateCreated", "dateLastModified", "createdBy", "lastModifiedBy"}
    )

    dial_state = fields.Enum(DialState, by_value=True, data_key="dialState")
    call_state = fields.Enum(CallState, by_value=True, data_key="callState")
    queue_state = fields.String(data_key="queueState", metadata={"shown_as": QueueState})
    account_id = fields.String(data_key="accountId")
    account_name = fields.String(data_key="accountName")
    customer_id = fields.String(data_key="customerId")
    customer_breadcrumb = fields.List(
        fields.Nested(CustomerBreadcrumbSchema), data_key="customerBreadcrumb"
    )
    customer_name = fields.String(data_key="customerName")
    endpoint_id = fields.String(data_key="endpointId")
    endpoint_name = fields.String(data_key="endpointName")
    date_completed = fields.String(data_key="dateCompleted")
    destination = fields.String(data_key="destination")
    to_address = fields.String(data_key="toAddress")
    from_address = fields.String(data_key="fromAddress")
    from_name = fields.String(data_key="fromName")
    answered_by_name = fields.String(data_key="answeredByName")
    queue_member_id = fields.String(data_key="queueMemberId")
    channel = fields.String(data_key="channel", metadata={"shown_as": Channel})
    ended = fields.Boolean(data_key="ended")
    outcome = fields.String(data_key="outcome")
    call_sid = fields.String(data_key="callSid")
    console_data = fields.String(data_key="consoleData")
    hold_queue_name = fields.String(data_key="holdQueueName")
    held_by_user_id = fields.String(data_key="heldByUserId")
    hold_reason = fields.String(data_key="holdReason", metadata={"shown_as": HoldReason})
    conference_sid = fields.String(data_key="conferenceSid")
    display_name = fields.String(data_key="displayName")
    log = fields.List(fields.Nested(SessionLogInfoSchema), data_key="log")
    members = fields.List(fields.Nested(SessionMemberInfoSchema), data_key="members")
    callback_number = fields.String(data_key="callbackNumber")
    answered_by_id = fields.String(data_key="answeredById")
    direction = fields.Enum(Direction, by_value=True, data_key="direction")
    from_phone_number = fields.String(data_key="fromPhoneNumber")
    most_recent_participant_call_sid = fields.String(data_key="mostRecentParticipantCallSid")
    was_missed = fields.Boolean(data_key="wasMissed")
    ring_queue_id = fields.String(data_key="ringQueueId")
    id = fields.String(data_key="id")
    date_created = fields.String(data_key="dateCreated")
    date_last_modified = fields.String(data_key="dateLastModified")
    created_by = fields.String(data_key="createdBy")
    last_modified_by = fields.String(data_key="lastModifiedBy")


class SessionEventSchema(AnswerSchema):
    """One line of a session's log (contract 1.4)."""

    sequence = fields.Integer(data_key="sequence")
    date = fields.String(data_key="date")
    type = fields.String(data_key="type")
    session_id = fields.String(data_key="sessionId")
    call_sid = fields.String(data_key="callSid")
    member_id = fields.String(data_key="memberId")
    user_id = fields.String(data_key="userId")
    message = fields.String(data_key="message")
    data = TextMap(data_key="data")


class GetMySessionsResponseSchema(AnswerSchema):
    """The answer of GetMySessions and of GetActiveSessions (contract 1.4)."""

    rows = "sessions"

    sessions = fields.List(fields.Nested(SessionInfoSchema), data_key="sessions")


class GetSessionEventsResponseSchema(AnswerSchema):
    """A page of a session's log (contract 1.4)."""

    rows = "events"

    events = fields.List(fields.Nested(SessionEventSchema), data_key="events")
    has_more = fields.Boolean(data_key="hasMore")


class ListSessionsResponseSchema(AnswerSchema):
    """A page of sessions (contract 1.4); its name is that of every list (C62)."""

    type_name = "ListResponse"
    rows = "items"

    items = fields.List(fields.Nested(SessionInfoSchema), data_key="items")
    total_count = fields.Integer(data_key="totalCount")
    total_pages = fields.Integer(data_key="totalPages")
    has_more_pages = fields.Boolean(data_key="hasMorePages")


class GetConferenceMembersResponseSchema(AnswerSchema):
    """Who is in the conference (contract 1.4)."""

    rows = "members"

    conference_sid = fields.String(data_key="conferenceSid")
    members = fields.List(fields.Nested(SessionMemberInfoSchema), data_key="members")
