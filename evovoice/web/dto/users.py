"""The shapes in which managers see users (contract 1.4, 2.3)."""

from dataclasses import dataclass, field

from evovoice.carrier.port import DEVICE_TOKEN_LIFETIME
from evovoice.services.administration import Imported
from evovoice.storage.unit_of_work import KnownUser
from evovoice.web.dto.stamps import stamp
from evovoice.web.servicestack.formats.described import ENTITIES
from evovoice.web.servicestack.response_fields import flag, nested, nested_list, number, text, texts
from evovoice.web.servicestack.response_schema import ResponseSchema


class ManagedUserSchema(ResponseSchema):
    """A user as managers see them."""

    namespace = ENTITIES

    id = text("id", "Id of the user, and of their endpoint")
    account_id = text("accountId", "Account of the user")
    name = text("name", "Whole name")
    email_address = text("emailAddress", "E-mail address, with which the user signs in")
    roles = texts("roles", "Roles of the user")
    disabled = flag("disabled", "Whether the user neither signs in nor rings")
    date_disabled = text("dateDisabled", "Since when, in UTC")
    date_device_tokens_end = text(
        "dateDeviceTokensEnd",
        "Until when a device of the disabled user may stay connected to the carrier, in UTC; it is"
        " not rung, and calls that it places are refused",
    )
    identity = text("identity", "Client name of the user's device; stays through every change")
    date_deleted = text("dateDeleted", "When the user was deleted, in UTC; then they stay so")
    extension = text("extension", "The few digits by which colleagues reach the user")


class AddUserResponseSchema(ResponseSchema):
    """A user who was added."""

    namespace = ENTITIES

    user = nested(ManagedUserSchema, "user", "The user")
    initial_password = text(
        "initialPassword", "Password that was made for the user; it is shown this once"
    )


class ImportUsersResponseSchema(ResponseSchema):
    """What came of a list of users."""

    namespace = ENTITIES
    rows = "users"

    dry_run = flag("dryRun", "Whether nothing was stored")
    added = number("added", "How many were added or, in a dry run, would be")
    unchanged = number("unchanged", "How many were there already as their line says")
    users = nested_list(AddUserResponseSchema, "users", "Those who were added; none in a dry run")


class ExportUsersResponseSchema(ResponseSchema):
    """Users as a list that ImportUsers takes."""

    namespace = ENTITIES

    content = text("content", "The list as CSV; values are exact")


class ListUsersResponseSchema(ResponseSchema):
    """A page of users."""

    namespace = ENTITIES
    rows = "users"

    items = nested_list(ManagedUserSchema, "users", "The users of this page, by name")
    total_count = number(
        "totalCount", "How many there are on all pages; 0 where that was not asked for"
    )
    total_pages = number("totalPages", "How many pages there are; 0 where that was not asked for")
    has_more_pages = flag("hasMorePages", "Whether a page follows")


class DisableUserResponseSchema(ResponseSchema):
    """The user who is disabled or deleted, and what of theirs goes on."""

    namespace = ENTITIES

    user = nested(ManagedUserSchema, "user", "The user")
    active_session_ids = texts(
        "activeSessionIds",
        "Sessions in which the user talks: nobody is dropped, a manager may end or hand them over",
    )
    api_key_ids = texts(
        "apiKeyIds", "API keys that the user had made for others, and that still count"
    )


@dataclass(frozen=True, slots=True)
class ManagedUser:
    """As `ManagedUserSchema`."""

    id: str
    account_id: str
    name: str
    email_address: str
    roles: list[str]
    disabled: bool
    date_disabled: str | None
    date_device_tokens_end: str | None
    identity: str
    date_deleted: str | None
    extension: str | None


@dataclass(frozen=True, slots=True, repr=False)
class UserAdded:
    """As `AddUserResponseSchema`."""

    user: ManagedUser
    initial_password: str | None


@dataclass(frozen=True, slots=True, repr=False)
class UsersImported:
    """As `ImportUsersResponseSchema`."""

    dry_run: bool
    added: int
    unchanged: int
    users: list[UserAdded]


@dataclass(frozen=True, slots=True)
class UserExport:
    """As `ExportUsersResponseSchema`."""

    content: str


@dataclass(frozen=True, slots=True)
class UserDisabled:
    """As `DisableUserResponseSchema`."""

    user: ManagedUser
    active_session_ids: list[str] = field(default_factory=list)
    api_key_ids: list[str] = field(default_factory=list)


def managed_user(known: KnownUser) -> ManagedUser:
    """That user, as managers see them."""
    user, since, deleted = known.user, known.disabled_at, known.deleted_at
    return ManagedUser(
        id=user.id,
        account_id=user.account_id,
        name=user.name,
        email_address=user.email,
        roles=[user.role.value],
        disabled=since is not None,
        date_disabled=stamp(since) if since else None,
        date_device_tokens_end=stamp(since + DEVICE_TOKEN_LIFETIME) if since else None,
        identity=user.identity,
        date_deleted=stamp(deleted) if deleted else None,
        extension=user.extension,
    )


def users_imported(imported: Imported, is_dry_run: bool) -> UsersImported:
    """What came of that list."""
    users = [
        UserAdded(managed_user(KnownUser(user, None)), password)
        for user, password in imported.users
    ]
    return UsersImported(is_dry_run, len(users), imported.unchanged, [] if is_dry_run else users)
