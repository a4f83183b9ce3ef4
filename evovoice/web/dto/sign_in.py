"""The shapes that tell who is signed in, and what a device needs (contract 1.4, 2.3)."""

from dataclasses import dataclass, field

from evovoice.domain.values import Account, User
from evovoice.web.enums import DeviceType
from evovoice.web.servicestack.error_schemas import ResponseStatusSchema
from evovoice.web.servicestack.formats.described import ENTITIES, PLATFORM
from evovoice.web.servicestack.response_fields import choice, flag, nested, text, text_map, texts
from evovoice.web.servicestack.response_schema import ResponseSchema


class AuthenticateResponseSchema(ResponseSchema):
    """Who has signed in; `refreshToken` and `bearerToken` are never sent (C35)."""

    namespace = PLATFORM

    user_id = text("userId", "Id of the user")
    session_id = text(
        "sessionId", "The login, for the header X-ss-id; told once, to whoever signs in"
    )
    user_name = text("userName", "E-mail address of the user")
    display_name = text("displayName", "Name of the user")
    referrer_url = text("referrerUrl", "Never sent")
    bearer_token = text("bearerToken", "Never sent")
    refresh_token = text("refreshToken", "Never sent")
    profile_url = text("profileUrl", "Picture of the user")
    roles = texts("roles", "Roles of the user")
    permissions = texts("permissions", "Permissions of the user")
    response_status = nested(ResponseStatusSchema, "responseStatus", "Never sent on success")
    meta = text_map("meta", "More facts, by name")


class UserInfoSchema(ResponseSchema):
    """A user as their own client shows them."""

    namespace = ENTITIES

    id = text("id", "Id of the user")
    is_authenticated = flag("isAuthenticated", "Whether somebody has signed in")
    first_name = text("firstName", "First name")
    last_name = text("lastName", "Last name")
    name = text("name", "Whole name")
    avatar_url = text("avatarUrl", "Picture of the user")
    email_address = text("emailAddress", "E-mail address")
    roles = texts("roles", "Roles of the user")
    account_ids = texts("accountIds", "Accounts that the user sees")
    account_names = texts("accountNames", "Their names, in the same order")
    dashboard_permissions = texts("dashboardPermissions", "What the user may do on the dashboard")


class GetAppConfigResponseSchema(ResponseSchema):
    """What a device starts with."""

    namespace = ENTITIES

    endpoint_id = text("endpointId", "Endpoint of the user")
    account_id = text("accountId", "Account of the user")
    customer_id = text("customerId", "Customer of the user, if there is one")
    access_token = text("accessToken", "With which the device registers at the carrier")
    identity = text("identity", "Name under which the device registers")
    email_address = text("emailAddress", "E-mail address of the user")
    user_info = nested(UserInfoSchema, "userInfo", "The user")
    agent_state = text("agentState", "Whether the agent takes calls")
    agent_state_reason = text("agentStateReason", "Why the agent is in that state")
    device_gateway = text(
        "deviceGateway", "Host and port of whoever stands in for the carrier, where one does"
    )
    device_edge = text("deviceEdge", "Where the device connects to the carrier; none: the nearest")


class NewDeviceTokenResponseSchema(ResponseSchema):
    """The device that was noted."""

    namespace = ENTITIES

    device_type = choice(DeviceType, "deviceType", "Where the device runs")
    token = text("token", "Under which the device can be woken by a push")


class RequestAuthTokenResponseSchema(ResponseSchema):
    """A token with which its holder is another user."""

    namespace = ENTITIES

    auth_token = text("authToken", "Sent as Authorization: Bearer, it makes its holder that user")


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
    agent_state: str
    agent_state_reason: str
    device_gateway: str | None = None
    device_edge: str | None = None


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
