"""The fields that each operation takes and the shapes that are answered, as marshmallow schemas."""

import re

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing

from evovoice.domain.states import (
    CallState,
    DialState,
    Direction,
    MemberCallState,
    MemberRole,
)
from evovoice.web.guards import flaw_in_text

_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
_BILLION = 10**9


def _storable(value: str) -> None:
    flaw = flaw_in_text(value)
    if flaw is not None:
        raise ValidationError(flaw)


class Text(fields.String):
    """A text that every parser and database after us can hold."""

    def __init__(self, *, data_key: str, load_default: str | None) -> None:
        super().__init__(
            data_key=data_key,
            load_default=load_default,
            validate=_storable,
            error_messages={"invalid": "must be a text"},
        )


class WholeNumber(fields.Integer):
    """A number from `least` on, as digits or as a JSON number; above `most` it counts as that."""

    def __init__(self, *, data_key: str, load_default: int, least: int, most: int) -> None:
        super().__init__(data_key=data_key, load_default=load_default)
        self.least = least
        self.most = most

    def _validated(self, value: object) -> int:
        digits = str(value) if type(value) is int and abs(value) < _BILLION else value
        if not isinstance(digits, str) or not _WHOLE_NUMBER.fullmatch(digits):
            raise ValidationError("must be a whole number of at most nine digits")
        if int(digits) < self.least:
            raise ValidationError(f"must be at least {self.least}")
        return min(int(digits), self.most)


class RequestSchema(Schema):
    """What an operation takes. Unknown names are ignored (C10)."""

    class Meta:
        unknown = EXCLUDE

    session_id = Text(data_key="sessionId", load_default="")


class AddConferenceMemberSchema(RequestSchema):
    call_sid = Text(data_key="callSid", load_default=None)
    destination = Text(data_key="destination", load_default="")
    from_number = Text(data_key="fromNumber", load_default=None)


class EndSessionSchema(RequestSchema):
    call_sid = Text(data_key="callSid", load_default=None)


class GetSessionEventsSchema(RequestSchema):
    after = WholeNumber(data_key="after", load_default=0, least=0, most=10**9)
    count = WholeNumber(data_key="count", load_default=100, least=1, most=500)


class AnswerSchema(Schema):
    """What is answered: declared order is the order of the keys, no value no key (C20)."""

    def get_attribute(self, obj: object, attr: str, default: object) -> object:
        value = getattr(obj, attr, default)
        return missing if value is None else value


class SessionMemberInfoSchema(AnswerSchema):
    """One party (contract 1.3)."""

    identity = fields.String(data_key="identity")
    endpoint_id = fields.String(data_key="endpointId")
    display_name = fields.String(data_key="displayName")
    is_original_member = fields.Boolean(data_key="isOriginalMember")
    avatar_url = fields.String(data_key="avatarUrl")
    application_data = fields.Raw(data_key="applicationData")
    call_state = fields.Enum(MemberCallState, by_value=True, data_key="callState")
    role = fields.Enum(MemberRole, by_value=True, data_key="role")
    call_sid = fields.String(data_key="callSid")
    muted = fields.Boolean(data_key="muted")


class SessionInfoSchema(AnswerSchema):
    """A session, its 36 own fields and then the 5 of EntityInfo (contract 1.2)."""

    dial_state = fields.Enum(DialState, by_value=True, data_key="dialState")
    call_state = fields.Enum(CallState, by_value=True, data_key="callState")
    queue_state = fields.String(data_key="queueState")
    account_id = fields.String(data_key="accountId")
    account_name = fields.String(data_key="accountName")
    customer_id = fields.String(data_key="customerId")
    customer_breadcrumb = fields.Raw(data_key="customerBreadcrumb")
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
    channel = fields.String(data_key="channel")
    ended = fields.Boolean(data_key="ended")
    outcome = fields.String(data_key="outcome")
    call_sid = fields.String(data_key="callSid")
    console_data = fields.String(data_key="consoleData")
    hold_queue_name = fields.String(data_key="holdQueueName")
    held_by_user_id = fields.String(data_key="heldByUserId")
    hold_reason = fields.String(data_key="holdReason")
    conference_sid = fields.String(data_key="conferenceSid")
    display_name = fields.String(data_key="displayName")
    log = fields.Raw(data_key="log")
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
    data = fields.Raw(data_key="data")
