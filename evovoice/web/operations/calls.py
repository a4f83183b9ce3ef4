"""The row that shows the carrier's own records of live calls (contract 2.2)."""

from dataclasses import dataclass

from evovoice.domain.values import Role
from evovoice.services.listing.active_calls import active_calls
from evovoice.web.dto.call_info import ActiveCalls, GetActiveCallsResponseSchema
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Text
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema


class GetActiveCallsSchema(RequestSchema):
    account_id = Text(
        "accountId", FieldLocation.QUERY, "Of which account; left out: all that one sees"
    )


@dataclass(frozen=True, slots=True)
class GetActiveCallsRequest:
    account_id: str | None


def _get_active_calls(context: RequestContext, asked: GetActiveCallsRequest) -> ActiveCalls:
    return ActiveCalls(active_calls(context.app, context.user, asked.account_id or None))


OPERATIONS = (
    Operation(
        name="GetActiveCalls",
        description="Lists the live calls of an account as the carrier has them in its books.",
        verbs=("GET",),
        routes=("/calls/active",),
        role=Role.MANAGER,
        request_schema=GetActiveCallsSchema(),
        request_type=GetActiveCallsRequest,
        response_schema=GetActiveCallsResponseSchema(),
        handler=_get_active_calls,
    ),
)
