"""The rows for signing in and out, and for asking who one is (contract 2.3)."""

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import MethodNotAllowed

from evovoice.domain.values import Role
from evovoice.services.errors import NotSignedIn
from evovoice.services.password_check import LONGEST
from evovoice.web.fields import Flag, Place, Text
from evovoice.web.operation import Operation, Visit
from evovoice.web.operations.sessions import NoFields
from evovoice.web.refusals import EmptyFields, UnknownProvider
from evovoice.web.request_schema import RequestSchema
from evovoice.web.sign_in_schemas import (
    Authenticated,
    AuthenticateResponseSchema,
    AuthToken,
    RequestAuthTokenResponseSchema,
    UserInfo,
    UserInfoSchema,
    authenticated,
    user_info,
)

_CREDENTIALS, _LOGOUT = "credentials", "logout"
_PROVIDERS = {"", _CREDENTIALS, "basic", _LOGOUT}


class AuthenticateSchema(RequestSchema):
    provider = Text("provider", Place.PATH, "credentials, basic or logout", load_default="")
    user_name = Text("userName", Place.BODY, "The user's e-mail address", load_default="")
    password = Text("password", Place.BODY, "The password", load_default="", most=LONGEST)
    remember_me = Flag(
        "rememberMe", Place.BODY, "Stay signed in when the browser is closed", load_default=False
    )


class RequestAuthTokenSchema(RequestSchema):
    email = Text("userEmailAddress", Place.QUERY, "The user's e-mail address", load_default="")
    user_id = Text("userId", Place.QUERY, "The user's id", load_default="")


@dataclass(frozen=True, slots=True, repr=False)
class AuthenticateRequest:
    provider: str
    user_name: str
    password: str
    remember_me: bool

    @property
    def signs_in(self) -> bool:
        """Whether somebody is to be signed in; else it asks who is (C40)."""
        offers = bool(self.user_name or self.password)
        return self.provider == _CREDENTIALS or (self.provider == "" and offers)


@dataclass(frozen=True, slots=True)
class AuthTokenRequest:
    email: str
    user_id: str


def _asked(
    provider: str, user_name: str, password: str, remember_me: bool
) -> AuthenticateRequest:  # fmt: skip
    return AuthenticateRequest(provider.strip().lower(), user_name, password, remember_me)


def _authenticate(visit: Visit, asked: AuthenticateRequest) -> Authenticated:
    if asked.provider not in _PROVIDERS:
        raise UnknownProvider(asked.provider)
    if request.method == "DELETE" or asked.provider == _LOGOUT:
        visit.door.let_out()
        return Authenticated()
    if request.method != "POST" and asked.password:
        raise MethodNotAllowed(["POST"])  # an address is written into logs and histories
    if request.method == "POST" and asked.signs_in:
        login = visit.door.let_in(asked.user_name, asked.password, asked.remember_me)
        return authenticated(login.user, login.secret)
    return authenticated(visit.door.visitor())


def _get_auth_status(visit: Visit, _asked: NoFields) -> UserInfo:
    try:
        user = visit.door.visitor()
    except NotSignedIn:
        return UserInfo()
    return user_info(user, visit.door.sign_in.accounts_of(user))


def _request_auth_token(visit: Visit, asked: AuthTokenRequest) -> AuthToken:
    if not (asked.email or asked.user_id):
        raise EmptyFields(["UserEmailAddress"])
    token = visit.door.sign_in.auth_token(visit.user, asked.email, asked.user_id)
    return AuthToken(token)


SIGNING_IN = (
    Operation(
        name="Authenticate",
        description="Signs in or out, or tells who has signed in.",
        verbs=("POST", "GET", "DELETE", "OPTIONS"),
        routes=("/auth", "/auth/{provider}"),
        role=None,
        takes=AuthenticateSchema(),
        makes=_asked,
        answers=AuthenticateResponseSchema(),
        handle=_authenticate,
        is_open=True,
    ),
    Operation(
        name="GetAuthStatus",
        description="Tells who has signed in, strangers too that they have not.",
        verbs=("GET",),
        routes=("/auth/status",),
        role=None,
        takes=RequestSchema(),
        makes=NoFields,
        answers=UserInfoSchema(),
        handle=_get_auth_status,
        is_open=True,
    ),
    Operation(
        name="RequestAuthToken",
        description="Makes a token with which its holder is that user for a day.",
        verbs=("GET",),
        routes=("/auth/token",),
        role=Role.MANAGER,
        takes=RequestAuthTokenSchema(),
        makes=AuthTokenRequest,
        answers=RequestAuthTokenResponseSchema(),
        handle=_request_auth_token,
    ),
)
