"""The rows with which managers look after users (contract 2.3, C86, C92)."""

from dataclasses import dataclass

from evovoice.domain.values import Role
from evovoice.services import administration, user_management
from evovoice.services.administration import UserChanges
from evovoice.services.user_management import Departure
from evovoice.storage.unit_of_work import KnownUser, Slice
from evovoice.web.dto.requests import UserRequest, UserRequestSchema
from evovoice.web.dto.users import (
    AddUserResponseSchema,
    DisableUserResponseSchema,
    ListUsersResponseSchema,
    ManagedUser,
    ManagedUserSchema,
    UserAdded,
    UserDisabled,
    managed_user,
)
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Flag, Text, Texts
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.paging import ListResponse, PagedRequest, PagedRequestSchema, page_of
from evovoice.web.servicestack.request_schema import RequestSchema

_ROLES = "User, Manager or SystemAdministrator"


class ListUsersSchema(PagedRequestSchema):
    account_ids = Texts(
        "accountIds", FieldLocation.QUERY, "Accounts; left out: all that the user may see"
    )


class AddUserSchema(RequestSchema):
    name = Text("name", FieldLocation.BODY, "Whole name", load_default="", filled=True)
    email_address = Text(
        "emailAddress", FieldLocation.BODY, "E-mail address, with which the user signs in",
        load_default="", filled=True,
    )  # fmt: skip
    role = Text("role", FieldLocation.BODY, f"Role: {_ROLES}", load_default=Role.USER.value)
    account_id = Text(
        "accountId", FieldLocation.BODY, "Account; left out: that of who asks", load_default=""
    )
    initial_password = Flag(
        "initialPassword", FieldLocation.BODY,
        "Whether a password is to be made, which is answered this once; without one the user signs"
        " in once they are given one, or in another way", load_default=False,
    )  # fmt: skip


class SetUserSchema(UserRequestSchema):
    name = Text("name", FieldLocation.BODY, "Whole name; left out: as it is")
    email_address = Text("emailAddress", FieldLocation.BODY, "E-mail address; left out: as it is")
    role = Text("role", FieldLocation.BODY, f"Role: {_ROLES}; left out: as it is")
    extension = Text(
        "extension", FieldLocation.BODY,
        "Two to six digits by which colleagues reach the user; empty: none; left out: as it is",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ListUsersRequest(PagedRequest):
    account_ids: list[str]


@dataclass(frozen=True, slots=True)
class AddUserRequest:
    name: str
    email_address: str
    role: str
    account_id: str
    initial_password: bool


@dataclass(frozen=True, slots=True)
class SetUserRequest:
    user_id: str
    name: str | None
    email_address: str | None
    role: str | None
    extension: str | None


def _list_users(context: RequestContext, asked: ListUsersRequest) -> ListResponse:
    wanted = Slice(asked.first, asked.most, is_counted=not asked.is_simplified)
    database, user = context.app.database, context.user
    users, total = administration.list_users(database, asked.account_ids, wanted, user)
    return page_of(asked, [managed_user(known) for known in users], total)


def _add_user(context: RequestContext, asked: AddUserRequest) -> UserAdded:
    context.authenticator.require_no_token("users")
    password = administration.initial_password() if asked.initial_password else None
    added = administration.add_user(
        context.app.database, asked.account_id or context.user.account_id, asked.name,
        asked.email_address, password, asked.role, context.user,
    )  # fmt: skip
    return UserAdded(managed_user(KnownUser(added, None)), password)


def _get_user(context: RequestContext, asked: UserRequest) -> ManagedUser:
    return managed_user(
        administration.user_shown(context.app.database, asked.user_id, context.user)
    )  # fmt: skip


def _set_user(context: RequestContext, asked: SetUserRequest) -> ManagedUser:
    if asked.role is not None or asked.email_address is not None:
        context.authenticator.require_no_token("new roles and e-mail addresses")
    changes = UserChanges(asked.name, asked.email_address, asked.role, asked.extension)
    database, now = context.app.database, context.app.clock()
    return managed_user(
        administration.set_user(database, asked.user_id, changes, now, context.user)
    )  # fmt: skip


def _disable_user(context: RequestContext, asked: UserRequest) -> UserDisabled:
    return _departed(user_management.disable_user(context.app, context.user, asked.user_id))


def _enable_user(context: RequestContext, asked: UserRequest) -> ManagedUser:
    database, now = context.app.database, context.app.clock()
    return managed_user(administration.enable_user(database, asked.user_id, now, context.user))


def _delete_user(context: RequestContext, asked: UserRequest) -> UserDisabled:
    return _departed(user_management.delete_user(context.app, context.user, asked.user_id))


def _departed(departure: Departure) -> UserDisabled:
    known, sessions = managed_user(departure.known), departure.active_session_ids
    return UserDisabled(known, sessions, departure.key_ids)


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
        name="AddUser",
        description="Adds somebody who may sign in and whose device may ring.",
        verbs=("POST",),
        routes=("/admin/users",),
        role=Role.MANAGER,
        request_schema=AddUserSchema(),
        request_type=AddUserRequest,
        response_schema=AddUserResponseSchema(),
        handler=_add_user,
    ),
    Operation(
        name="GetUser",
        description="Tells of one user.",
        verbs=("GET",),
        routes=("/admin/users/{userId}",),
        role=Role.MANAGER,
        request_schema=UserRequestSchema(),
        request_type=UserRequest,
        response_schema=ManagedUserSchema(),
        handler=_get_user,
    ),
    Operation(
        name="SetUser",
        description="Changes name, e-mail address, role or extension of a user.",
        verbs=("PATCH",),
        routes=("/admin/users/{userId}",),
        role=Role.MANAGER,
        request_schema=SetUserSchema(),
        request_type=SetUserRequest,
        response_schema=ManagedUserSchema(),
        handler=_set_user,
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
    Operation(
        name="DeleteUser",
        description="Deletes a user for good; what they have done keeps their name.",
        verbs=("DELETE",),
        routes=("/admin/users/{userId}",),
        role=Role.MANAGER,
        request_schema=UserRequestSchema(),
        request_type=UserRequest,
        response_schema=DisableUserResponseSchema(),
        handler=_delete_user,
    ),
)
