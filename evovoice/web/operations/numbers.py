"""The rows with which telephone numbers are looked after (contract 2.3, C93)."""

from dataclasses import dataclass

from evovoice.domain.values import Role
from evovoice.services import administration
from evovoice.storage.unit_of_work import Slice
from evovoice.web.dto.accounts import (
    ListNumbersResponseSchema,
    ManagedNumber,
    ManagedNumberSchema,
    managed_number,
)
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Flag, TelephoneText, Text, Texts
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.paging import ListResponse, PagedRequest, PagedRequestSchema, page_of
from evovoice.web.servicestack.request_schema import RequestSchema

_NUMBER = "The number, in E.164"


class ListNumbersSchema(PagedRequestSchema):
    account_ids = Texts(
        "accountIds", FieldLocation.QUERY, "Accounts; left out: all that the user may see"
    )


class AddNumberSchema(RequestSchema):
    number = TelephoneText("number", FieldLocation.BODY, _NUMBER, load_default="", filled=True)
    account_id = Text(
        "accountId", FieldLocation.BODY, "Account; left out: that of who asks", load_default=""
    )
    agent_ids = Texts("agentIds", FieldLocation.BODY, "Users who ring when it is called, in order")


class RemoveNumberSchema(RequestSchema):
    number = TelephoneText("number", FieldLocation.PATH, _NUMBER, load_default="", filled=True)


class SetNumberSchema(RemoveNumberSchema):
    agent_ids = Texts(
        "agentIds", FieldLocation.BODY,
        "Users who ring when it is called, in order; left out: as it is",
    )  # fmt: skip
    rings_nobody = Flag(
        "ringsNobody", FieldLocation.BODY, "Whether nobody is to ring any more",
        load_default=False,
    )  # fmt: skip
    is_default = Flag(
        "isDefault", FieldLocation.BODY, "True: show it from now on to those whom the account calls"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNumbersRequest(PagedRequest):
    account_ids: list[str]


@dataclass(frozen=True, slots=True)
class AddNumberRequest:
    number: str
    account_id: str
    agent_ids: list[str]


@dataclass(frozen=True, slots=True)
class SetNumberRequest:
    number: str
    agent_ids: list[str]
    rings_nobody: bool
    is_default: bool | None


@dataclass(frozen=True, slots=True)
class RemoveNumberRequest:
    number: str


def _list_numbers(context: RequestContext, asked: ListNumbersRequest) -> ListResponse:
    wanted = Slice(asked.first, asked.most, is_counted=not asked.is_simplified)
    database, user = context.app.database, context.user
    numbers, total = administration.list_numbers(database, asked.account_ids, wanted, user)
    return page_of(asked, [managed_number(one) for one in numbers], total)


def _add_number(context: RequestContext, asked: AddNumberRequest) -> ManagedNumber:
    account_id = asked.account_id or context.user.account_id
    return managed_number(
        administration.add_number(
            context.app.database, account_id, asked.number, asked.agent_ids, context.user
        )
    )


def _set_number(context: RequestContext, asked: SetNumberRequest) -> ManagedNumber:
    agents = [] if asked.rings_nobody else asked.agent_ids or None
    return managed_number(
        administration.set_number(
            context.app.database, asked.number, agents, asked.is_default, context.user
        )
    )


def _remove_number(context: RequestContext, asked: RemoveNumberRequest) -> None:
    administration.remove_number(context.app.database, asked.number, context.user)


OPERATIONS = (
    Operation(
        name="ListNumbers",
        description="Lists telephone numbers, and whom each rings.",
        verbs=("GET",),
        routes=("/admin/numbers",),
        role=Role.MANAGER,
        request_schema=ListNumbersSchema(),
        request_type=ListNumbersRequest,
        response_schema=ListNumbersResponseSchema(),
        handler=_list_numbers,
    ),
    Operation(
        name="AddNumber",
        description="Adds a telephone number of an account.",
        verbs=("POST",),
        routes=("/admin/numbers",),
        role=Role.SYSTEM_ADMINISTRATOR,
        request_schema=AddNumberSchema(),
        request_type=AddNumberRequest,
        response_schema=ManagedNumberSchema(),
        handler=_add_number,
    ),
    Operation(
        name="SetNumber",
        description="Changes whom a number rings, and which number those who are called see.",
        verbs=("PATCH",),
        routes=("/admin/numbers/{number}",),
        role=Role.MANAGER,
        request_schema=SetNumberSchema(),
        request_type=SetNumberRequest,
        response_schema=ManagedNumberSchema(),
        handler=_set_number,
    ),
    Operation(
        name="RemoveNumber",
        description="Takes a number away from its account; calls that are up go on.",
        verbs=("DELETE",),
        routes=("/admin/numbers/{number}",),
        role=Role.MANAGER,
        request_schema=RemoveNumberSchema(),
        request_type=RemoveNumberRequest,
        response_schema=None,
        handler=_remove_number,
    ),
)
