"""The rows that keep notes on a session, list the user's own, and hand a call over."""

from dataclasses import dataclass

from evovoice.domain.states import CallState
from evovoice.domain.values import Role
from evovoice.services import session_care
from evovoice.services.session_care import SessionPatch
from evovoice.web.enums import HoldReason, QueueState
from evovoice.web.fields import Place, Text
from evovoice.web.operation import Operation, Visit
from evovoice.web.operations.sessions import NoFields
from evovoice.web.request_schema import RequestSchema, SessionRequestSchema
from evovoice.web.schemas import GetMySessionsResponseSchema, SessionInfoSchema
from evovoice.web.session_info import SessionInfo, Sessions, session_info


class PatchSessionSchema(SessionRequestSchema):
    console_data = Text(
        "consoleData", Place.QUERY, "Text a console keeps with the session", most=32_000
    )
    call_state = Text(
        "callState", Place.QUERY, "Hold or Connected; others follow the call", shown_as=CallState
    )
    hold_reason = Text("holdReason", Place.QUERY, "Why the call is on hold", shown_as=HoldReason)
    queue_state = Text(
        "queueState", Place.QUERY, "Follows the call and cannot be set", shown_as=QueueState
    )


class RedirectSessionSchema(SessionRequestSchema):
    destination = Text(
        "destination", Place.BODY, "Whom to hand the call to", load_default="", filled=True
    )
    caller_id = Text("callerId", Place.BODY, "Caller ID to show")


class AddSessionLogSchema(SessionRequestSchema):
    message = Text(
        "message", Place.BODY, "Line for the log", load_default="", filled=True, most=1000
    )


@dataclass(frozen=True, slots=True)
class PatchRequest:
    session_id: str
    console_data: str | None
    call_state: str | None
    hold_reason: str | None
    queue_state: str | None


@dataclass(frozen=True, slots=True)
class RedirectRequest:
    session_id: str
    destination: str
    caller_id: str | None


@dataclass(frozen=True, slots=True)
class LogRequest:
    session_id: str
    message: str


def _patch(visit: Visit, asked: PatchRequest) -> SessionInfo:
    patch = SessionPatch(asked.console_data, asked.call_state, asked.queue_state, asked.hold_reason)
    return session_info(session_care.patch_session(visit.desk, visit.user, asked.session_id, patch))


def _redirect(visit: Visit, asked: RedirectRequest) -> None:
    shown = asked.caller_id or None
    session_care.redirect(visit.desk, visit.user, asked.session_id, asked.destination, shown)


def _add_log(visit: Visit, asked: LogRequest) -> SessionInfo:
    session = session_care.add_log(visit.desk, visit.user, asked.session_id, asked.message)
    return session_info(session)


def _mine(visit: Visit, _asked: NoFields) -> Sessions:
    sessions = session_care.my_sessions(visit.desk, visit.user)
    return Sessions([session_info(session) for session in sessions])


CARE = (
    Operation(
        name="PatchSession",
        description="Stores console data with the session; holds or resumes by naming the state.",
        verbs=("PATCH",),
        routes=("/sessions/{sessionId}",),
        role=None,
        takes=PatchSessionSchema(),
        makes=PatchRequest,
        answers=SessionInfoSchema(),
        handle=_patch,
    ),
    Operation(
        name="RedirectSession",
        description="Hands the call over: rings the destination and takes the agent out.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/redirect",),
        role=Role.USER,
        takes=RedirectSessionSchema(),
        makes=RedirectRequest,
        answers=None,
        handle=_redirect,
    ),
    Operation(
        name="AddSessionLog",
        description="Writes a line into the session's log.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/log",),
        role=Role.USER,
        takes=AddSessionLogSchema(),
        makes=LogRequest,
        answers=SessionInfoSchema(),
        handle=_add_log,
    ),
    Operation(
        name="GetMySessions",
        description="Lists the user's sessions that have not ended, those left behind too.",
        verbs=("GET",),
        routes=("/sessions/my",),
        role=Role.USER,
        takes=RequestSchema(),
        makes=NoFields,
        answers=GetMySessionsResponseSchema(),
        handle=_mine,
    ),
)
