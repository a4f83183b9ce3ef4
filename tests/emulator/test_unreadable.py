"""What cannot be read is told, and ends nothing but itself: addresses, and bodies of requests."""

import zlib
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from evovoice.emulator.engine.web_addresses import is_address, joined
from evovoice.emulator.state.account import basic
from evovoice.emulator.state.messages import NoResponse, WebhookResponse

from .scripted_app import BASE
from .stories import AGENT, OURS, Line
from .test_server import PATIENCE, TinyApp, app, emulator

__all__ = ["app"]

STATUS_CALLBACK_FAILED = 15003
NONE = "http://["  # no address at all: Python's own parser refuses it
CONFERENCE = f'<Conference waitUrl="{NONE}" eventCallbackUrl="{NONE}">room</Conference>'


@pytest.mark.parametrize(
    "document",
    [
        f"<Redirect>{NONE}</Redirect>",
        "<Redirect>ftp://app.test/next</Redirect>",
        f'<Dial callerId="{OURS}"><Number url="{NONE}">{AGENT}</Number></Dial>',
        f'<Dial callerId="{OURS}" action="{NONE}" timeout="1"><Number>{AGENT}</Number></Dial>',
        f'<Dial callerId="{OURS}"><Number statusCallback="{NONE}">{AGENT}</Number></Dial>',
        f"<Dial>{CONFERENCE}</Dial>",
        f'<Gather action="{NONE}" timeout="1" actionOnEmptyResult="true"/>',
        f'<Record action="{NONE}" maxLength="1"/>',
        f'<Enqueue waitUrl="{NONE}">queue</Enqueue>',
    ],
)
def test_an_address_that_is_none_is_told_and_nobody_is_asked(line: Line, document: str) -> None:
    """https://www.twilio.com/docs/api/errors/11100, and 15003 of a status callback."""
    sid = line.call_in(document)
    line.twilio.advance(8)
    if not line.twilio.call(sid).over:
        line.twilio.hang_up(sid)
    line.twilio.advance(8)
    asked_nobody = [e for e in line.twilio.webhook_log if e.reply == NoResponse("invalid-url")]
    told = [one for one in line.twilio.alerts if one.code in {11100, STATUS_CALLBACK_FAILED}]
    assert asked_nobody
    assert told
    assert [] == line.twilio.living_calls()


def test_a_redirection_to_no_address_ends_the_call_with_its_code(line: Line) -> None:
    line.app.on("/voice", WebhookResponse(302, location=NONE))
    sid = line.twilio.place_call("+15559998888", OURS)
    line.twilio.advance(1)
    assert line.twilio.call(sid).over
    assert [11100] == [alert.code for alert in line.twilio.alerts]


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        (BASE, True), ("https://a.test:8443/x?y#rc=1", True), ("", False), ("x", False),
        ("//a", False), ("http://", False), (NONE, False), ("ftp://a/x", False),
        ("http://a.test:99999/", False), ("http://a.test:x/", False), ("http://[::1]/", True),
    ],
)  # fmt: skip
def test_what_an_address_is(url: str, is_one: bool) -> None:
    assert is_one is is_address(url)
    assert url == joined(None, url)


def test_a_body_that_is_not_compressed_as_its_header_says_is_refused(app: TinyApp) -> None:
    with emulator(app) as base:
        account = "AC00000000000000000000000000000001"
        rest = f"{base}/2010-04-01/Accounts/{account}/Calls.json"
        for url in (rest, f"{base}/_emulator/scenario", f"{base}/_emulator/time"):
            assert 400 == refused(url, account)


def refused(url: str, account: str) -> int:
    """The status of a request whose body is no gzip, although it says so."""
    headers = {"Content-Encoding": "gzip", "Authorization": basic(account, "emulated-auth-token")}
    broken = zlib.compress(b"x")[:4]
    with (
        pytest.raises(HTTPError) as caught,
        urlopen(Request(url, broken, headers, method="POST"), timeout=PATIENCE),
    ):
        pass
    with caught.value as answer:
        return answer.code
