"""The rows that change what is kept of a session, and hand it over (contract 2.2)."""

from dataclasses import dataclass

from evovoice.domain.states import CallState, EndPolicy
from evovoice.domain.values import Role
from evovoice.services import calls
from evovoice.services.calls import SessionPatch
from evovoice.web.dto.requests import SessionRequestSchema
from evovoice.web.dto.session_answer import session_answer
from evovoice.web.dto.session_info import SessionInfo
from evovoice.web.dto.session_schemas import SessionInfoSchema
from evovoice.web.enums import HoldReason, QueueState
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import Choice, FieldLocation, TelephoneText, Text
from evovoice.web.servicestack.operation import Operation


class PatchSessionSchema(SessionRequestSchema):
    console_data = Text(
        "consoleData", FieldLocation.QUERY, "Text a console keeps with the session", most=32_000
    )
    call_state = Choice(
        CallState, "callState", FieldLocation.QUERY, "Hold or Connected; others follow the call"
    )
    hold_reason = Choice(HoldReason, "holdReason", FieldLocation.QUERY, "Why the call is on hold")
    queue_state = Choice(
        QueueState, "queueState", FieldLocation.QUERY, "Follows the call and cannot be set"
    )


class RedirectSessionSchema(SessionRequestSchema):
    destination = TelephoneText(
        "destination", FieldLocation.BODY, "Whom to hand the call to", load_default="", filled=True
    )
    caller_id = TelephoneText("callerId", FieldLocation.BODY, "Caller ID to show")


class AddSessionLogSchema(SessionRequestSchema):
    message = Text(
        "message", FieldLocation.BODY, "Line for the log", load_default="", filled=True, most=1000
    )


class SetEndPolicySchema(SessionRequestSchema):
    end_policy = Choice(
        EndPolicy, "endPolicy", FieldLocation.BODY, "Who has to be left for the call to go on",
        filled=True,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PatchSessionRequest:
    session_id: str
    console_data: str | None
    call_state: CallState | None
    hold_reason: HoldReason | None
    queue_state: QueueState | None


@dataclass(frozen=True, slots=True)
class RedirectSessionRequest:
    session_id: str
    destination: str
    caller_id: str | None


@dataclass(frozen=True, slots=True)
class AddSessionLogRequest:
    session_id: str
    message: str


@dataclass(frozen=True, slots=True)
class SetEndPolicyRequest:
    session_id: str
    end_policy: EndPolicy


def _patch_session(context: RequestContext, asked: PatchSessionRequest) -> SessionInfo:
    queue = asked.queue_state.value if asked.queue_state else None
    reason = asked.hold_reason.value if asked.hold_reason else None
    patch = SessionPatch(asked.console_data, asked.call_state, queue, reason)
    return session_answer(
        context, calls.patch_session(context.app, context.user, asked.session_id, patch)
    )


def _redirect_session(context: RequestContext, asked: RedirectSessionRequest) -> None:
    shown = asked.caller_id or None
    calls.hand_over_call(
        context.app, context.user, asked.session_id, asked.destination, shown,
        context.idempotency_key,
    )  # fmt: skip


def _add_session_log(context: RequestContext, asked: AddSessionLogRequest) -> SessionInfo:
    session = calls.add_note(context.app, context.user, asked.session_id, asked.message)
    return session_answer(context, session)


def _set_end_policy(context: RequestContext, asked: SetEndPolicyRequest) -> SessionInfo:
    session = calls.set_end_policy(context.app, context.user, asked.session_id, asked.end_policy)
    return session_answer(context, session)


OPERATIONS = (
    Operation(
        name="PatchSession",
        description="Stores console data with the session; holds or resumes by naming the state.",
        verbs=("PATCH",),
        routes=("/sessions/{sessionId}",),
        role=None,
        request_schema=PatchSessionSchema(),
        request_type=PatchSessionRequest,
        response_schema=SessionInfoSchema(),
        handler=_patch_session,
    ),
    Operation(
        name="RedirectSession",
        description="Hands the call over: rings the destination and takes the agent out.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/redirect",),
        role=Role.USER,
        request_schema=RedirectSessionSchema(),
        request_type=RedirectSessionRequest,
        response_schema=None,
        handler=_redirect_session,
        is_repeatable=True,
    ),
    Operation(
        name="AddSessionLog",
        description="Writes a line into the session's log.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/log",),
        role=Role.USER,
        request_schema=AddSessionLogSchema(),
        request_type=AddSessionLogRequest,
        response_schema=SessionInfoSchema(),
        handler=_add_session_log,
    ),
    Operation(
        name="SetEndPolicy",
        description="Says who has to be left for the call to go on, from now on.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/endPolicy",),
        role=Role.USER,
        request_schema=SetEndPolicySchema(),
        request_type=SetEndPolicyRequest,
        response_schema=SessionInfoSchema(),
        handler=_set_end_policy,
    ),
)
