"""The caller is gone before we hear of the call: its final report overtakes the question."""

import pytest

from evovoice.domain.messages import LegEnded, LegProgressed
from evovoice.domain.states import EndSource, LegProgress, Outcome
from evovoice.services.intake import receive_call_report
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, OURS, Stage

CALL = "CA" + "0" * 32


def _overtaken(stage: Stage, *, late: float) -> str:
    """The customer hangs up while our voice address is still to be asked."""
    stage.phone(stage.ann).just_rings()
    stage.twilio.chaos(f"delay,kind=voice,seconds={late}")
    sid = stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(0.5)
    stage.twilio.hang_up(sid)
    stage.pass_time(late + 1)
    return sid


def _end(stage: Stage, call_sid: str) -> LegEnded:
    return LegEnded(None, call_sid, Outcome.CANCELED, EndSource.CALL, stage.twilio.now())


def test_call_that_was_over_before_it_was_announced_is_missed_and_rings_nobody(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    _overtaken(stage, late=3)
    session = stage.session()
    assert (True, True, "MissedCall") == tuple(
        session[name] for name in ("ended", "wasMissed", "outcome")
    )
    assert [] == stage.get("/sessions/active")["sessions"]
    assert [] == stage.living()


def test_repeated_question_about_it_gets_no_dial_either(new_stage: NewStage) -> None:
    stage = new_stage()
    _overtaken(stage, late=3)
    documents = [response.body for delivery, response in stage.answers if delivery.kind == "voice"]
    assert documents
    assert all("<Dial" not in document for document in documents)


def test_report_that_both_transactions_have_missed_is_used_in_the_next_round(
    new_stage: NewStage,
) -> None:
    """The announcement had not seen the report, and the report not the session."""
    stage = new_stage()
    sid = stage.ring_in(ann_answers_after=30)
    with stage.context.database.writing() as work:
        work.early_reports.keep(_end(stage, sid), stage.twilio.now())
    assert not stage.session()["ended"]
    stage.background()
    assert stage.session()["ended"]
    with stage.context.database.reading() as work:
        assert [] == work.early_reports.oldest(10)


@pytest.mark.parametrize("repeated", [False, True])
def test_report_nobody_asks_for_is_forgotten_after_a_minute(
    new_stage: NewStage, repeated: bool
) -> None:
    stage = new_stage()
    for _ in range(1 + repeated):
        receive_call_report(stage.context, "key", CALL, (_end(stage, CALL),))
    for seconds, kept in ((58, 1), (4, 0)):
        stage.pass_time(seconds)
        with stage.context.database.reading() as work:
            assert kept == len(work.early_reports.oldest(10))


def test_report_of_a_call_that_goes_on_is_not_kept(new_stage: NewStage) -> None:
    stage = new_stage()
    ringing = LegProgressed(None, CALL, LegProgress.RINGING, stage.twilio.now())
    receive_call_report(stage.context, "key", CALL, (ringing,))
    with stage.context.database.reading() as work:
        assert [] == work.early_reports.oldest(10)
