"""The rows for those who supervise calls: which are live, and how one takes part (C102, C103)."""

from dataclasses import dataclass

from evovoice.domain.states import SupervisionMode
from evovoice.domain.values import Role
from evovoice.services import calls
from evovoice.services.calls import SuperviseRequest
from evovoice.web.dto.requests import SessionRequestSchema
from evovoice.web.dto.session_answer import session_answer
from evovoice.web.dto.session_info import SessionInfo, Sessions
from evovoice.web.dto.session_schemas import GetMySessionsResponseSchema, SessionInfoSchema
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import Choice, FieldLocation, Text, Texts
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema


class SuperviseSessionSchema(SessionRequestSchema):
    mode = Choice(
        SupervisionMode,
        "mode",
        FieldLocation.BODY,
        "Monitor: heard by nobody; Coach: by one party; Barge: by everybody",
        load_default=SupervisionMode.MONITOR,
    )
    call_sid = Text(
        "callSid",
        FieldLocation.BODY,
        "Call of the party to coach, or its memberId; left out: the only agent who talks",
    )


class GetLiveSessionsSchema(RequestSchema):
    account_ids = Texts(
        "accountIds", FieldLocation.QUERY, "Whose sessions; left out: all that may be seen"
    )


@dataclass(frozen=True, slots=True)
class SuperviseSessionRequest:
    session_id: str
    mode: SupervisionMode
    call_sid: str | None


@dataclass(frozen=True, slots=True)
class GetLiveSessionsRequest:
    account_ids: list[str]


def _supervise_session(context: RequestContext, asked: SuperviseSessionRequest) -> SessionInfo:
    wanted = SuperviseRequest(
        asked.session_id, asked.mode, asked.call_sid or None, context.idempotency_key
    )
    session = calls.supervise_session(context.app, context.user, wanted)
    return session_answer(context, session)


def _get_live_sessions(context: RequestContext, asked: GetLiveSessionsRequest) -> Sessions:
    sessions = calls.live_sessions(context.app, context.user, tuple(asked.account_ids))
    return Sessions([session_answer(context, session) for session in sessions])


OPERATIONS = (
    Operation(
        name="SuperviseSession",
        description="Monitors a live call from one's own device, coaches one party, or barges in.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/supervisors",),
        role=Role.MANAGER,
        request_schema=SuperviseSessionSchema(),
        request_type=SuperviseSessionRequest,
        response_schema=SessionInfoSchema(),
        handler=_supervise_session,
        is_repeatable=True,
    ),
    Operation(
        name="GetLiveSessions",
        description="Lists the sessions that have not ended, for those who supervise.",
        verbs=("GET",),
        routes=("/sessions/live",),
        role=Role.MANAGER,
        request_schema=GetLiveSessionsSchema(),
        request_type=GetLiveSessionsRequest,
        response_schema=GetMySessionsResponseSchema(),
        handler=_get_live_sessions,
    ),
)
