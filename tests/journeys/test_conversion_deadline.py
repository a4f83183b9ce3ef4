"""A conversion that does not come to its end is asked about, and undone, repeated or ended."""

from typing import Any

import pytest

from tests.journeys.calls import messages_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD, Stage


def _leg(stage: Stage, role: str) -> Any:
    sid = next(m["callSid"] for m in stage.session()["members"] if m["role"] == role)
    return next(leg for leg in stage.twilio.living_calls() if leg.sid == sid)


def _bridge(stage: Stage, way: str) -> None:
    stage.bridge_in() if way == "in" else stage.bridge_out()


def _rooms(stage: Stage) -> list[int]:
    """How many are in each open conference."""
    return sorted(len(room.participants) for room in stage.twilio.conferences())


@pytest.mark.parametrize("way", ["in", "out"])
@pytest.mark.parametrize("away", ["Caller", "Agent"])
def test_two_legs_that_arrived_in_two_regions_are_brought_together(
    new_stage: NewStage, way: str, away: str
) -> None:
    """One name makes two conferences (R59); the leg that is elsewhere follows the caller."""
    stage = new_stage()
    _bridge(stage, way)
    _leg(stage, away).region = "ie1"
    stage.twilio.phone(THIRD).answers_after(1)
    assert 200 == stage.add().status_code
    assert [1, 1] == _rooms(stage)
    stage.pass_time(8)
    assert [3] == [n for n in _rooms(stage) if n]
    roles = {m["role"] for m in stage.session()["members"] if m["callState"] == "Connected"}
    assert {"Caller", "Agent", "Transfer"} == roles
    assert any("moved once more" in message for message in messages_of(stage))


@pytest.mark.parametrize("reports", ["told", "lost"])
def test_whoever_cannot_be_brought_together_hears_why_within_the_bound(
    new_stage: NewStage, reports: str
) -> None:
    """15 s after the redirect both are alone: the log says so, and nobody waits in silence."""
    stage = new_stage()
    stage.bridge_in()
    if reports == "lost":
        stage.twilio.chaos("lose,kind=conference-status")
    _leg(stage, "Agent").region = "ie1"
    stage.add()
    before = len(stage.rest())
    stage.twilio.fail_next("POST", "*/Calls/*.json", "error-before", status=400, count=1)
    stage.pass_time(6.5)
    told = [entry for entry in stage.twilio.rest_log if "interrupted" in str(entry)]
    assert 2 == len(told) == len(stage.living())
    assert not stage.session()["ended"]
    stage.pass_time(6)
    assert [] == stage.living()
    assert stage.session()["ended"]
    assert any("did not come together" in message for message in messages_of(stage))
    assert len(stage.rest()) - before <= 30


def test_conversion_whose_reports_are_all_lost_is_found_to_be_done(new_stage: NewStage) -> None:
    """The list of participants tells it, and whoever waits is dialled."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.chaos("lose,kind=conference-status")
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(5)
    assert [3] == _rooms(stage)


def test_conversion_that_moved_nobody_is_undone_and_whoever_waits_is_not_called(
    new_stage: NewStage,
) -> None:
    """Both are still tied by their dial and talk: the call is plain again, the add fails."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*/Calls/*.json", "timeout-before", count=1000)
    assert stage.add().status_code in {200, 503}
    stage.pass_time(8)
    assert {"ConversionFailed", "MemberFailed"} <= set(stage.events())
    assert ["Caller", "Agent"] == [m["role"] for m in stage.session()["members"]]
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(60)
    assert 2 == len(stage.living())
    assert [] == stage.twilio.conferences()
    stage.twilio.phone(THIRD).answers_after(1)
    assert 200 == stage.add().status_code
    stage.pass_time(5)
    assert 3 == len(stage.living())
