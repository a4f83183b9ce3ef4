"""The shapes in which managers see API keys (contract 1.4, 2.3)."""

from dataclasses import dataclass

from evovoice.storage.unit_of_work import ApiKey
from evovoice.web.dto.stamps import stamp
from evovoice.web.servicestack.formats.described import ENTITIES
from evovoice.web.servicestack.response_fields import nested, nested_list, text
from evovoice.web.servicestack.response_schema import ResponseSchema


class ManagedKeySchema(ResponseSchema):
    """An API key, of which the key itself is stored nowhere."""

    namespace = ENTITIES

    id = text("id", "Id of the key, which is no secret")
    user_id = text("userId", "Id of the user as whom a program with the key acts")
    name = text("name", "What the key is for")
    created_by = text("createdBy", "Id of the user who had it made; none: the command line")
    date_created = text("dateCreated", "When it was made, in UTC")
    date_expires = text("dateExpires", "When it ends by itself, in UTC")
    date_last_used = text("dateLastUsed", "When it was used last, in UTC, up to an hour too early")
    date_revoked = text("dateRevoked", "When it was ended, in UTC")


class AddKeyResponseSchema(ResponseSchema):
    """An API key that was made."""

    namespace = ENTITIES

    known = nested(ManagedKeySchema, "apiKey", "What is known of the key")
    key = text("key", "The key itself, for `Authorization: Bearer`; it is shown this once")


class ListKeysResponseSchema(ResponseSchema):
    """The API keys of a user."""

    namespace = ENTITIES
    rows = "keys"

    keys = nested_list(ManagedKeySchema, "keys", "The keys, oldest first; those that ended too")


@dataclass(frozen=True, slots=True)
class ManagedKey:
    """As `ManagedKeySchema`."""

    id: str
    user_id: str
    name: str | None
    created_by: str | None
    date_created: str
    date_expires: str | None
    date_last_used: str | None
    date_revoked: str | None


@dataclass(frozen=True, slots=True, repr=False)
class KeyAdded:
    """As `AddKeyResponseSchema`."""

    known: ManagedKey
    key: str


@dataclass(frozen=True, slots=True)
class KeyList:
    """As `ListKeysResponseSchema`."""

    keys: list[ManagedKey]


def managed_key(key: ApiKey) -> ManagedKey:
    """That key, as managers see it."""
    return ManagedKey(
        id=key.id,
        user_id=key.user_id,
        name=key.name or None,
        created_by=key.maker_id,
        date_created=stamp(key.created_at),
        date_expires=stamp(key.expires_at) if key.expires_at else None,
        date_last_used=stamp(key.used_at) if key.used_at else None,
        date_revoked=stamp(key.revoked_at) if key.revoked_at else None,
    )
