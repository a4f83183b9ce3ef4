"""The rows that look at sessions and end them (contract 2.2)."""

from dataclasses import dataclass

from evovoice.domain.values import Role
from evovoice.web.fields import Place, Text, WholeNumber
from evovoice.web.operation import Operation, Visit
from evovoice.web.request_schema import RequestSchema, SessionRequestSchema
from evovoice.web.schemas import (
    GetMySessionsResponseSchema,
    GetSessionEventsResponseSchema,
    SessionInfoSchema,
)
from evovoice.web.session_info import (
    SessionEvents,
    SessionInfo,
    Sessions,
    log_line,
    session_info,
)


class EndSessionSchema(SessionRequestSchema):
    call_sid = Text("callSid", Place.QUERY, "Call to hang up; left out: every call")


class GetSessionEventsSchema(SessionRequestSchema):
    after = WholeNumber(
        "after", Place.QUERY, "Number of the last event that is known",
        load_default=0, least=0, most=10**9,
    )  # fmt: skip
    count = WholeNumber(
        "count", Place.QUERY, "How many events at most", load_default=100, least=1, most=500
    )


@dataclass(frozen=True, slots=True)
class NoFields:
    """A request that asks for nothing in particular."""


@dataclass(frozen=True, slots=True)
class SessionRequest:
    session_id: str


@dataclass(frozen=True, slots=True)
class EndRequest:
    session_id: str
    call_sid: str | None


@dataclass(frozen=True, slots=True)
class EventsRequest:
    session_id: str
    after: int
    count: int


def _get_session(visit: Visit, asked: SessionRequest) -> SessionInfo:
    return session_info(visit.calls.get_session(visit.desk, visit.user, asked.session_id))


def _get_active_sessions(visit: Visit, _asked: NoFields) -> Sessions:
    sessions = visit.calls.active_sessions(visit.desk, visit.user)
    return Sessions([session_info(session) for session in sessions])


def _end_session(visit: Visit, asked: EndRequest) -> None:
    visit.calls.end_session(visit.desk, visit.user, asked.session_id, asked.call_sid)


def _get_session_events(visit: Visit, asked: EventsRequest) -> SessionEvents:
    lines, has_more = visit.calls.session_events(
        visit.desk, visit.user, asked.session_id, asked.after, asked.count
    )
    return SessionEvents([log_line(asked.session_id, *line) for line in lines], has_more)


SESSIONS = (
    Operation(
        name="GetSession",
        description="Shows one session as it is now.",
        verbs=("GET",),
        routes=("/sessions/{sessionId}",),
        role=None,
        takes=SessionRequestSchema(),
        makes=SessionRequest,
        answers=SessionInfoSchema(),
        handle=_get_session,
    ),
    Operation(
        name="EndSession",
        description="Hangs up everybody, or one leg.",
        verbs=("DELETE",),
        routes=("/sessions/{sessionId}",),
        role=Role.USER,
        takes=EndSessionSchema(),
        makes=EndRequest,
        answers=None,
        handle=_end_session,
    ),
    Operation(
        name="GetActiveSessions",
        description="Lists the sessions in which the user has a live leg.",
        verbs=("GET",),
        routes=("/sessions/active",),
        role=Role.USER,
        takes=RequestSchema(),
        makes=NoFields,
        answers=GetMySessionsResponseSchema(),
        handle=_get_active_sessions,
    ),
    Operation(
        name="GetSessionEvents",
        description="Reads a session's log, from any event on.",
        verbs=("GET",),
        routes=("/sessions/{sessionId}/events",),
        role=None,
        takes=GetSessionEventsSchema(),
        makes=EventsRequest,
        answers=GetSessionEventsResponseSchema(),
        handle=_get_session_events,
    ),
)
