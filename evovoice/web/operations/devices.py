"""The rows with which an agent's device starts and says how to wake it (contract 2.3)."""

import re
from dataclasses import dataclass

from marshmallow import ValidationError

from evovoice.domain.values import Role
from evovoice.services.device import device_token, keep_push_token
from evovoice.web.enums import DeviceType
from evovoice.web.fields import Choice, Flag, Place, Text
from evovoice.web.operation import Operation, Visit
from evovoice.web.request_schema import RequestSchema
from evovoice.web.sign_in_schemas import (
    AppConfig,
    GetAppConfigResponseSchema,
    NewDeviceTokenResponseSchema,
    user_info,
)

_LONGEST_TOKEN = 4096  # browsers' are long: an address and two keys


class PushCredential(Text):
    """The carrier's name for the right to wake devices; it goes into the token as it is."""

    pattern = r"^(CR[0-9a-f]{32})?$"

    def _storable(self, value: str) -> bool:
        if not re.fullmatch(self.pattern, value):
            raise ValidationError("must be CR followed by 32 hexadecimal digits")
        return True


class GetAppConfigSchema(RequestSchema):
    device_type = Choice(DeviceType, "deviceType", Place.QUERY, "Where the device runs")
    push_credential_sid = PushCredential(
        "pushCredentialSid", Place.QUERY, "With which the carrier wakes a mobile device"
    )
    application_sid = Text("applicationSid", Place.QUERY, "Not used: calls go by our own app")
    sandbox = Flag("sandbox", Place.QUERY, "Not used: one address for all devices")


class NewDeviceTokenSchema(RequestSchema):
    device_type = Choice(DeviceType, "deviceType", Place.BODY, "Where the device runs", filled=True)
    token = Text(
        "token", Place.BODY, "Under which the device can be woken by a push",
        load_default="", filled=True, most=_LONGEST_TOKEN,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class PushDevice:
    """A device and its token, as asked and as answered."""

    device_type: DeviceType
    token: str


@dataclass(frozen=True, slots=True)
class AppConfigRequest:
    device_type: DeviceType | None
    push_credential_sid: str | None
    application_sid: str | None
    sandbox: bool | None


def _get_app_config(visit: Visit, asked: AppConfigRequest) -> AppConfig:
    user = visit.user
    return AppConfig(
        endpoint_id=user.id,
        account_id=user.account_id,
        access_token=device_token(visit.desk, user, asked.push_credential_sid or None),
        identity=user.identity,
        email_address=user.email,
        user_info=user_info(user, visit.door.sign_in.accounts_of(user)),
    )


def _new_device_token(visit: Visit, asked: PushDevice) -> PushDevice:
    keep_push_token(visit.desk, visit.user, asked.device_type.value, asked.token)
    return asked


DEVICES = (
    Operation(
        name="GetAppConfig",
        description="Gives an agent's device what it needs to be called and to call.",
        verbs=("GET",),
        routes=("/app/config",),
        role=Role.USER,
        takes=GetAppConfigSchema(),
        makes=AppConfigRequest,
        answers=GetAppConfigResponseSchema(),
        handle=_get_app_config,
    ),
    Operation(
        name="NewDeviceToken",
        description="Keeps the token under which the user's device can be woken by a push.",
        verbs=("POST",),
        routes=("/app/tokens",),
        role=Role.USER,
        takes=NewDeviceTokenSchema(),
        makes=PushDevice,
        answers=NewDeviceTokenResponseSchema(),
        handle=_new_device_token,
    ),
)
