"""The carrier's books of live calls: three questions, each bounded, and their records whole."""

from datetime import UTC, datetime

import pytest

from evovoice.carrier.port import CarrierBusy, CarrierUnreachable, OutcomeUnknown
from evovoice.carrier.twilio_carrier import TwilioCarrier
from tests.carrier.fake_twilio_http import ACCOUNT, CHILD, OTHER, FakeTwilioHttp, call, page

START = "Sun, 22 Nov 2026 10:00:20 +0000"


def test_three_bounded_questions_find_every_live_call_once(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """A call that goes on from one status to the next while we ask is one call."""
    twilio.will_answer(200, page("calls", call(CHILD)))
    twilio.will_answer(200, page("calls", call(OTHER, "ringing")))
    twilio.will_answer(200, page("calls", call(OTHER, "queued")))
    assert [CHILD, OTHER] == [record.sid for record in carrier.live_calls()]
    asked = [(r.path, r.query["Status"], r.query["PageSize"]) for r in twilio.requests]
    statuses = ("in-progress", "ringing", "queued")
    assert [("/Calls.json", status, 1000) for status in statuses] == asked


def test_record_says_what_the_resource_says(carrier: TwilioCarrier, twilio: FakeTwilioHttp) -> None:
    known = {
        "account_sid": ACCOUNT, "parent_call_sid": OTHER, "start_time": START, "duration": "12",
        "price": "-0.0130", "price_unit": "USD", "uri": "/x.json", "caller_name": "Zoë",
        "from_formatted": "(202) 555-0100", "answered_by": "human", "forwarded_from": None,
    }  # fmt: skip
    twilio.will_answer(200, page("calls", call(**known)))
    for _ in range(2):
        twilio.will_answer(200, page("calls"))
    (record,) = carrier.live_calls()
    assert datetime(2026, 11, 22, 10, 0, 20, tzinfo=UTC) == record.start_time
    assert (12, -0.013, "USD") == (record.duration, record.price, record.price_unit)
    assert ("+12025550124", "+12025550100") == (record.to_address, record.from_address)
    assert (OTHER, "human", None, None) == (
        record.parent_call_sid,
        record.answered_by,
        record.forwarded_from,
        record.end_time,
    )


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(429, 20429, CarrierBusy), (401, 20003, CarrierUnreachable), (500, 20500, OutcomeUnknown)],
)
def test_failure_is_told_and_not_taken_for_an_empty_list(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, status: int, code: int, error: type[Exception]
) -> None:
    twilio.will_refuse(status, code)
    with pytest.raises(error):
        carrier.live_calls()
