"""Leaving, and handing a call over, while it becomes a conference (contract C84)."""

from typing import Any

import pytest

from evovoice.emulator.state.messages import Delivery
from tests.journeys.calls import path_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, THIRD, Stage


def _bridge(stage: Stage, way: str) -> None:
    stage.bridge_in() if way == "in" else stage.bridge_out()


def _leaves_at(stage: Stage, moment: str) -> list[Any]:
    """Ann leaves at the first delivery of that kind; what she is answered."""
    answers: list[Any] = []

    def leave(delivery: Delivery) -> None:
        if delivery.kind == moment and not answers:
            answers.append(None)
            answers[0] = stage.request("POST", f"{path_of(stage)}/conference/leave", {})

    stage.meanwhile = leave
    return answers


def _lines(stage: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.get(f"{path_of(stage)}/events?count=200")["events"]
    return found


@pytest.mark.parametrize("way", ["in", "out"])
@pytest.mark.parametrize("moment", ["action", "conference-status"])
def test_agent_who_leaves_during_the_conversion_leaves_two_who_talk_c84(
    new_stage: NewStage, way: str, moment: str
) -> None:
    """The leaving waits until the third party rings; nobody is hung up for it."""
    stage = new_stage()
    _bridge(stage, way)
    stage.twilio.phone(THIRD).answers_after(2)
    answers = _leaves_at(stage, moment)
    assert 200 == stage.add().status_code
    stage.pass_time(8)
    assert [200] == [answer.status_code for answer in answers]
    assert {CUSTOMER, THIRD} == {leg.to if leg.to == THIRD else CUSTOMER for leg in _living(stage)}
    assert 2 == len(stage.living())
    assert ["Caller", "Transfer"] == [m["role"] for m in stage.session()["members"]]
    assert "Passive" == stage.session()["callState"]


def _living(stage: Stage) -> list[Any]:
    agents = {f"client:{stage.ann.identity}"}
    return [leg for leg in stage.twilio.living_calls() if not agents & {leg.to, leg.from_}]


@pytest.mark.parametrize("way", ["in", "out"])
def test_leaving_a_conversion_for_which_nobody_waits_ends_the_call_c84(
    new_stage: NewStage, way: str
) -> None:
    """Two talk, and one of them leaves: E2, as in a plain call."""
    stage = new_stage()
    _bridge(stage, way)
    answers = _leaves_at(stage, "action")
    stage.request("POST", f"{path_of(stage)}/conference", {})
    stage.pass_time(8)
    assert [200] == [answer.status_code for answer in answers]
    assert [] == stage.living()
    assert stage.session()["ended"]


def test_agent_stays_with_the_customer_where_the_third_party_is_refused_c84(
    new_stage: NewStage,
) -> None:
    """Who was to take the agent's place will not ring: leaving would drop the customer. The
    refusal comes after the answer, so the log tells it.
    """
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*/Participants.json", "error-before", status=400)
    answers = _leaves_at(stage, "action")
    assert 502 == stage.add().status_code
    stage.pass_time(30)
    assert [200] == [answer.status_code for answer in answers]
    assert 2 == len(stage.living())
    assert "Connected" == stage.session()["callState"]
    assert any("stays in the call" in line["message"] for line in _lines(stage))


# --- hand-over ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["in", "out"])
def test_hand_over_with_late_reports_takes_the_agent_out_once_the_party_rings_c84(
    new_stage: NewStage, way: str
) -> None:
    """The conference is heard of after the answer: 204 means that it is ordered, and it is."""
    stage = new_stage()
    _bridge(stage, way)
    stage.twilio.phone(THIRD).answers_after(2)
    stage.twilio.chaos("delay,seconds=12,kind=conference-status")
    response = stage.request("POST", f"{path_of(stage)}/redirect", {"destination": THIRD})
    assert 204 == response.status_code
    assert 2 == len(stage.living())
    stage.pass_time(15)
    assert 2 == len(stage.living())
    assert ["Caller", "Transfer"] == [m["role"] for m in stage.session()["members"]]


def test_hand_over_outlives_the_process_that_was_asked_c84(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(2)
    stage.twilio.chaos("delay,seconds=12,kind=conference-status")
    stage.request("POST", f"{path_of(stage)}/redirect", {"destination": THIRD})
    stage.crash()
    stage.pass_time(15)
    assert 2 == len(stage.living())
    assert ["Caller", "Transfer"] == [m["role"] for m in stage.session()["members"]]


@pytest.mark.parametrize("late", [True, False])
def test_refused_hand_over_changes_nothing_c84(new_stage: NewStage, late: bool) -> None:
    """The agent stays, whether the refusal comes before the answer or after it."""
    stage = new_stage()
    stage.bridge_in()
    if late:
        stage.twilio.chaos("delay,seconds=12,kind=conference-status")
    stage.twilio.fail_next("POST", "*/Participants.json", "error-before", status=400)
    response = stage.request("POST", f"{path_of(stage)}/redirect", {"destination": THIRD})
    assert (204 if late else 502) == response.status_code
    stage.pass_time(60)
    assert ["Caller", "Agent"] == [m["role"] for m in stage.session()["members"]]
    assert 2 == len(stage.living())
    assert any("stays in the call" in line["message"] for line in _lines(stage))


def test_call_is_not_handed_over_to_the_device_that_hands_it_over_c84(new_stage: NewStage) -> None:
    """It would leave the customer alone."""
    stage = new_stage()
    stage.bridge_in()
    response = stage.request("POST", f"{path_of(stage)}/redirect", {"destination": "Ann"})
    status = response.json["responseStatus"]
    assert (400, "InvalidDestination") == (response.status_code, status["errorCode"])
    stage.pass_time(5)
    assert 2 == len(stage.living())


@pytest.mark.parametrize("moment", ["action", "conference-status"])
def test_agent_who_hangs_up_during_the_conversion_leaves_the_customer_to_whom_was_added_e4(
    new_stage: NewStage, moment: str
) -> None:
    """On the device itself, where nothing can wait: the third party is rung all the same."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(2)
    agent = next(m["callSid"] for m in stage.session()["members"] if m["role"] == "Agent")

    def hang_up(delivery: Delivery) -> None:
        if delivery.kind == moment:
            stage.meanwhile = None
            stage.twilio.hang_up(agent)

    stage.meanwhile = hang_up
    assert 200 == stage.add().status_code
    stage.pass_time(10)
    assert ["Caller", "Transfer"] == [m["role"] for m in stage.session()["members"]]
    assert 2 == len(stage.living())
    assert "Passive" == stage.session()["callState"]
