"""The rows with which an agent's device starts and says how to wake it (contract 2.3)."""

import re
from dataclasses import dataclass

from marshmallow import ValidationError

from evovoice.domain.values import Role
from evovoice.services.device import device_token, keep_push_token
from evovoice.services.presence import own_presence
from evovoice.web.dto.sign_in import (
    AppConfig,
    GetAppConfigResponseSchema,
    NewDeviceTokenResponseSchema,
    user_info,
)
from evovoice.web.enums import DeviceType
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import Choice, FieldLocation, Flag, Text
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema

_LONGEST_TOKEN = 4096  # browsers' are long: an address and two keys


class PushCredential(Text):
    """The carrier's name for the right to wake devices; it goes into the token as it is."""

    pattern = r"^(CR[0-9a-f]{32})?$"

    def _storable(self, value: str) -> bool:
        if not re.fullmatch(self.pattern, value):
            raise ValidationError("must be CR followed by 32 hexadecimal digits")
        return True


class GetAppConfigSchema(RequestSchema):
    device_type = Choice(DeviceType, "deviceType", FieldLocation.QUERY, "Where the device runs")
    push_credential_sid = PushCredential(
        "pushCredentialSid", FieldLocation.QUERY, "With which the carrier wakes a mobile device"
    )
    application_sid = Text(
        "applicationSid", FieldLocation.QUERY, "Not used: calls go by our own app"
    )
    sandbox = Flag("sandbox", FieldLocation.QUERY, "Not used: one address for all devices")


class NewDeviceTokenSchema(RequestSchema):
    device_type = Choice(
        DeviceType, "deviceType", FieldLocation.BODY, "Where the device runs", filled=True
    )
    token = Text(
        "token", FieldLocation.BODY, "Under which the device can be woken by a push",
        load_default="", filled=True, most=_LONGEST_TOKEN,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class PushDevice:
    """A device and its token, as asked and as answered."""

    device_type: DeviceType
    token: str


@dataclass(frozen=True, slots=True)
class GetAppConfigRequest:
    device_type: DeviceType | None
    push_credential_sid: str | None
    application_sid: str | None
    sandbox: bool | None


def _get_app_config(context: RequestContext, asked: GetAppConfigRequest) -> AppConfig:
    user = context.user
    route = context.app.device_route
    state, reason = own_presence(context.app, user).shown(context.app.clock())
    return AppConfig(
        endpoint_id=user.id,
        account_id=user.account_id,
        access_token=device_token(context.app, user, asked.push_credential_sid or None),
        identity=user.identity,
        email_address=user.email,
        user_info=user_info(user, context.authenticator.logins.accounts_of(user)),
        agent_state=state.value,
        agent_state_reason=reason.value,
        device_gateway=route.gateway,
        device_edge=route.edge,
    )


def _new_device_token(context: RequestContext, asked: PushDevice) -> PushDevice:
    keep_push_token(context.app, context.user, asked.device_type.value, asked.token)
    return asked


OPERATIONS = (
    Operation(
        name="GetAppConfig",
        description="Gives an agent's device what it needs to be called and to call.",
        verbs=("GET",),
        routes=("/app/config",),
        role=Role.USER,
        request_schema=GetAppConfigSchema(),
        request_type=GetAppConfigRequest,
        response_schema=GetAppConfigResponseSchema(),
        handler=_get_app_config,
    ),
    Operation(
        name="NewDeviceToken",
        description="Keeps the token under which the user's device can be woken by a push.",
        verbs=("POST",),
        routes=("/app/tokens",),
        role=Role.USER,
        request_schema=NewDeviceTokenSchema(),
        request_type=PushDevice,
        response_schema=NewDeviceTokenResponseSchema(),
        handler=_new_device_token,
    ),
)
