"""The shapes in which managers see users (contract 1.4, 2.3)."""

from dataclasses import dataclass, field

from evovoice.carrier.port import DEVICE_TOKEN_LIFETIME
from evovoice.storage.unit_of_work import KnownUser
from evovoice.web.dto.session_info import stamp
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
    """The user who is disabled, and what of theirs goes on."""

    namespace = ENTITIES

    user = nested(ManagedUserSchema, "user", "The user")
    active_session_ids = texts(
        "activeSessionIds",
        "Sessions in which the user talks: nobody is dropped, a manager may end or hand them over",
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


@dataclass(frozen=True, slots=True)
class UserDisabled:
    """As `DisableUserResponseSchema`."""

    user: ManagedUser
    active_session_ids: list[str] = field(default_factory=list)


def managed_user(known: KnownUser) -> ManagedUser:
    """That user, as managers see them."""
    user, since = known.user, known.disabled_at
    return ManagedUser(
        id=user.id,
        account_id=user.account_id,
        name=user.name,
        email_address=user.email,
        roles=[user.role.value],
        disabled=since is not None,
        date_disabled=stamp(since) if since else None,
        date_device_tokens_end=stamp(since + DEVICE_TOKEN_LIFETIME) if since else None,
    )
