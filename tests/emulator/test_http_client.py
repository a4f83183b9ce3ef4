"""Twilio as an HTTP client: redirections, cookies, and what counts as a document (R59).

https://www.twilio.com/docs/usage/webhooks/voice-webhooks,
https://www.twilio.com/docs/api/errors/11215 and 11216 (redirections), 12300 (types).
"""

import pytest
from twilio.request_validator import RequestValidator

from evovoice.emulator.choices import Choices
from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.state.messages import Delivery, WebhookResponse

from .scripted_app import BASE, ScriptedApp
from .stories import CUSTOMER, OURS, Line, dial, number, response

BRIDGE = response(f'<Dial action="action" callerId="{OURS}">{number()}</Dial>')


def moved(status: int, to: str) -> WebhookResponse:
    """An answer that leads elsewhere."""
    return WebhookResponse(status, "", "text/html", location=to)


def called(line: Line) -> list[Delivery]:
    """Somebody calls; what was asked for the sake of it."""
    line.twilio.place_call(CUSTOMER, OURS)
    line.twilio.advance(1)
    return line.app.received


@pytest.mark.parametrize(
    ("status", "method", "fields"),
    [(301, "GET", False), (302, "GET", False), (303, "GET", False), (307, "POST", True)],
)
def test_r59_redirections_are_followed_and_signed_anew(
    line: Line, status: int, method: str, fields: bool
) -> None:
    line.app.on("/voice", moved(status, "/menu/start?x=1"))
    line.app.on("/menu/start", "<Pause length='9'/>")
    first, second = called(line)[:2]
    assert ("POST", method) == (first.method, second.method)
    assert (f"{BASE}/menu/start?x=1", fields) == (second.url, "CallSid" in second.form)
    validator = RequestValidator(line.twilio.auth_token)
    assert validator.validate(second.url, second.form, second.headers["X-Twilio-Signature"])
    assert 1 == len(line.twilio.living_calls())


def test_r59_a_post_may_stay_one_after_302() -> None:
    app = ScriptedApp()
    twilio = InProcessTwilio(deliver=app, choices=Choices(redirected_post_becomes_get=False))
    twilio.add_number(OURS, f"{BASE}/voice")
    app.on("/voice", moved(302, f"{BASE}/menu"))
    twilio.place_call(CUSTOMER, OURS)
    twilio.advance(1)
    assert ["POST", "POST"] == [one.method for one in app.received]


def test_r59_relative_addresses_count_from_where_the_document_was_found(line: Line) -> None:
    line.app.on("/voice", moved(307, "https://app.test/menu/start"))
    line.app.on("/menu/start", WebhookResponse(body=BRIDGE))
    called(line)
    line.twilio.advance(9)
    line.twilio.hang_up(line.twilio.leg_at("+15552223333").sid)
    line.twilio.advance(1)
    assert 1 == len(line.app.at("/menu/action"))


@pytest.mark.parametrize(
    ("answer", "code", "requests"),
    [
        (moved(302, f"{BASE}/voice"), 11215, 11),
        (moved(308, f"{BASE}/elsewhere"), 11216, 1),
        (WebhookResponse(304, "", ""), 11216, 1),
        (WebhookResponse(302, "", ""), 11216, 1),
    ],
)
def test_r59_what_cannot_be_followed_is_written_down_and_goes_to_the_fallback(
    line: Line, answer: WebhookResponse, code: int, requests: int
) -> None:
    line.twilio.add_number(OURS, f"{BASE}/voice", voice_fallback_url=f"{BASE}/fallback")
    line.app.on("/voice", answer)
    line.app.on("/fallback", "<Pause length='9'/>")
    assert requests + 1 == len(called(line))
    (form,) = line.app.at("/fallback")
    assert (str(code), f"{BASE}/voice") == (form["ErrorCode"], form["ErrorUrl"])
    assert [(code, "error")] == [(one.code, one.level) for one in line.twilio.alerts]


def test_r59_status_callbacks_are_redirected_too(line: Line) -> None:
    line.app.on("/leg", moved(307, "/elsewhere"))
    line.bridge()
    assert ["initiated", "ringing", "in-progress"] == line.app.call_events("/elsewhere")
    assert [] == list(line.twilio.alerts)


def cookies(line: Line, path: str) -> list[str | None]:
    """The Cookie header of each request to that path."""
    received = [one for one in line.app.received if one.url.startswith(BASE + path)]
    return [one.headers.get("Cookie") for one in received]


def with_cookies(body: str, *texts: str) -> WebhookResponse:
    """A document that also sets cookies."""
    return WebhookResponse(body=response(body), set_cookies=texts)


def test_r59_cookies_come_back_for_one_call_until_they_are_taken_back(line: Line) -> None:
    line.app.on("/voice", with_cookies("<Redirect>/two</Redirect>", "a=1; Path=/", 'b="x y"'))
    line.app.on("/two", with_cookies("<Redirect>/three</Redirect>", "a=; Max-Age=0", "c=3"))
    line.app.on("/three", "<Pause length='60'/>")
    called(line)
    assert [None] == cookies(line, "/voice")
    assert ['a=1; b="x y"'] == cookies(line, "/two")
    assert ['b="x y"; c=3'] == cookies(line, "/three")
    called(line)
    assert [None, None] == cookies(line, "/voice")


def test_r59_cookies_stay_below_their_path_and_with_their_host(line: Line) -> None:
    line.app.on("/voice", with_cookies("<Redirect>/in/a</Redirect>", "p=1; Path=/in"))
    line.app.on("/in/a", "<Redirect>/out</Redirect>")
    line.app.on("/out", "<Redirect>https://other.test/in/a2</Redirect>")
    (elsewhere,) = [one for one in called(line) if "other" in one.url]
    assert (["p=1"], [None]) == (cookies(line, "/in/a"), cookies(line, "/out"))
    assert ("https://other.test/in/a2", False) == (elsewhere.url, "Cookie" in elsewhere.headers)


@pytest.mark.parametrize("kind", ["text/xml", "application/xml; charset=utf-8", "Text/HTML"])
def test_r59_three_types_are_twiml(line: Line, kind: str) -> None:
    line.app.on("/voice", WebhookResponse(body=response(dial(number())), content_type=kind))
    called(line)
    assert 2 == len(line.twilio.living_calls())


@pytest.mark.parametrize(
    ("kind", "body", "seconds"), [("text/plain", "x" * 50, 3.0), ("audio/mpeg", "ID3", 5.0)]
)
def test_r59_plain_text_is_read_aloud_and_sound_is_played_then_the_call_ends(
    line: Line, kind: str, body: str, seconds: float
) -> None:
    line.app.on("/voice", WebhookResponse(body=body, content_type=kind))
    sid = line.twilio.place_call(CUSTOMER, OURS)
    line.twilio.advance(seconds - 0.1)
    assert "in-progress" == line.twilio.call(sid).status
    line.twilio.advance(0.2)
    assert "completed" == line.twilio.call(sid).status
    assert [] == list(line.twilio.alerts)


def test_r59_any_other_type_is_an_error(line: Line) -> None:
    line.app.on("/voice", WebhookResponse(body="{}", content_type="application/json"))
    called(line)
    assert [12300] == [alert.code for alert in line.twilio.alerts]
