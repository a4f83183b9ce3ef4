"""The published operations, in JSON: each view is parse, one service call, reply."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from flask import Response

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.values import Role, User
from evovoice.services import call_control
from evovoice.services.call_control import AddRequest
from evovoice.services.desk import Desk
from evovoice.services.sign_in import SignIn
from evovoice.web.answers import json_answer, no_content
from evovoice.web.auth import GuardedBlueprint, Policy, current_user, require_role, signed_in
from evovoice.web.binding import Shape, bind, idempotency_key
from evovoice.web.refusals import NotReady
from evovoice.web.schemas import (
    AddConferenceMemberSchema,
    EndSessionSchema,
    GetSessionEventsSchema,
    RequestSchema,
)
from evovoice.web.session_info import written_events, written_session


class CallControl(Protocol):
    """What agents want of a call: `services.call_control`, or a double of it."""

    def add_member(self, desk: Desk, user: User, request: AddRequest) -> CallSession: ...
    def get_session(self, desk: Desk, user: User, session_id: str) -> CallSession: ...
    def active_sessions(self, desk: Desk, user: User) -> list[CallSession]: ...
    def end_session(
        self, desk: Desk, user: User, session_id: str, call_sid: str | None
    ) -> None: ...
    def session_events(
        self, desk: Desk, user: User, session_id: str, after: int, count: int
    ) -> tuple[list[tuple[int, SessionEvent]], bool]: ...


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the contract's section 2. `role` None: any signed-in user."""

    name: str
    verb: str
    route: str
    role: Role | None
    answer: Callable[[], Response]


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


_ADD = Shape(AddConferenceMemberSchema(), AddRequest, not_empty=("destination",))
_SESSION = Shape(RequestSchema(), SessionRequest)
_END = Shape(EndSessionSchema(), EndRequest)
_EVENTS = Shape(GetSessionEventsSchema(), EventsRequest)


def api_blueprint(
    desk: Desk, sign_in: SignIn, calls: CallControl = call_control
) -> GuardedBlueprint:
    """The operations for signed-in users, on their REST routes."""
    api = GuardedBlueprint("api", Policy.SIGNED_IN, signed_in(sign_in))
    for operation in _operations(_Views(desk, calls)):
        api.add_url_rule(
            operation.route, operation.name, _view(operation),
            methods=[operation.verb], provide_automatic_options=False,
        )  # fmt: skip
    return api


def health_blueprint(desk: Desk) -> GuardedBlueprint:
    """Whether this process can serve; nobody has to sign in to ask."""
    health = GuardedBlueprint("health", Policy.OPEN, None)

    def get_health() -> Response:
        if not desk.database.is_ready():
            raise NotReady
        return json_answer({"status": "ok"})

    health.add_url_rule("/healthz", "GetHealth", get_health, provide_automatic_options=False)
    return health


def _operations(views: "_Views") -> list[Operation]:
    session = "/sessions/<sessionId>"
    return [
        Operation(
            "AddConferenceMember", "POST", f"{session}/conference/members", None,
            views.add_conference_member,
        ),
        Operation("GetSession", "GET", session, None, views.get_session),
        Operation("EndSession", "DELETE", session, Role.USER, views.end_session),
        Operation(
            "GetActiveSessions", "GET", "/sessions/active", Role.USER, views.get_active_sessions
        ),
        Operation("GetSessionEvents", "GET", f"{session}/events", None, views.get_session_events),
    ]  # fmt: skip


def _view(operation: Operation) -> Callable[..., Response]:
    def view(**_path: str) -> Response:  # the path is bound with the rest of the fields
        if operation.role is not None:
            require_role(current_user(), operation.role)
        return operation.answer()

    return view


@dataclass(frozen=True, slots=True)
class _Views:
    desk: Desk
    calls: CallControl

    def add_conference_member(self) -> Response:
        asked = bind(_ADD)
        asked = replace(
            asked,
            call_sid=asked.call_sid or None,
            from_number=asked.from_number or None,
            idempotency_key=idempotency_key(),
        )
        session = self.calls.add_member(self.desk, current_user(), asked)
        return json_answer(written_session(session))

    def get_session(self) -> Response:
        asked = bind(_SESSION)
        session = self.calls.get_session(self.desk, current_user(), asked.session_id)
        return json_answer(written_session(session))

    def get_active_sessions(self) -> Response:
        sessions = self.calls.active_sessions(self.desk, current_user())
        return json_answer({"sessions": [written_session(s) for s in sessions]})

    def end_session(self) -> Response:
        asked = bind(_END)
        self.calls.end_session(self.desk, current_user(), asked.session_id, asked.call_sid)
        return no_content()

    def get_session_events(self) -> Response:
        asked = bind(_EVENTS)
        lines, has_more = self.calls.session_events(
            self.desk, current_user(), asked.session_id, asked.after, asked.count
        )
        events = written_events(asked.session_id, lines)
        return json_answer({"events": events, "hasMore": has_more})
