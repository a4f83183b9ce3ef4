"""One row of the operation table: routes, binding, formats and documents are derived from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from evovoice.domain.values import Role
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.request_schema import RequestSchema
from evovoice.web.servicestack.response_schema import ResponseSchema

Asked = TypeVar("Asked")

WITH_BODY = {"POST", "PUT", "PATCH"}


@dataclass(frozen=True, slots=True)
class Operation(Generic[Asked]):
    """A row of the tables in contract 2.

    `routes` with `{fieldName}` where a field stands in the path. `request_schema` declares the
    fields, `request_type` is called with them by name; `handler` returns a value that
    `response_schema` can write, which is None where the operation returns nothing. `role` None:
    any signed-in user; `is_open`: no sign-in needed; `is_stream`: the response goes on as events,
    each of that schema; `is_repeatable`: an Idempotency-Key makes it idempotent.
    """

    name: str
    description: str
    verbs: tuple[str, ...]
    routes: tuple[str, ...]
    role: Role | None
    request_schema: RequestSchema
    request_type: Callable[..., Asked]
    response_schema: ResponseSchema | None
    handler: Callable[[RequestContext, Asked], object]
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
    def accepts_batches(self) -> bool:
        """Whether many requests may come at once: only with a body and a response (C5)."""
        return self.response_schema is not None and not WITH_BODY.isdisjoint(self.verbs)
