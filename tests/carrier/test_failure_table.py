"""What Twilio, the network and the state of a call mean for a party who was not reached (C106)."""

import pytest
from twilio.base.exceptions import TwilioRestException

from evovoice.carrier.failure_table import failure_of_call, failure_of_refusal
from evovoice.carrier.twilio_errors import carrier_error
from evovoice.domain.failures import ADVICE
from evovoice.domain.states import Failure, Outcome

CALLS = [
    (Outcome.BUSY, None, 486, Failure.BUSY),
    (Outcome.BUSY, None, 603, Failure.DECLINED),
    (Outcome.FAILED, None, 404, Failure.NOT_IN_SERVICE),
    (Outcome.FAILED, 13224, 404, Failure.INVALID_NUMBER),
    (Outcome.FAILED, 32205, 403, Failure.COUNTRY_NOT_ALLOWED),
    (Outcome.FAILED, 99999, 503, Failure.NETWORK),
    (Outcome.FAILED, None, None, Failure.FAILED),
    (Outcome.NO_ANSWER, None, 480, Failure.UNREACHABLE),
    (Outcome.NO_ANSWER, None, 487, Failure.NO_ANSWER),
    (Outcome.CANCELED, None, 487, Failure.CANCELED),
    (Outcome.CANCELED, 13224, 486, Failure.CANCELED),
    (Outcome.COMPLETED, None, 200, None),
]


@pytest.mark.parametrize(("outcome", "code", "sip_answer", "failure"), CALLS)
def test_number_counts_before_the_network_and_the_network_before_the_state_c106(
    outcome: Outcome, code: int | None, sip_answer: int | None, failure: Failure | None
) -> None:
    assert failure is failure_of_call(outcome, code, sip_answer)


@pytest.mark.parametrize(
    ("code", "status", "failure"),
    [
        (21203, 400, Failure.COUNTRY_NOT_ALLOWED),
        (32205, 400, Failure.COUNTRY_NOT_ALLOWED),
        (21264, 400, Failure.CALLER_ID_REFUSED),
        (21210, 400, Failure.CALLER_ID_REFUSED),
        (10001, 400, Failure.ACCOUNT_NOT_ACTIVE),
        (10004, 400, Failure.CALL_LIMIT),
        (20429, 429, Failure.CARRIER_BUSY),
        (15004, 400, Failure.REFUSED),
        (20500, 500, Failure.CARRIER_UNAVAILABLE),
    ],
)
def test_refused_request_says_what_it_means_for_the_party_c106(
    code: int, status: int, failure: Failure
) -> None:
    assert failure is carrier_error(TwilioRestException(status, "/Calls.json", "no", code)).failure


def test_every_failure_has_a_sentence_without_numbers_and_a_step_c106() -> None:
    assert set(Failure) == set(ADVICE)
    assert not [one for one in ADVICE.values() if any(sign.isdigit() for sign in one.sentence)]
    assert Failure.REFUSED is failure_of_refusal(None)
