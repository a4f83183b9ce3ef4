"""The rows with which users set up a second factor, and managers reset one (contract 2.3)."""

from dataclasses import dataclass

from evovoice.domain.values import Role
from evovoice.services import administration
from evovoice.services.auth.password_check import LONGEST
from evovoice.services.auth.second_factors import Enrolment
from evovoice.web.dto.requests import NoFields
from evovoice.web.dto.second_factor import (
    ConfirmSecondFactorResponseSchema,
    EnrolSecondFactorResponseSchema,
    SecondFactorConfirmed,
    SecondFactorInfo,
    SecondFactorInfoSchema,
    second_factor_info,
)
from evovoice.web.dto.sign_in import Authenticated, AuthenticateResponseSchema, authenticated
from evovoice.web.dto.users import ManagedUser, ManagedUserSchema, managed_user
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Text
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema

_PASSWORD, _CODE = "The present password", "A code of the app"


class EnrolSecondFactorSchema(RequestSchema):
    password = Text(
        "password", FieldLocation.BODY, _PASSWORD, load_default="", filled=True, most=LONGEST
    )


class ConfirmSecondFactorSchema(RequestSchema):
    otp = Text("otp", FieldLocation.BODY, _CODE, load_default="", filled=True)


class DisableSecondFactorSchema(RequestSchema):
    password = Text(
        "password", FieldLocation.BODY, _PASSWORD, load_default="", filled=True, most=LONGEST
    )
    otp = Text(
        "otp", FieldLocation.BODY, f"{_CODE}, or a recovery code", load_default="", filled=True
    )


class ResetSecondFactorSchema(RequestSchema):
    user_id = Text("userId", FieldLocation.PATH, "Id of the user", load_default="", filled=True)


@dataclass(frozen=True, slots=True, repr=False)
class EnrolSecondFactorRequest:
    password: str


@dataclass(frozen=True, slots=True, repr=False)
class ConfirmSecondFactorRequest:
    otp: str


@dataclass(frozen=True, slots=True, repr=False)
class DisableSecondFactorRequest:
    password: str
    otp: str


@dataclass(frozen=True, slots=True)
class ResetSecondFactorRequest:
    user_id: str


def _get_second_factor(context: RequestContext, _asked: NoFields) -> SecondFactorInfo:
    return second_factor_info(context.authenticator.logins.second_factors.state(context.user))


def _enrol_second_factor(context: RequestContext, asked: EnrolSecondFactorRequest) -> Enrolment:
    return context.authenticator.begin_second_factor(context.user, asked.password)


def _confirm_second_factor(
    context: RequestContext, asked: ConfirmSecondFactorRequest
) -> SecondFactorConfirmed:
    confirmed = context.authenticator.confirm_second_factor(context.user, asked.otp)
    login = confirmed.login
    return SecondFactorConfirmed(confirmed.recovery_codes, login.secret if login else None)


def _disable_second_factor(
    context: RequestContext, asked: DisableSecondFactorRequest
) -> Authenticated:
    login = context.authenticator.disable_second_factor(context.user, asked.password, asked.otp)
    return authenticated(context.user, login.secret if login else None)


def _reset_second_factor(context: RequestContext, asked: ResetSecondFactorRequest) -> ManagedUser:
    database, now = context.app.database, context.app.clock()
    known, _ = administration.reset_second_factor(database, asked.user_id, now, context.user)
    return managed_user(known)


OPERATIONS = (
    Operation(
        name="GetSecondFactor",
        description="Tells whether who asks has a second factor.",
        verbs=("GET",),
        routes=("/auth/second-factor",),
        role=None,
        request_schema=RequestSchema(),
        request_type=NoFields,
        response_schema=SecondFactorInfoSchema(),
        handler=_get_second_factor,
    ),
    Operation(
        name="EnrolSecondFactor",
        description="Makes a secret for an authenticator app; it counts once it is confirmed.",
        verbs=("POST",),
        routes=("/auth/second-factor",),
        role=None,
        request_schema=EnrolSecondFactorSchema(),
        request_type=EnrolSecondFactorRequest,
        response_schema=EnrolSecondFactorResponseSchema(),
        handler=_enrol_second_factor,
    ),
    Operation(
        name="ConfirmSecondFactor",
        description="Lets the second factor count from now on, and gives out recovery codes.",
        verbs=("POST",),
        routes=("/auth/second-factor/confirm",),
        role=None,
        request_schema=ConfirmSecondFactorSchema(),
        request_type=ConfirmSecondFactorRequest,
        response_schema=ConfirmSecondFactorResponseSchema(),
        handler=_confirm_second_factor,
    ),
    Operation(
        name="DisableSecondFactor",
        description="Takes the second factor of who asks away.",
        verbs=("POST",),
        routes=("/auth/second-factor/disable",),
        role=None,
        request_schema=DisableSecondFactorSchema(),
        request_type=DisableSecondFactorRequest,
        response_schema=AuthenticateResponseSchema(),
        handler=_disable_second_factor,
    ),
    Operation(
        name="ResetSecondFactor",
        description="Takes away the second factor that a user has lost, and ends their logins.",
        verbs=("POST",),
        routes=("/admin/users/{userId}/second-factor/reset",),
        role=Role.MANAGER,
        request_schema=ResetSecondFactorSchema(),
        request_type=ResetSecondFactorRequest,
        response_schema=ManagedUserSchema(),
        handler=_reset_second_factor,
    ),
)
