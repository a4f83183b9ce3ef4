"""Answering machine detection: R42."""

import pytest
from twilio.base.exceptions import TwilioRestException

from .scripted_app import BASE
from .stories import OURS, THIRD, Line

VOICEMAIL = "+15556669905"
FIELDS = {"CallSid", "AccountSid", "AnsweredBy", "MachineDetectionDuration"}


@pytest.mark.parametrize(
    ("to", "mode", "seconds", "answered_by"),
    [
        (THIRD, "Enable", 6.5, "human"),
        (THIRD, "DetectMessageEnd", 6.5, "human"),
        (VOICEMAIL, "Enable", 10.5, "machine_start"),
        (VOICEMAIL, "DetectMessageEnd", 14.5, "machine_end_beep"),
    ],
)
def test_r42_the_result_comes_by_its_callback_while_the_leg_is_in_the_conference(
    line: Line, to: str, mode: str, seconds: float, answered_by: str
) -> None:
    _, _, room = line.convert()
    third = line.add_third(
        room.sid, to=to, machine_detection=mode, amd_status_callback=f"{BASE}/amd"
    )
    line.twilio.advance(seconds - 0.1)
    assert [] == line.app.at("/amd")
    assert third in room.participants
    line.twilio.advance(0.2)
    (form,) = line.app.at("/amd")
    assert FIELDS == set(form)
    assert (third, answered_by) == (form["CallSid"], form["AnsweredBy"])
    assert answered_by == line.client.calls(third).fetch().answered_by


def test_r42_a_leg_that_ends_before_is_never_judged(line: Line) -> None:
    _, _, room = line.convert()
    third = line.add_third(room.sid, machine_detection="Enable", amd_status_callback=f"{BASE}/amd")
    line.twilio.advance(4)
    line.twilio.hang_up(third)
    line.twilio.advance(60)
    assert [] == line.app.at("/amd")


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize(
    ("fields", "code"),
    [({"MachineDetection": "Enable"}, 21262), ({"AsyncAmd": "true"}, 21263)],
)
def test_r42_a_missing_callback_and_foreign_parameters(
    line: Line, fields: dict[str, str], code: int, refused: bool
) -> None:
    """Refused or only written down: nobody has measured it."""
    line.twilio.choose(amd_warnings_refuse=refused)
    status, _ = line.post("Conferences/amd/Participants", From=OURS, To=THIRD, **fields)
    assert (400 if refused else 201) == status
    assert refused or code in [alert.code for alert in line.twilio.alerts]


def test_r42_an_unknown_mode_is_refused(line: Line) -> None:
    with pytest.raises(TwilioRestException) as caught:
        line.add_third("amd", machine_detection="Perhaps")
    assert 21234 == caught.value.code


def test_a_created_call_waits_for_the_result_unless_told_otherwise(line: Line) -> None:
    line.app.on("/hello", "<Pause length='60'/>")
    line.client.calls.create(
        to=VOICEMAIL, from_=OURS, url=f"{BASE}/hello", machine_detection="Enable"
    )
    line.twilio.advance(10)
    assert [] == line.app.at("/hello")
    line.twilio.advance(1)
    assert "machine_start" == line.app.at("/hello")[0]["AnsweredBy"]


def test_a_created_call_may_learn_it_later(line: Line) -> None:
    line.app.on("/hello", "<Pause length='60'/>")
    line.client.calls.create(
        to=THIRD,
        from_=OURS,
        url=f"{BASE}/hello",
        machine_detection="Enable",
        async_amd="true",
        async_amd_status_callback=f"{BASE}/amd",
    )
    line.twilio.advance(3)
    assert "AnsweredBy" not in line.app.at("/hello")[0]
    line.twilio.advance(5)
    assert "human" == line.app.at("/amd")[0]["AnsweredBy"]
