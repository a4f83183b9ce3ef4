"""The rows with which managers see users and disable them (contract 2.3)."""

from dataclasses import dataclass

from evovoice.domain.values import Role
from evovoice.services import user_management
from evovoice.storage.unit_of_work import Slice
from evovoice.web.dto.users import (
    DisableUserResponseSchema,
    ListUsersResponseSchema,
    ManagedUser,
    ManagedUserSchema,
    UserDisabled,
    managed_user,
)
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Text, Texts
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.paging import ListResponse, PagedRequest, PagedRequestSchema, page_of
from evovoice.web.servicestack.request_schema import RequestSchema


class ListUsersSchema(PagedRequestSchema):
    account_ids = Texts(
        "accountIds", FieldLocation.QUERY, "Accounts; left out: all that the user may see"
    )


class UserRequestSchema(RequestSchema):
    """What an operation on one user takes."""

    user_id = Text(
        "userId", FieldLocation.PATH, "Id of the user", load_default="", filled=True
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ListUsersRequest(PagedRequest):
    account_ids: list[str]


@dataclass(frozen=True, slots=True)
class UserRequest:
    user_id: str


def _list_users(context: RequestContext, asked: ListUsersRequest) -> ListResponse:
    wanted = Slice(asked.first, asked.most, is_counted=not asked.is_simplified)
    users, total = user_management.list_users(
        context.app, context.user, asked.account_ids, wanted
    )  # fmt: skip
    return page_of(asked, [managed_user(known) for known in users], total)


def _disable_user(context: RequestContext, asked: UserRequest) -> UserDisabled:
    disabled = user_management.disable_user(context.app, context.user, asked.user_id)
    return UserDisabled(managed_user(disabled.known), disabled.active_session_ids)


def _enable_user(context: RequestContext, asked: UserRequest) -> ManagedUser:
    return managed_user(user_management.enable_user(context.app, context.user, asked.user_id))


OPERATIONS = (
    Operation(
        name="ListUsers",
        description="Lists users, and who of them is disabled.",
        verbs=("GET",),
        routes=("/admin/users",),
        role=Role.MANAGER,
        request_schema=ListUsersSchema(),
        request_type=ListUsersRequest,
        response_schema=ListUsersResponseSchema(),
        handler=_list_users,
    ),
    Operation(
        name="DisableUser",
        description="Ends at once all that lets a user in, and rings them no more.",
        verbs=("POST",),
        routes=("/admin/users/{userId}/disable",),
        role=Role.MANAGER,
        request_schema=UserRequestSchema(),
        request_type=UserRequest,
        response_schema=DisableUserResponseSchema(),
        handler=_disable_user,
    ),
    Operation(
        name="EnableUser",
        description="Lets a user who was disabled sign in and ring again.",
        verbs=("POST",),
        routes=("/admin/users/{userId}/enable",),
        role=Role.MANAGER,
        request_schema=UserRequestSchema(),
        request_type=UserRequest,
        response_schema=ManagedUserSchema(),
        handler=_enable_user,
    ),
)
