"""The rows with which managers look after API keys (contract 2.3, C92)."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.values import Role
from evovoice.services import administration
from evovoice.web.dto.api_keys import (
    AddKeyResponseSchema,
    KeyAdded,
    KeyList,
    ListKeysResponseSchema,
    ManagedKey,
    ManagedKeySchema,
    managed_key,
)
from evovoice.web.dto.requests import UserRequest, UserRequestSchema
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Moment, Text
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema


class AddKeySchema(UserRequestSchema):
    name = Text("name", FieldLocation.BODY, "What the key is for", load_default="")
    date_expires = Moment(
        "dateExpires", FieldLocation.BODY, "When the key ends by itself; left out: never"
    )


class RevokeKeySchema(RequestSchema):
    key_id = Text(
        "keyId", FieldLocation.PATH, "Id of the key", load_default="", filled=True
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AddKeyRequest:
    user_id: str
    name: str
    date_expires: datetime | None


@dataclass(frozen=True, slots=True)
class RevokeKeyRequest:
    key_id: str


def _list_keys(context: RequestContext, asked: UserRequest) -> KeyList:
    keys = administration.keys_of(context.app.database, asked.user_id, context.user)
    return KeyList([managed_key(key) for key in keys])


def _add_key(context: RequestContext, asked: AddKeyRequest) -> KeyAdded:
    context.authenticator.require_no_token("keys")
    database, now = context.app.database, context.app.clock()
    made = administration.add_key(
        database, asked.user_id, now, asked.name, asked.date_expires, context.user
    )
    return KeyAdded(managed_key(made.known), made.key)


def _revoke_key(context: RequestContext, asked: RevokeKeyRequest) -> ManagedKey:
    database, now = context.app.database, context.app.clock()
    return managed_key(administration.revoke_key(database, asked.key_id, now, context.user))


OPERATIONS = (
    Operation(
        name="ListKeys",
        description="Lists the API keys of a user.",
        verbs=("GET",),
        routes=("/admin/users/{userId}/keys",),
        role=Role.MANAGER,
        request_schema=UserRequestSchema(),
        request_type=UserRequest,
        response_schema=ListKeysResponseSchema(),
        handler=_list_keys,
    ),
    Operation(
        name="AddKey",
        description="Makes an API key with which a program acts as that user.",
        verbs=("POST",),
        routes=("/admin/users/{userId}/keys",),
        role=Role.MANAGER,
        request_schema=AddKeySchema(),
        request_type=AddKeyRequest,
        response_schema=AddKeyResponseSchema(),
        handler=_add_key,
    ),
    Operation(
        name="RevokeKey",
        description="Ends an API key at once, and the streams it has opened.",
        verbs=("DELETE",),
        routes=("/admin/keys/{keyId}",),
        role=Role.MANAGER,
        request_schema=RevokeKeySchema(),
        request_type=RevokeKeyRequest,
        response_schema=ManagedKeySchema(),
        handler=_revoke_key,
    ),
)
