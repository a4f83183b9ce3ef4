"""One row of the operation table: routes, binding, formats and documents are derived from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.values import Role, User
from evovoice.services.call_control import AddRequest
from evovoice.services.desk import Desk
from evovoice.services.errors import NotSignedIn
from evovoice.web.answer_schema import AnswerSchema
from evovoice.web.door import Door
from evovoice.web.request_schema import RequestSchema

Asked = TypeVar("Asked")

WITH_BODY = {"POST", "PUT", "PATCH"}


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
class Visit:
    """What a handler has beside its request: the services, the door, and who is asking."""

    desk: Desk
    calls: CallControl
    door: Door
    visitor: User | None
    idempotency_key: str | None = None

    @property
    def user(self) -> User:
        """Who has signed in. Errors: `NotSignedIn`."""
        if self.visitor is None:
            raise NotSignedIn
        return self.visitor


@dataclass(frozen=True, slots=True)
class Operation(Generic[Asked]):
    """A row of the tables in contract 2.

    `routes` with `{fieldName}` where a field stands in the path. `takes` declares the fields,
    `makes` puts them together; `handle` answers with what `answers` can write, None where the
    operation returns nothing. `role` None: any signed-in user;
    `is_open`: strangers too; `is_stream`: the answer goes on as events, each of that shape;
    `is_repeatable`: an Idempotency-Key makes a repeat harmless.
    """

    name: str
    description: str
    verbs: tuple[str, ...]
    routes: tuple[str, ...]
    role: Role | None
    takes: RequestSchema
    makes: Callable[..., Asked]
    answers: AnswerSchema | None
    handle: Callable[[Visit, Asked], object]
    is_open: bool = False
    is_stream: bool = False
    is_repeatable: bool = False

    @property
    def access(self) -> str:
        """Who may ask for it, as a sentence."""
        if self.is_open:
            return "Open to everybody."
        if self.role is None:
            return "For every user who has signed in."
        return f"Needs the role {self.role} or a greater one."

    @property
    def takes_batches(self) -> bool:
        """Whether many requests may come at once: only with a body and an answer (C5)."""
        return self.answers is not None and not WITH_BODY.isdisjoint(self.verbs)
