"""The rows with which many users come and go as a list in CSV (contract 2.3, C93)."""

from dataclasses import dataclass

from evovoice.domain.values import Role
from evovoice.services import administration
from evovoice.services.administration import ImportWish
from evovoice.web.dto.users import (
    ExportUsersResponseSchema,
    ImportUsersResponseSchema,
    UserExport,
    UsersImported,
    users_imported,
)
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Flag, Text, Texts
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema

_LONGEST = 60_000  # characters: what a body may bring, and a little for the rest of it


class ImportUsersSchema(RequestSchema):
    content = Text(
        "content", FieldLocation.BODY,
        "The list as CSV; its first line names the columns account (id or name), name, email, role",
        load_default="", filled=True, most=_LONGEST,
    )  # fmt: skip
    account_id = Text(
        "accountId", FieldLocation.BODY,
        "Account of lines that name none; left out: that of who asks", load_default="",
    )  # fmt: skip
    dry_run = Flag(
        "dryRun", FieldLocation.BODY, "Whether the list is only to be checked", load_default=False
    )
    initial_passwords = Flag(
        "initialPasswords", FieldLocation.BODY,
        "Whether each is to get a password, which is answered this once; for 50 users at most",
        load_default=False,
    )  # fmt: skip


class ExportUsersSchema(RequestSchema):
    account_ids = Texts(
        "accountIds", FieldLocation.QUERY, "Accounts; left out: all that the user may see"
    )


@dataclass(frozen=True, slots=True)
class ImportUsersRequest:
    content: str
    account_id: str
    dry_run: bool
    initial_passwords: bool


@dataclass(frozen=True, slots=True)
class ExportUsersRequest:
    account_ids: list[str]


def _import_users(context: RequestContext, asked: ImportUsersRequest) -> UsersImported:
    context.authenticator.require_no_token("users")
    account_id = asked.account_id or context.user.account_id
    wish = ImportWish(account_id, asked.dry_run, asked.initial_passwords)
    imported = administration.import_users(
        context.app.database, asked.content, wish, context.user
    )  # fmt: skip
    return users_imported(imported, asked.dry_run)


def _export_users(context: RequestContext, asked: ExportUsersRequest) -> UserExport:
    database, user = context.app.database, context.user
    return UserExport(administration.export_users(database, asked.account_ids, user))


OPERATIONS = (
    Operation(
        name="ImportUsers",
        description="Adds the users of a list, all of them or none.",
        verbs=("POST",),
        routes=("/admin/users/import",),
        role=Role.MANAGER,
        request_schema=ImportUsersSchema(),
        request_type=ImportUsersRequest,
        response_schema=ImportUsersResponseSchema(),
        handler=_import_users,
    ),
    Operation(
        name="ExportUsers",
        description="Writes users as a list that ImportUsers takes.",
        verbs=("GET",),
        routes=("/admin/users/export",),
        role=Role.MANAGER,
        request_schema=ExportUsersSchema(),
        request_type=ExportUsersRequest,
        response_schema=ExportUsersResponseSchema(),
        handler=_export_users,
    ),
)
