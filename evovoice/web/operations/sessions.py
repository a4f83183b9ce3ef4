"""The rows that look at sessions and end them (contract 2.2)."""

from dataclasses import dataclass

from evovoice.domain.values import Role
from evovoice.web.dto.requests import NoFields, SessionRequest, SessionRequestSchema
from evovoice.web.dto.session_answer import session_answer
from evovoice.web.dto.session_info import (
    SessionEvents,
    SessionInfo,
    Sessions,
    log_line,
)
from evovoice.web.dto.session_schemas import (
    GetMySessionsResponseSchema,
    GetSessionEventsResponseSchema,
    SessionInfoSchema,
)
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Text, WholeNumber
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema


class EndSessionSchema(SessionRequestSchema):
    call_sid = Text("callSid", FieldLocation.QUERY, "Call to hang up; left out: every call")


class GetSessionEventsSchema(SessionRequestSchema):
    after = WholeNumber(
        "after", FieldLocation.QUERY, "Number of the last event that is known",
        load_default=0, least=0, most=10**9,
    )  # fmt: skip
    count = WholeNumber(
        "count", FieldLocation.QUERY, "How many events at most", load_default=100, least=1, most=500
    )


@dataclass(frozen=True, slots=True)
class EndSessionRequest:
    session_id: str
    call_sid: str | None


@dataclass(frozen=True, slots=True)
class GetSessionEventsRequest:
    session_id: str
    after: int
    count: int


def _get_session(context: RequestContext, asked: SessionRequest) -> SessionInfo:
    return session_answer(
        context, context.calls.get_session(context.app, context.user, asked.session_id)
    )


def _end_session(context: RequestContext, asked: EndSessionRequest) -> None:
    context.calls.end_session(context.app, context.user, asked.session_id, asked.call_sid)


def _get_active_sessions(context: RequestContext, _asked: NoFields) -> Sessions:
    sessions = context.calls.active_sessions(context.app, context.user)
    return Sessions([session_answer(context, session) for session in sessions])


def _get_session_events(context: RequestContext, asked: GetSessionEventsRequest) -> SessionEvents:
    lines, has_more = context.calls.session_events(
        context.app, context.user, asked.session_id, asked.after, asked.count
    )
    return SessionEvents([log_line(asked.session_id, *line) for line in lines], has_more)


OPERATIONS = (
    Operation(
        name="GetSession",
        description="Shows one session as it is now.",
        verbs=("GET",),
        routes=("/sessions/{sessionId}",),
        role=None,
        request_schema=SessionRequestSchema(),
        request_type=SessionRequest,
        response_schema=SessionInfoSchema(),
        handler=_get_session,
    ),
    Operation(
        name="EndSession",
        description="Hangs up everybody, or one leg.",
        verbs=("DELETE",),
        routes=("/sessions/{sessionId}",),
        role=Role.USER,
        request_schema=EndSessionSchema(),
        request_type=EndSessionRequest,
        response_schema=None,
        handler=_end_session,
    ),
    Operation(
        name="GetActiveSessions",
        description="Lists the sessions in which the user has a live leg.",
        verbs=("GET",),
        routes=("/sessions/active",),
        role=Role.USER,
        request_schema=RequestSchema(),
        request_type=NoFields,
        response_schema=GetMySessionsResponseSchema(),
        handler=_get_active_sessions,
    ),
    Operation(
        name="GetSessionEvents",
        description="Reads a session's log, from any event on.",
        verbs=("GET",),
        routes=("/sessions/{sessionId}/events",),
        role=None,
        request_schema=GetSessionEventsSchema(),
        request_type=GetSessionEventsRequest,
        response_schema=GetSessionEventsResponseSchema(),
        handler=_get_session_events,
    ),
)
