"""What the carrier's words on who has answered mean (C120)."""

from datetime import UTC, datetime

import pytest

from evovoice.carrier.detection import detection_report
from evovoice.carrier.form_fields import BadReport
from evovoice.carrier.twilio_carrier import TwilioCarrier
from evovoice.domain.messages import AnswererHeard, LegProgressed, UnknownFact
from evovoice.domain.states import AnsweredBy, LegProgress
from tests.carrier.fake_twilio_http import CHILD, FakeTwilioHttp, call

NOW = datetime(2026, 11, 28, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "answered_by"),
    [
        ("human", AnsweredBy.HUMAN),
        ("machine_start", AnsweredBy.MACHINE),
        ("machine_end_beep", AnsweredBy.MACHINE),
        ("machine_end_silence", AnsweredBy.MACHINE),
        ("machine_end_other", AnsweredBy.MACHINE),
        ("fax", AnsweredBy.FAX),
        ("unknown", AnsweredBy.UNKNOWN),
    ],
)
def test_every_published_word_has_one_of_ours_c120(word: str, answered_by: AnsweredBy) -> None:
    facts = detection_report({"CallSid": CHILD, "AnsweredBy": word}, "leg-3", NOW)
    assert (AnswererHeard("leg-3", CHILD, answered_by, NOW),) == facts


def test_word_that_nobody_has_published_is_kept_in_the_log_and_judges_nobody_c120() -> None:
    (fact,) = detection_report({"CallSid": CHILD, "AnsweredBy": "robot"}, "leg-3", NOW)
    assert isinstance(fact, UnknownFact)
    assert "AnsweredBy robot" == fact.name


@pytest.mark.parametrize("form", [{"CallSid": CHILD}, {"AnsweredBy": "human"}])
def test_report_without_a_call_or_a_word_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(BadReport):
        detection_report(form, "leg-3", NOW)


def test_a_look_at_the_call_tells_who_answered_where_the_report_was_lost_c120(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    twilio.will_answer(200, call(status="in-progress", answered_by="machine_start"))
    heard, progressed = carrier.look_up("leg-3", CHILD)
    assert AnswererHeard("leg-3", CHILD, AnsweredBy.MACHINE, now) == heard
    assert isinstance(progressed, LegProgressed)
    assert LegProgress.ANSWERED is progressed.progress
