"""A carrier on the real SDK with a made-up Twilio behind it."""

from datetime import UTC, datetime

import pytest
from twilio.rest import Client

from evovoice.carrier.addresses import CallbackAddresses
from evovoice.carrier.twilio_carrier import TwilioCarrier
from evovoice.carrier.twiml import TwimlWriter
from tests.carrier.fake_twilio_http import ACCOUNT, FakeTwilioHttp

BASE = "https://voice.example.com"
NOW = datetime(2026, 11, 22, 10, 0, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def twilio() -> FakeTwilioHttp:
    return FakeTwilioHttp()


@pytest.fixture
def carrier(twilio: FakeTwilioHttp) -> TwilioCarrier:
    client = Client(ACCOUNT, "secret-token", http_client=twilio)
    return TwilioCarrier(client, TwimlWriter(BASE), CallbackAddresses(BASE), lambda: NOW)
