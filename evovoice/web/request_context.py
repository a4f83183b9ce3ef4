"""What a handler of an operation gets beside its request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.values import Role, User
from evovoice.services.app_context import AppContext
from evovoice.services.calls import AddRequest
from evovoice.services.errors import NotSignedIn
from evovoice.web.authenticator import Authenticator


class CallControl(Protocol):
    """What agents want of a call: `services.calls`, or a double of it."""

    def add_member(self, context: AppContext, user: User, request: AddRequest) -> CallSession: ...
    def get_session(self, context: AppContext, user: User, session_id: str) -> CallSession: ...
    def active_sessions(self, context: AppContext, user: User) -> list[CallSession]: ...
    def end_session(
        self, context: AppContext, user: User, session_id: str, call_sid: str | None
    ) -> None: ...
    def session_events(
        self, context: AppContext, user: User, session_id: str, after: int, count: int
    ) -> tuple[list[tuple[int, SessionEvent]], bool]: ...


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What a handler gets beside its request: the services, the authenticator, the user."""

    app: AppContext
    calls: CallControl
    authenticator: Authenticator
    user_or_none: User | None
    idempotency_key: str | None = None
    roles: Mapping[str, Role | None] = field(default_factory=dict)  # by operation

    @property
    def user(self) -> User:
        """Who has signed in. Errors: `NotSignedIn`."""
        if self.user_or_none is None:
            raise NotSignedIn
        return self.user_or_none
