"""One line per test; every REST exchange on it is judged at the end."""

from collections.abc import Iterator

import pytest
from twilio.rest import Client

from evovoice.emulator.inprocess import InProcessTwilio

from .openapi_judge import validate
from .scripted_app import BASE, ScriptedApp
from .stories import OURS, Line, dial, number
from .voice_client import KEY, SECRET, FakeMedia, VoiceClient, page, with_media


@pytest.fixture
def line() -> Iterator[Line]:
    """A Twilio with one number, the real SDK, and an application to script."""
    app = ScriptedApp()
    keys = {"SK" + "b" * 32: "key-secret", KEY: SECRET}
    twilio = InProcessTwilio(api_keys=keys, deliver=app)
    twilio.add_number(OURS, f"{BASE}/voice", status_callback=f"{BASE}/number")
    client = Client(twilio.account_sid, twilio.auth_token, http_client=twilio.http_client)
    yield Line(twilio, client, app)
    judge_exchanges(twilio)


@pytest.fixture
def media(line: Line) -> FakeMedia:
    """There is sound, and an application for calls from pages, which dials the agent."""
    line.twilio.add_application(f"{BASE}/out", status_callback=f"{BASE}/over")
    line.app.on("/out", dial(number()))
    return with_media(line.twilio)


@pytest.fixture
def client(line: Line, media: FakeMedia) -> VoiceClient:  # noqa: ARG001 - it has to be there
    """A page that is registered."""
    return page(line.twilio)


def judge_exchanges(twilio: InProcessTwilio) -> None:
    """All but those whose answer a test broke."""
    for entry in twilio.rest_log:
        if entry.status is not None and "type" not in (entry.body or {}):
            validate(entry)
