"""The shapes of setting up a second factor (contract 1.4, 2.3)."""

from dataclasses import dataclass

from evovoice.services.auth.second_factors import FactorState
from evovoice.web.dto.stamps import stamp
from evovoice.web.servicestack.formats.described import ENTITIES
from evovoice.web.servicestack.response_fields import flag, number, text, texts
from evovoice.web.servicestack.response_schema import ResponseSchema


class SecondFactorInfoSchema(ResponseSchema):
    """Whether a user is asked for a code at a sign-in."""

    namespace = ENTITIES

    enabled = flag("enabled", "Whether a code is asked for")
    date_enabled = text("dateEnabled", "Since when, in UTC")
    recovery_codes_left = number("recoveryCodesLeft", "How many recovery codes were not used")


class EnrolSecondFactorResponseSchema(ResponseSchema):
    """What an authenticator app is given; it is shown once."""

    namespace = ENTITIES

    secret = text("secret", "The secret, to be typed into an app (Base32)")
    uri = text("uri", "The same as an address, for a QR code")


class ConfirmSecondFactorResponseSchema(ResponseSchema):
    """That the second factor counts, and what is to be written down."""

    namespace = ENTITIES

    recovery_codes = texts(
        "recoveryCodes", "Codes that count once each in the place of the app's; shown this once"
    )
    session_id = text("sessionId", "The login in the place of the one that was sent")


@dataclass(frozen=True, slots=True)
class SecondFactorInfo:
    """As `SecondFactorInfoSchema`."""

    enabled: bool
    date_enabled: str | None
    recovery_codes_left: int


@dataclass(frozen=True, slots=True, repr=False)
class SecondFactorConfirmed:
    """As `ConfirmSecondFactorResponseSchema`."""

    recovery_codes: list[str]
    session_id: str | None


def second_factor_info(state: FactorState) -> SecondFactorInfo:
    """What a user has, as clients are told."""
    since = state.since
    return SecondFactorInfo(
        since is not None, stamp(since) if since else None, state.recovery_codes_left
    )
