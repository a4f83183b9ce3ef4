"""The rows for signing in and out, and for asking who one is (contract 2.3)."""

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import MethodNotAllowed

from evovoice.domain.values import Role
from evovoice.services.auth.password_check import LONGEST
from evovoice.services.errors import NotSignedIn
from evovoice.web.dto.requests import NoFields
from evovoice.web.dto.sign_in import (
    Authenticated,
    AuthenticateResponseSchema,
    AuthToken,
    RequestAuthTokenResponseSchema,
    UserInfo,
    UserInfoSchema,
    authenticated,
    user_info,
)
from evovoice.web.refusals import EmptyFields, UnknownProvider
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Flag, Text, TextsByName
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema

_CREDENTIALS, _LOGOUT = "credentials", "logout"
_PROVIDERS = {"", _CREDENTIALS, "basic", _LOGOUT}


class AuthenticateSchema(RequestSchema):
    provider = Text("provider", FieldLocation.PATH, "credentials, basic or logout", load_default="")
    user_name = Text("userName", FieldLocation.BODY, "The user's e-mail address", load_default="")
    password = Text("password", FieldLocation.BODY, "The password", load_default="", most=LONGEST)
    remember_me = Flag(
        "rememberMe",
        FieldLocation.BODY,
        "Stay signed in when the browser is closed",
        load_default=False,
    )
    otp = Text("otp", FieldLocation.BODY, "A code of the second factor", load_default="")
    meta = TextsByName(
        "meta", FieldLocation.BODY, "More facts by name: otp, for clients without that field"
    )


class RequestAuthTokenSchema(RequestSchema):
    email = Text(
        "userEmailAddress", FieldLocation.QUERY, "The user's e-mail address", load_default=""
    )
    user_id = Text("userId", FieldLocation.QUERY, "The user's id", load_default="")


class ChangePasswordSchema(RequestSchema):
    current = Text(
        "currentPassword",
        FieldLocation.BODY,
        "The password until now",
        load_default="",
        filled=True,
        most=LONGEST,
    )
    new = Text(
        "newPassword",
        FieldLocation.BODY,
        "The password from now on, 12 characters and more",
        load_default="",
        filled=True,
        most=LONGEST,
    )


@dataclass(frozen=True, slots=True, repr=False)
class AuthenticateRequest:
    provider: str
    user_name: str
    password: str
    remember_me: bool
    otp: str

    @property
    def signs_in(self) -> bool:
        """Whether somebody is to be signed in; else it asks who is (C40)."""
        offers = bool(self.user_name or self.password)
        return self.provider == _CREDENTIALS or (self.provider == "" and offers)


@dataclass(frozen=True, slots=True)
class RequestAuthTokenRequest:
    email: str
    user_id: str


@dataclass(frozen=True, slots=True, repr=False)
class ChangePasswordRequest:
    current: str
    new: str


def _authenticate_request(
    provider: str, user_name: str, password: str, remember_me: bool, otp: str, meta: dict[str, str]
) -> AuthenticateRequest:  # fmt: skip
    code = otp or meta.get("otp", "")
    return AuthenticateRequest(provider.strip().lower(), user_name, password, remember_me, code)


def _authenticate(context: RequestContext, asked: AuthenticateRequest) -> Authenticated:
    if asked.provider not in _PROVIDERS:
        raise UnknownProvider(asked.provider)
    if request.method == "DELETE" or asked.provider == _LOGOUT:
        context.authenticator.sign_out()
        return Authenticated()
    if request.method != "POST" and asked.password:
        raise MethodNotAllowed(["POST"])  # an address is written into logs and histories
    if request.method == "POST" and asked.signs_in:
        login = context.authenticator.sign_in(
            asked.user_name, asked.password, asked.otp, asked.remember_me
        )
        return authenticated(login.user, login.secret)
    return authenticated(context.authenticator.authenticate())


def _get_auth_status(context: RequestContext, _asked: NoFields) -> UserInfo:
    try:
        user = context.authenticator.authenticate()
    except NotSignedIn:
        return UserInfo()
    return user_info(user, context.authenticator.logins.accounts_of(user))


def _request_auth_token(context: RequestContext, asked: RequestAuthTokenRequest) -> AuthToken:
    if not (asked.email or asked.user_id):
        raise EmptyFields(["UserEmailAddress"])
    token = context.authenticator.new_token(context.user, asked.email, asked.user_id)
    return AuthToken(token)


def _change_password(context: RequestContext, asked: ChangePasswordRequest) -> Authenticated:
    login = context.authenticator.change_password(context.user, asked.current, asked.new)
    return authenticated(context.user, login.secret if login else None)


OPERATIONS = (
    Operation(
        name="Authenticate",
        description="Signs in or out, or tells who has signed in.",
        verbs=("POST", "GET", "DELETE", "OPTIONS"),
        routes=("/auth", "/auth/{provider}"),
        role=None,
        request_schema=AuthenticateSchema(),
        request_type=_authenticate_request,
        response_schema=AuthenticateResponseSchema(),
        handler=_authenticate,
        is_open=True,
    ),
    Operation(
        name="GetAuthStatus",
        description="Tells who has signed in, strangers too that they have not.",
        verbs=("GET",),
        routes=("/auth/status",),
        role=None,
        request_schema=RequestSchema(),
        request_type=NoFields,
        response_schema=UserInfoSchema(),
        handler=_get_auth_status,
        is_open=True,
    ),
    Operation(
        name="RequestAuthToken",
        description="Makes a token with which its holder is that user for a day.",
        verbs=("GET",),
        routes=("/auth/token",),
        role=Role.MANAGER,
        request_schema=RequestAuthTokenSchema(),
        request_type=RequestAuthTokenRequest,
        response_schema=RequestAuthTokenResponseSchema(),
        handler=_request_auth_token,
    ),
    Operation(
        name="ChangePassword",
        description="Gives who asks a new password, and ends their other logins and tokens.",
        verbs=("POST",),
        routes=("/auth/password",),
        role=None,
        request_schema=ChangePasswordSchema(),
        request_type=ChangePasswordRequest,
        response_schema=AuthenticateResponseSchema(),
        handler=_change_password,
    ),
)
