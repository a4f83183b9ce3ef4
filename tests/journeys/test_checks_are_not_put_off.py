"""The carrier is asked in time, whatever else happens to the session meanwhile."""

from datetime import datetime
from typing import Any

from tests.journeys.calls import path_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import OURS, THIRD, Stage


def _stored(stage: Stage) -> Any:
    with stage.context.database.reading() as work:
        return work.sessions.get(stage.session()["id"], stage.account.id)


def test_console_that_saves_every_ten_seconds_puts_off_no_check(new_stage: NewStage) -> None:
    """The report of the end was lost: it is asked for after two minutes all the same."""
    stage = new_stage()
    stage.bridge_in()
    path = path_of(stage)
    stage.twilio.chaos("lose")
    stage.twilio.hang_up(stage.twilio.leg_at(OURS).sid)
    for second in range(0, 130, 10):
        assert 200 == stage.request("PATCH", path, {"consoleData": f"at {second}"}).status_code
        stage.pass_time(10)
    assert stage.session()["ended"]


def test_order_that_is_put_back_puts_off_no_check(new_stage: NewStage) -> None:
    """What came of it is no news of the session as long as there are no facts."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    stage.add()
    stage.pass_time(3)
    stage.twilio.fail_next("POST", "*", "connect-refused", count=1000)
    assert 204 == stage.end().status_code
    checks: list[datetime] = [_stored(stage).next_check]
    for _ in range(5):
        stage.twilio.advance(1)
        stage.context.dispatch.run_due()
        stage._drain()
        checks.append(_stored(stage).next_check)
    assert 1 == len(set(checks))
