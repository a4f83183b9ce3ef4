"""Answering machine detection: R42.

https://www.twilio.com/docs/voice/answering-machine-detection
"""

import pytest
from twilio.base.exceptions import TwilioRestException

from .scripted_app import BASE
from .stories import OURS, THIRD, Line, dial

VOICEMAIL = "+15556669905"
FIELDS = {"CallSid", "AccountSid", "AnsweredBy", "MachineDetectionDuration"}


@pytest.mark.parametrize(
    ("to", "mode", "seconds", "answered_by"),
    [
        (THIRD, "Enable", 4.7, "human"),
        (THIRD, "DetectMessageEnd", 4.7, "human"),
        (VOICEMAIL, "Enable", 8.9, "machine_start"),
        (VOICEMAIL, "DetectMessageEnd", 10.5, "machine_end_beep"),
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
    line.twilio.advance(3)
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
    line.twilio.advance(8.8)
    assert [] == line.app.at("/hello")
    line.twilio.advance(0.2)
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


@pytest.mark.parametrize(
    ("written", "address"),
    [("/amd", f"{BASE}/amd"), ("amd?x=1", f"{BASE}/in/amd?x=1"), (f"{BASE}/amd", f"{BASE}/amd")],
)
def test_the_result_goes_to_an_address_that_may_be_relative(
    line: Line, written: str, address: str
) -> None:
    """https://www.twilio.com/docs/voice/answering-machine-detection#asyncamdstatuscallback"""
    sent = asynchronous(line, AsyncAmdStatusCallback=written, Url=f"{BASE}/in/hello")
    assert [("POST", address)] == sent


def test_a_relative_address_means_nothing_beside_inline_twiml(line: Line) -> None:
    fields = {"To": THIRD, "From": OURS, "Twiml": "<Response/>", "MachineDetection": "Enable"}
    status, body = line.post("Calls", **fields, AsyncAmd="true", AsyncAmdStatusCallback="/amd")
    assert (400, 21609) == (status, body["code"])


@pytest.mark.parametrize(("by_get", "method"), [(False, "POST"), (True, "GET")])
def test_the_result_comes_by_post_as_its_page_says(line: Line, by_get: bool, method: str) -> None:
    """https://www.twilio.com/docs/voice/answering-machine-detection#asyncamdstatuscallbackmethod"""
    line.twilio.choose(async_amd_by_get=by_get)
    more = {"AsyncAmdStatusCallback": f"{BASE}/amd", "AsyncAmdStatusCallbackMethod": "GET"}
    assert [method] == [used for used, _ in asynchronous(line, **more, Url=f"{BASE}/hello")]
    assert [0] * (not by_get) == [alert.code for alert in line.twilio.alerts]


def asynchronous(line: Line, **more: str) -> list[tuple[str, str]]:
    """How and where the result of a call was told."""
    for path in ("/hello", "/in/hello"):
        line.app.on(path, "<Pause length='60'/>")
    fields = {"To": THIRD, "From": OURS, "MachineDetection": "Enable", "AsyncAmd": "true"}
    assert 201 == line.post("Calls", **fields, **more)[0]
    line.twilio.advance(8)
    found = [one for one in line.app.received if one.kind == "amd-status"]
    return [(one.method, one.url.partition("?CallSid")[0]) for one in found]


@pytest.mark.parametrize("path", ["Calls", "Conferences/amd/Participants"])
@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("Timeout", 3, 59),
        ("SpeechThreshold", 1000, 6000),
        ("SpeechEndThreshold", 500, 5000),
        ("SilenceTimeout", 2000, 10000),
    ],
)
def test_tuning_out_of_its_bounds_is_refused(
    line: Line, path: str, name: str, low: int, high: int
) -> None:
    """https://www.twilio.com/docs/api/errors/21234"""
    common = {"From": OURS, "To": THIRD, "Url": f"{BASE}/hello", "MachineDetection": "Enable"}
    field = f"MachineDetection{name}"
    for value in (low - 1, high + 1, "soon"):
        status, body = line.post(path, **common, **{field: str(value)})
        assert (400, 21234) == (status, body["code"])
    for value in (low, high):
        assert 201 == line.post(path, **common, **{field: str(value)})[0]


def test_a_call_with_tuning_starts_its_document_when_the_threshold_is_passed(line: Line) -> None:
    """https://www.twilio.com/docs/voice/answering-machine-detection#optional-api-tuning-parameters"""
    line.app.on("/hello", "<Pause length='60'/>")
    line.client.calls.create(
        to=VOICEMAIL,
        from_=OURS,
        url=f"{BASE}/hello",
        machine_detection="Enable",
        machine_detection_speech_threshold=1000,
    )
    line.twilio.advance(7.4)
    assert [] == line.app.at("/hello")
    line.twilio.advance(0.2)
    assert "machine_start" == line.app.at("/hello")[0]["AnsweredBy"]


_AMD = f'amdStatusCallback="{BASE}/amd" machineDetection'


@pytest.mark.parametrize(("name", "to"), [("Number", VOICEMAIL), ("Sip", "sip:box@example.com")])
def test_a_dialled_noun_is_judged_after_it_is_connected(line: Line, name: str, to: str) -> None:
    """https://www.twilio.com/docs/voice/twiml/number#machinedetection"""
    line.twilio.phone(to).is_a_voicemail(greeting=3)
    tuned = f'{_AMD}="Enable" machineDetectionSpeechThreshold="2000"'
    line.call_in(dial(f"<{name} {tuned}>{to}</{name}>"))
    line.twilio.advance(10)
    (form,) = line.app.at("/amd")
    assert ("machine_start", "2000") == (form["AnsweredBy"], form["MachineDetectionDuration"])


@pytest.mark.parametrize(
    "attributes",
    [f'{_AMD}="Enable" machineDetectionTimeout="60"', f'{_AMD}="Perhaps"'],
)
def test_a_noun_whose_detection_cannot_be_meant_is_told_in_an_alert(
    line: Line, attributes: str
) -> None:
    """https://www.twilio.com/docs/api/errors/21234"""
    line.call_in(dial(f"<Number {attributes}>{THIRD}</Number>"))
    line.twilio.advance(20)
    assert [] == line.app.at("/amd")
    assert 21234 in [alert.code for alert in line.twilio.alerts]


def test_a_noun_that_is_sent_digits_is_not_judged(line: Line) -> None:
    """https://www.twilio.com/docs/voice/answering-machine-detection#machinedetection"""
    line.call_in(dial(f'<Number sendDigits="1" {_AMD}="Enable">{THIRD}</Number>'))
    line.twilio.advance(20)
    assert [] == line.app.at("/amd")
