"""The shape in which clients see the table of rights (contract 1.4, C104)."""

from dataclasses import dataclass

from evovoice.web.servicestack.response_fields import nested_list, text
from evovoice.web.servicestack.response_schema import ResponseSchema


class OperationRightSchema(ResponseSchema):
    """Who may ask for one operation."""

    operation = text("operation", "Name of the operation")
    role = text("role", "The least role that may ask for it; missing: whoever has signed in")
    user_part = text(
        "userPart",
        "What part a User needs in the call: None, Rung (a leg of theirs was rung), Answered (one"
        " was answered, or made the call) or Never (no part is enough); missing: it is no command"
        " on a call",
    )
    overseer_part = text(
        "overseerPart", "The same for a Manager or SystemAdministrator; missing as userPart"
    )
    when = text(
        "when",
        "In which state of the call: Always, UntilTheEnd, Ringing (for who asks), Live (answered,"
        " neither it nor its conference over), Talking (live, with a leg of who asks), WithOthers"
        " (talking, somebody else is connected) or Transferring (a transfer is under way); missing"
        " as userPart",
    )


class GetRightsResponseSchema(ResponseSchema):
    """The table of rights."""

    rows = "rights"

    rights = nested_list(OperationRightSchema, "rights", "One row for each operation")


@dataclass(frozen=True, slots=True)
class OperationRight:
    """As `OperationRightSchema`."""

    operation: str
    role: str | None
    user_part: str | None = None
    overseer_part: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class RightsTable:
    """As `GetRightsResponseSchema`."""

    rights: list[OperationRight]
