"""The shapes that tell who is signed in, and what a device needs (contract 1.4, 2.3)."""

from dataclasses import dataclass, field

from marshmallow import fields

from evovoice.domain.values import Account, User
from evovoice.web.answer_schema import AnswerSchema, TextMap
from evovoice.web.enums import DeviceType
from evovoice.web.error_schemas import ResponseStatusSchema
from evovoice.web.formats.described import ENTITIES, PLATFORM


class AuthenticateResponseSchema(AnswerSchema):
    """Who has signed in; `refreshToken` and `bearerToken` are never sent (C35)."""

    namespace = PLATFORM

    user_id = fields.String(data_key="userId")
    session_id = fields.String(data_key="sessionId")
    user_name = fields.String(data_key="userName")
    display_name = fields.String(data_key="displayName")
    referrer_url = fields.String(data_key="referrerUrl")
    bearer_token = fields.String(data_key="bearerToken")
    refresh_token = fields.String(data_key="refreshToken")
    profile_url = fields.String(data_key="profileUrl")
    roles = fields.List(fields.String(), data_key="roles")
    permissions = fields.List(fields.String(), data_key="permissions")
    response_status = fields.Nested(ResponseStatusSchema, data_key="responseStatus")
    meta = TextMap(data_key="meta")


class UserInfoSchema(AnswerSchema):
    """A user as their own client shows them."""

    namespace = ENTITIES

    id = fields.String(data_key="id")
    is_authenticated = fields.Boolean(data_key="isAuthenticated")
    first_name = fields.String(data_key="firstName")
    last_name = fields.String(data_key="lastName")
    name = fields.String(data_key="name")
    avatar_url = fields.String(data_key="avatarUrl")
    email_address = fields.String(data_key="emailAddress")
    roles = fields.List(fields.String(), data_key="roles")
    account_ids = fields.List(fields.String(), data_key="accountIds")
    account_names = fields.List(fields.String(), data_key="accountNames")
    dashboard_permissions = fields.List(fields.String(), data_key="dashboardPermissions")


class GetAppConfigResponseSchema(AnswerSchema):
    """What a device starts with."""

    namespace = ENTITIES

    endpoint_id = fields.String(data_key="endpointId")
    account_id = fields.String(data_key="accountId")
    customer_id = fields.String(data_key="customerId")
    access_token = fields.String(data_key="accessToken")
    identity = fields.String(data_key="identity")
    email_address = fields.String(data_key="emailAddress")
    user_info = fields.Nested(UserInfoSchema, data_key="userInfo")
    agent_state = fields.String(data_key="agentState")
    agent_state_reason = fields.String(data_key="agentStateReason")


class NewDeviceTokenResponseSchema(AnswerSchema):
    """The device that was noted."""

    namespace = ENTITIES

    device_type = fields.Enum(DeviceType, by_value=True, data_key="deviceType")
    token = fields.String(data_key="token")


class RequestAuthTokenResponseSchema(AnswerSchema):
    """A token with which its holder is another user."""

    namespace = ENTITIES

    auth_token = fields.String(data_key="authToken")


@dataclass(frozen=True, slots=True)
class Authenticated:
    """As AuthenticateResponse; with nothing in it after signing out (C39)."""

    user_id: str | None = None
    session_id: str | None = None
    user_name: str | None = None
    display_name: str | None = None
    roles: list[str] | None = None
    permissions: list[str] | None = None


@dataclass(frozen=True, slots=True)
class UserInfo:
    """As `UserInfoSchema`; without values for somebody who has not signed in (C38)."""

    id: str | None = None
    is_authenticated: bool = False
    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    email_address: str | None = None
    roles: list[str] = field(default_factory=list)
    account_ids: list[str] = field(default_factory=list)
    account_names: list[str] = field(default_factory=list)
    dashboard_permissions: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, repr=False)
class AppConfig:
    """As `GetAppConfigResponseSchema`."""

    endpoint_id: str
    account_id: str
    access_token: str
    identity: str
    email_address: str
    user_info: UserInfo
    agent_state: str = "Unknown"
    agent_state_reason: str = "Unknown"


@dataclass(frozen=True, slots=True, repr=False)
class AuthToken:
    """As `RequestAuthTokenResponseSchema`."""

    auth_token: str


def authenticated(user: User, secret: str | None = None) -> Authenticated:
    """That user has signed in; `secret` is told once, to whoever signs in."""
    return Authenticated(user.id, secret, user.email, user.name, [user.role.value], [])


def user_info(user: User, accounts: list[Account]) -> UserInfo:
    """That user, and the accounts they see."""
    first, _, last = user.name.partition(" ")
    return UserInfo(
        id=user.id,
        is_authenticated=True,
        first_name=first,
        last_name=last or None,
        name=user.name,
        email_address=user.email,
        roles=[user.role.value],
        account_ids=[account.id for account in accounts],
        account_names=[account.name for account in accounts],
    )
