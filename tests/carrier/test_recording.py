"""Recording a leg: the request, what its answer says, and how to find out whether it was heard."""

from datetime import datetime

import pytest

from evovoice.carrier.port import CarrierRefused, OutcomeUnknown, SessionRef
from evovoice.carrier.twilio_carrier import TwilioCarrier
from evovoice.domain.messages import RecordingStarted
from evovoice.domain.orders import RecordLeg
from tests.carrier.fake_twilio_http import CHILD, FakeTwilioHttp, Request, page

REF = SessionRef("acc-1", "ses-1")
ORDER = RecordLeg("leg-2", CHILD)
SID = "RE" + "99ffeedd" * 4
PATH = f"/Calls/{CHILD}/Recordings.json"


def test_recording_is_one_request_with_its_own_callback(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    twilio.will_answer(201, {"sid": SID, "status": "in-progress"})
    assert (RecordingStarted("leg-2", now, SID),) == carrier.carry_out(ORDER, REF)
    form = {
        "RecordingChannels": "dual",
        "Trim": "do-not-trim",
        "RecordingStatusCallback": "https://voice.example.com/twilio/sessions/acc-1/ses-1"
        "/legs/leg-2/recording#rc=3&rp=all",
        "RecordingStatusCallbackEvent": ["in-progress", "completed", "absent"],
    }
    assert [Request("POST", PATH, form, {})] == twilio.requests


def test_call_that_is_over_is_refused(carrier: TwilioCarrier, twilio: FakeTwilioHttp) -> None:
    """Ended calls cannot be recorded (twilio-voice 1.5)."""
    twilio.will_refuse(400, 21220, "Requested resource is not eligible for recording")
    with pytest.raises(CarrierRefused) as refused:
        carrier.carry_out(ORDER, REF)
    assert 21220 == refused.value.code


@pytest.mark.parametrize("body", [{}, {"sid": None}, {"sid": "CA" + "1" * 32}])
def test_answer_without_a_recording_does_not_say_what_happened(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, body: object
) -> None:
    twilio.will_answer(201, body)
    with pytest.raises(OutcomeUnknown):
        carrier.carry_out(ORDER, REF)


@pytest.mark.parametrize("status", ["in-progress", "completed"])
def test_after_an_unknown_outcome_the_calls_recordings_tell(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, status: str
) -> None:
    twilio.will_answer(200, page("recordings", {"sid": SID, "status": status}))
    assert (RecordingStarted("leg-2", now, SID),) == carrier.find_out(ORDER)
    assert [("GET", PATH)] == [(r.method, r.path) for r in twilio.requests]


def test_without_a_recording_it_did_not_happen(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    twilio.will_answer(200, page("recordings"))
    assert carrier.find_out(ORDER) is None


def test_that_the_call_is_not_found_says_nothing_of_its_recording(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """It is asked for again, rather than recorded twice."""
    twilio.will_refuse(404, 20404)
    with pytest.raises(OutcomeUnknown):
        carrier.find_out(ORDER)


def test_refusal_to_tell_is_none_of_the_answers(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    twilio.will_refuse(400, 21201)
    with pytest.raises(CarrierRefused):
        carrier.find_out(ORDER)
