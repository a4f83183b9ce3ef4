"""Placing a call: the request, what its answer says, and how to find out whether it was heard."""

from datetime import UTC, datetime

import pytest

from evovoice.carrier.inbound import BadReport, answered_leg
from evovoice.carrier.port import CarrierRefused, SessionRef
from evovoice.carrier.twilio_carrier import TwilioCarrier
from evovoice.domain.messages import LegProgressed
from evovoice.domain.orders import PlaceCall
from evovoice.domain.states import LegProgress
from tests.carrier.fake_twilio_http import CHILD, FakeTwilioHttp, Request, call, page

REF = SessionRef("acc-1", "ses-1")
SINCE = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ORDER = PlaceCall("leg-1", "+12025550124", "+12025550100")
LEG = "https://voice.example.com/twilio/sessions/acc-1/ses-1/legs/leg-1"


def test_placing_a_call_is_one_request_with_our_addresses(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    twilio.will_answer(201, call(status="queued"))
    queued = LegProgressed("leg-1", CHILD, LegProgress.QUEUED, now)
    assert (queued,) == carrier.carry_out(ORDER, REF)
    form = {
        "To": "+12025550124",
        "From": "+12025550100",
        "Url": f"{LEG}/answered#rc=3&rp=all",
        "Timeout": 30,
        "StatusCallback": f"{LEG}#rc=3&rp=all",
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
    }
    assert [Request("POST", "/Calls.json", form, {})] == twilio.requests


def test_number_that_the_carrier_does_not_call_is_refused(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    twilio.will_refuse(400, 21211)
    with pytest.raises(CarrierRefused):
        carrier.carry_out(ORDER, REF)


@pytest.mark.parametrize(
    ("status", "found"), [("queued", True), ("ringing", True), ("in-progress", False)]
)
def test_after_an_unknown_outcome_the_calls_to_that_number_tell(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, status: str, found: bool
) -> None:
    """One that was answered would have asked us what to do, so we knew it."""
    twilio.will_answer(200, page("calls", call(status=status)))
    assert carrier.find_out(ORDER) is None
    assert found == bool(carrier.calls_like(ORDER, SINCE))
    assert [("GET", "/Calls.json")] == [(r.method, r.path) for r in twilio.requests]


def test_question_of_an_answered_leg_says_that_it_was_answered(now: datetime) -> None:
    facts = answered_leg({"CallSid": CHILD, "CallStatus": "in-progress"}, "leg-1", now)
    assert LegProgressed("leg-1", CHILD, LegProgress.ANSWERED, now) == facts
    with pytest.raises(BadReport):
        answered_leg({"CallSid": "CA1"}, "leg-1", now)
