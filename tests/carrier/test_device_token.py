"""The access token of a device: what it grants, for how long, and what it needs."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from evovoice.carrier.device_token import TwilioDeviceTokens
from evovoice.carrier.port import NotSetUp

ACCOUNT, KEY, APP, PUSH = "AC" + "1" * 32, "SK" + "2" * 32, "AP" + "3" * 32, "CR" + "4" * 32
SECRET = "s" * 32
NOW = datetime(2026, 11, 22, 10, 30, 15, 999999, tzinfo=UTC)
GOOD: dict[str, str | None] = {
    "account_sid": ACCOUNT, "api_key_sid": KEY, "api_key_secret": SECRET, "twiml_app_sid": APP,
}  # fmt: skip


def tokens(**settings: str | None) -> TwilioDeviceTokens:
    return TwilioDeviceTokens(**{**GOOD, **settings})  # type: ignore[arg-type]


def test_a_token_lets_its_device_be_called_and_call() -> None:
    """Under the identity, by our app only, for an hour; signed with the API key."""
    token = tokens().token_for("ann_1", None, NOW)
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(
        token, SECRET, ["HS256"], options={"verify_exp": False, "verify_nbf": False}
    )
    voice = {"incoming": {"allow": True}, "outgoing": {"application_sid": APP}}
    assert {"typ": "JWT", "alg": "HS256", "cty": "twilio-fpa;v=1"} == header
    assert {"identity": "ann_1", "voice": voice} == claims["grants"]
    assert (KEY, ACCOUNT) == (claims["iss"], claims["sub"])
    assert int(NOW.timestamp()) == claims["nbf"]
    assert int((NOW + timedelta(hours=1)).timestamp()) == claims["exp"]


@pytest.mark.parametrize("region", ["us1", "ie1"])
def test_a_token_names_the_region_of_its_key(region: str) -> None:
    """The device connects there (`twr`); without a region Twilio takes US1."""
    header = jwt.get_unverified_header(tokens(region=region).token_for("ann_1", None, NOW))
    assert region == header["twr"]
    assert "twr" not in jwt.get_unverified_header(tokens().token_for("ann_1", None, NOW))


def test_a_mobile_device_can_be_woken() -> None:
    """With the push credential that its app was built for."""
    token = tokens().token_for("ann_1", PUSH, NOW)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert PUSH == claims["grants"]["voice"]["push_credential_sid"]


@pytest.mark.parametrize("name", ["api_key_sid", "api_key_secret", "twiml_app_sid"])
def test_the_setting_that_is_missing_is_named(name: str) -> None:
    """One sentence, for whoever runs the service."""
    with pytest.raises(NotSetUp, match=f"TWILIO_{name.upper()} is not set"):
        tokens(**{name: None}).token_for("ann_1", None, NOW)
