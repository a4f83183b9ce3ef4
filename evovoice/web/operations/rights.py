"""The row with which a console learns who may do what (contract 2.3, C104)."""

from evovoice.domain.rights import RIGHTS, Part
from evovoice.domain.values import Role
from evovoice.web.dto.requests import NoFields
from evovoice.web.dto.rights import GetRightsResponseSchema, OperationRight, RightsTable
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema

_PARTS = {Part.NONE: "None", Part.RUNG: "Rung", Part.ANSWERED: "Answered",
          Part.NEVER: "Never"}  # fmt: skip
_BY_NAME = {right.value: rule for right, rule in RIGHTS.items()}


def _get_rights(context: RequestContext, _asked: NoFields) -> RightsTable:
    return RightsTable([_right(name, role) for name, role in context.roles.items()])


def _right(name: str, role: Role | None) -> OperationRight:
    least = role.value if role else None
    rule = _BY_NAME.get(name)
    if rule is None:
        return OperationRight(name, least)
    user, overseer = _PARTS[rule.user], _PARTS[rule.overseer]
    return OperationRight(name, least, user, overseer, rule.when.value)


OPERATIONS = (
    Operation(
        name="GetRights",
        description="Shows who may do what: for each operation the role, and the part in the call,"
        " that it needs.",
        verbs=("GET",),
        routes=("/app/rights",),
        role=None,
        request_schema=RequestSchema(),
        request_type=NoFields,
        response_schema=GetRightsResponseSchema(),
        handler=_get_rights,
    ),
)
