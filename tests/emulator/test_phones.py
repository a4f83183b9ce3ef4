"""The people at the far ends: their characters, the well-known numbers, the keys they press."""

from collections.abc import Callable

import pytest

from evovoice.emulator.choices import Choices
from evovoice.emulator.handset import Phone
from evovoice.emulator.state.orders import Detection
from evovoice.emulator.state.phones import Character, presses, ready_made

from .scripted_app import BASE
from .stories import AGENT, Line, dial, number

GATHER = f'<Gather action="{BASE}/menu" numDigits="1" timeout="10"/>'


@pytest.mark.parametrize(
    ("to", "history", "sip_code"),
    [
        ("+15552229901", ["initiated", "busy"], 486),
        ("+15552229902", ["initiated", "ringing", "busy"], 603),
        ("+15552229903", ["initiated", "ringing", "no-answer"], 487),
        ("+15552229904", ["initiated", "ringing", "no-answer"], 480),
        ("+15552229905", ["initiated", "ringing", "in-progress", "completed"], 200),
        ("+15552229906", ["initiated", "ringing", "in-progress", "completed"], 200),
        ("+15552229908", ["initiated", "failed"], 480),
        ("+15552229909", ["initiated", "failed"], 484),
    ],
)
def test_well_known_numbers_behave_as_their_last_digits_say(
    line: Line, to: str, history: list[str], sip_code: int
) -> None:
    line.call_in(dial(number(to)))
    line.twilio.advance(60)
    assert history == line.app.call_events("/leg")
    assert str(sip_code) == line.app.at("/leg")[-1]["SipResponseCode"]


def test_a_client_is_known_by_the_last_word_of_its_name() -> None:
    assert Character("busy") == ready_made("client:alice_busy")
    assert None is ready_made("client:busy")
    assert None is ready_made("client:agent9901")


@pytest.mark.parametrize(
    "number_",
    ["+12025550123", "+13125550142", "+442079460123", "+33199000123", "+14155550100", AGENT],
)
def test_ordinary_numbers_answer_after_two_seconds(number_: str) -> None:
    assert None is ready_made(number_)
    assert 2.0 == Choices().default_answer_after


@pytest.mark.parametrize(
    ("seconds", "number_"), [(0.5, "+15552229910"), (15.5, "+15552229911"), (2.5, AGENT)]
)
def test_how_long_it_rings(line: Line, seconds: float, number_: str) -> None:
    line.call_in(dial(number(number_)))
    line.twilio.advance(seconds - 0.05)
    assert "in-progress" != line.app.call_events("/leg")[-1]
    line.twilio.advance(0.1)
    assert "in-progress" == line.app.call_events("/leg")[-1]


def test_a_voicemail_talks_beeps_listens_and_hangs_up(line: Line) -> None:
    line.twilio.phone(AGENT).is_a_voicemail(greeting=7)
    _, child = line.bridge()
    line.twilio.advance(60)
    assert ("completed", 37) == (child.status, child.seconds)


@pytest.mark.parametrize(
    ("to_the_end", "heard"), [(False, "machine_start"), (True, "machine_end_beep")]
)
def test_r42_detection_hears_the_voicemail(line: Line, to_the_end: bool, heard: str) -> None:
    line.twilio.phone(AGENT).is_a_voicemail(greeting=6)
    line.call_in(dial(number()))
    line.twilio.advance(1)
    line.twilio.leg_at(AGENT).detection = Detection(f"{BASE}/amd", to_the_end=to_the_end)
    line.twilio.advance(20)
    (form,) = line.app.at("/amd")
    assert heard == form["AnsweredBy"]
    assert to_the_end == (int(form["MachineDetectionDuration"]) >= 6000)


def test_keys_are_pressed_after_the_answer_into_whatever_listens(line: Line) -> None:
    line.twilio.phone(AGENT).presses("WW1")
    line.app.on("/menu", "<Pause length='60'/>")
    child = line.client.calls.create(to=AGENT, from_="+15550001111", url=f"{BASE}/menu-first")
    line.app.on("/menu-first", GATHER)
    line.twilio.advance(10)
    assert ["1"] == [form["Digits"] for form in line.app.at("/menu")]
    assert "in-progress" == line.twilio.call(str(child.sid)).status


def test_a_caller_can_press_keys_too_and_what_nobody_hears_is_lost(line: Line) -> None:
    line.app.on("/voice", f"<Pause length='2'/>{GATHER}")
    line.app.on("/menu", "<Pause length='60'/>")
    line.twilio.place_call("+15559998888", "+15550001111", digits="1WWW2")
    line.twilio.advance(10)
    assert ["2"] == [form["Digits"] for form in line.app.at("/menu")]


def test_when_keys_are_pressed() -> None:
    assert [(2.1, "1"), (2.7, "2"), (2.8, "#")] == list(presses("WW1w2#"))


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (Phone.is_unreachable, "failed"),
        (Phone.is_not_a_number, "failed"),
        (Phone.is_busy, "busy"),
        (lambda phone: phone.rejects_after(1), "busy"),
        (lambda phone: phone.gives_up_after(5), "no-answer"),
    ],
)
def test_a_character_overrides_a_well_known_number(
    line: Line, act: Callable[[Phone], object], status: str
) -> None:
    act(line.twilio.phone("+15552229906"))
    line.call_in(dial(number("+15552229906")))
    line.twilio.advance(20)
    assert status == line.app.call_events("/leg")[-1]
