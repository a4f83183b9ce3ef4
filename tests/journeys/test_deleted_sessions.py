"""A manager deletes sessions; what the carrier tells of them late, or somebody sends again who has
kept a signed request, makes nothing of them.
"""

import logging

import pytest

from evovoice.domain.values import Role
from evovoice.emulator.state.messages import Delivery
from evovoice.services import administration
from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD, Stage


def _deleted(stage: Stage) -> None:
    """All sessions are over, and a manager deletes them."""
    boss = stage._user("Max", Role.MANAGER)
    key = administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key
    everything = f"/sessions?accountId={stage.account.id}&startDateTime=2000-01-01"
    assert 204 == stage.request("DELETE", everything, key=key).status_code
    assert [] == _listed(stage)


def _listed(stage: Stage) -> list[str]:
    items = stage.get("/sessions?all=true&searchArchive=true")["items"]
    return [item["id"] for item in items]


def _told(stage: Stage) -> list[Delivery]:
    """What the carrier has delivered so far."""
    return [delivery for delivery, _ in stage.answers]


def _conference_that_is_over(stage: Stage) -> None:
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    assert 200 == stage.add().status_code
    stage.pass_time(5)
    stage.end()
    stage.pass_time(5)


def test_nothing_that_is_sent_again_makes_a_ghost(
    new_stage: NewStage, caplog: pytest.LogCaptureFixture
) -> None:
    """Every report and question of a whole conference, word for word: 2xx, and no error."""
    stage = new_stage()
    _conference_that_is_over(stage)
    told = _told(stage)
    assert {"/incoming", "/status"} <= {"/" + one.url.rpartition("/")[2] for one in told}
    _deleted(stage)
    with caplog.at_level(logging.WARNING):
        answers = [stage._deliver(delivery) for delivery in told]
    assert {2} == {answer.status // 100 for answer in answers}
    assert [] == [answer.body for answer in answers if "<Dial" in answer.body]
    assert [] == caplog.records
    stage.pass_time(90)
    assert ([], []) == (_listed(stage), stage.living())


def test_call_of_a_device_that_is_sent_again_makes_no_ghost(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_out()
    stage.end()
    stage.pass_time(3)
    told = _told(stage)
    _deleted(stage)
    answers = [stage._deliver(delivery) for delivery in told]
    assert {2} == {answer.status // 100 for answer in answers}
    assert [] == [
        answer.body for answer in answers if "<Dial" in answer.body or "<Say" in answer.body
    ]
    stage.pass_time(90)
    assert [] == _listed(stage)


def test_week_old_request_makes_no_ghost_either(new_stage: NewStage) -> None:
    """Receipts of single deliveries are forgotten by then."""
    stage = new_stage()
    _conference_that_is_over(stage)
    told = _told(stage)
    _deleted(stage)
    with stage.context.database.writing() as work:
        work.receipts.forget_before(stage.now().replace(year=2099))
    for delivery in told:
        stage._deliver(delivery)
    assert [] == _listed(stage)


def test_next_call_of_the_same_customer_is_a_new_session(new_stage: NewStage) -> None:
    stage = new_stage()
    _conference_that_is_over(stage)
    _deleted(stage)
    stage.bridge_in()
    assert "Connected" == stage.session()["callState"]
