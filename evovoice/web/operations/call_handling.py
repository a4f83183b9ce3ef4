"""The rows that hold, resume, decline and record a call (contract 2.2)."""

from dataclasses import dataclass

from evovoice.domain.values import Role
from evovoice.services import calls
from evovoice.web.dto.requests import (
    OwnLegRequest,
    OwnLegSchema,
    SessionRequest,
    SessionRequestSchema,
)
from evovoice.web.dto.session_answer import session_answer
from evovoice.web.dto.session_info import SessionInfo
from evovoice.web.dto.session_schemas import SessionInfoSchema
from evovoice.web.enums import HoldReason
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import Choice, FieldLocation
from evovoice.web.servicestack.operation import Operation


class HoldSessionSchema(OwnLegSchema):
    reason = Choice(
        HoldReason,
        "reason",
        FieldLocation.BODY,
        "Why it is put on hold",
        load_default=HoldReason.NONE,
    )


@dataclass(frozen=True, slots=True)
class HoldSessionRequest:
    session_id: str
    call_sid: str | None
    reason: HoldReason


def _hold_session(context: RequestContext, asked: HoldSessionRequest) -> SessionInfo:
    leg, reason = asked.call_sid or None, str(asked.reason.value)
    session = calls.hold_call(context.app, context.user, asked.session_id, leg, reason)
    return session_answer(context, session)


def _resume_session(context: RequestContext, asked: OwnLegRequest) -> SessionInfo:
    leg = asked.call_sid or None
    return session_answer(
        context, calls.resume_call(context.app, context.user, asked.session_id, leg)
    )


def _reject_session(context: RequestContext, asked: SessionRequest) -> SessionInfo:
    return session_answer(context, calls.reject_call(context.app, context.user, asked.session_id))


def _record_session(context: RequestContext, asked: SessionRequest) -> SessionInfo:
    return session_answer(context, calls.record_call(context.app, context.user, asked.session_id))


OPERATIONS = (
    Operation(
        name="HoldSession",
        description="Puts everybody but the caller of this operation on hold.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/hold",),
        role=Role.USER,
        request_schema=HoldSessionSchema(),
        request_type=HoldSessionRequest,
        response_schema=SessionInfoSchema(),
        handler=_hold_session,
    ),
    Operation(
        name="ResumeSession",
        description="Releases everybody who is on hold.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/resume",),
        role=Role.USER,
        request_schema=OwnLegSchema(),
        request_type=OwnLegRequest,
        response_schema=SessionInfoSchema(),
        handler=_resume_session,
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
        handler=_reject_session,
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
        handler=_record_session,
    ),
)
