"""An agent's page is reloaded in the middle of a call (E2, EVOVOICE_RETURN_SECONDS)."""

from typing import Any

import pytest

from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD, Stage

WAITS = 20  # seconds


def _agent(stage: Stage) -> Any:
    address = f"client:{stage.ann.identity}"
    return next(leg for leg in stage.twilio.living_calls() if address in (leg.to, leg.from_))


def _lose_device(stage: Stage) -> None:
    stage.twilio.hang_up(_agent(stage).sid)
    stage.phone(stage.ann).answers_after(1)


def _take_back(stage: Stage, key: str | None = None, destination: str | None = None) -> Any:
    path = f"/sessions/{stage.session()['id']}/conference/members"
    return stage.request("POST", path, {"destination": destination or stage.ann.id}, key)


def _conference(stage: Stage) -> None:
    """Customer and Ann talk in a conference, as after a hold."""
    stage.bridge_in()
    stage.request("POST", f"/sessions/{stage.session()['id']}/conference", {})
    stage.pass_time(3)


@pytest.mark.parametrize("talk", ["plain", "conference"])
@pytest.mark.parametrize("reports", ["in time", "late", "lost"])
def test_customer_waits_with_music_and_talks_again(
    new_stage: NewStage, talk: str, reports: str
) -> None:
    """The agent's end is told by its own report, by the dial's, or by the conference's alone."""
    stage = new_stage(return_seconds=WAITS)
    stage.bridge_in() if talk == "plain" else _conference(stage)
    if reports != "in time":
        rule = {"late": "delay,seconds=4", "lost": "lose"}[reports]
        stage.twilio.chaos(f"{rule},kind=call-status,event=completed")
    _lose_device(stage)
    stage.pass_time(5)
    stage.twilio.calm()
    assert 1 == len(stage.living())
    assert not stage.session()["ended"]
    assert _hears_music(stage)
    assert 200 == _take_back(stage).status_code
    stage.pass_time(4)
    assert 2 == len(stage.living())
    (room,) = [room for room in stage.twilio.conferences() if room.participants]
    assert [False, False] == [one.hold for one in room.participants.values()]
    assert "Connected" == stage.session()["callState"]
    stage.pass_time(WAITS + 5)
    assert 2 == len(stage.living())


def _hears_music(stage: Stage) -> bool:
    """On hold, or waiting without a `waitUrl`: the carrier plays its own (twilio-voice 3.1)."""
    (room,) = [room for room in stage.twilio.conferences() if room.participants]
    (alone,) = room.participants.values()
    documents = [answer.body for delivery, answer in stage.answers if delivery.kind == "action"]
    return alone.hold or (bool(documents) and 'waitUrl=""' not in documents[-1])


@pytest.mark.parametrize("talk", ["plain", "conference"])
def test_device_that_does_not_come_back_ends_the_call_after_that_time(
    new_stage: NewStage, talk: str
) -> None:
    """E2 applies then."""
    stage = new_stage(return_seconds=WAITS)
    stage.bridge_in() if talk == "plain" else _conference(stage)
    _lose_device(stage)
    stage.pass_time(WAITS - 2)
    assert 1 == len(stage.living())
    stage.pass_time(5)
    assert [] == stage.living()
    assert stage.session()["ended"]


@pytest.mark.parametrize("deed", ["end", "leave", "remove"])
def test_agent_who_ends_leaves_or_is_removed_is_not_waited_for(
    new_stage: NewStage, deed: str
) -> None:
    stage = new_stage(return_seconds=WAITS)
    stage.bridge_in()
    path = f"/sessions/{stage.session()['id']}"
    if deed == "end":
        stage.end()
    elif deed == "leave":
        stage.request("POST", f"{path}/conference/leave", {})
    else:
        stage.request("DELETE", f"{path}/conference/members/{_agent(stage).sid}")
    stage.pass_time(3)
    assert [] == stage.living()
    assert stage.session()["ended"]


@pytest.mark.parametrize("who", ["caller", "agent"])
def test_without_the_setting_nobody_waits(new_stage: NewStage, who: str) -> None:
    stage = new_stage()
    customer = stage.bridge_in()
    stage.twilio.hang_up(customer if who == "caller" else _agent(stage).sid)
    stage.pass_time(3)
    assert [] == stage.living()
    assert stage.session()["ended"]


def test_customer_who_hangs_up_ends_the_call_at_once(new_stage: NewStage) -> None:
    """Nobody waits for the agent whose leg went down with it."""
    stage = new_stage(return_seconds=WAITS)
    stage.twilio.hang_up(stage.bridge_in())
    stage.pass_time(3)
    assert [] == stage.living()
    assert stage.session()["ended"]


def test_customer_who_gives_up_waiting_ends_the_call(new_stage: NewStage) -> None:
    stage = new_stage(return_seconds=WAITS)
    customer = stage.bridge_in()
    _lose_device(stage)
    stage.pass_time(4)
    stage.twilio.hang_up(customer)
    stage.pass_time(3)
    assert stage.session()["ended"]


def test_only_who_was_lost_takes_the_call_back_and_only_themselves_c116(
    new_stage: NewStage,
) -> None:
    """Without a live leg nobody adds anybody else; a page that was reloaded sees that it may."""
    stage = new_stage(return_seconds=WAITS)
    stage.bridge_in()
    _lose_device(stage)
    stage.pass_time(4)
    (mine,) = stage.request("GET", "/sessions/my").json["sessions"]
    assert "AddConferenceMember" in mine["allowed"]
    assert "LeaveConference" not in mine["allowed"]
    assert 409 == _take_back(stage, destination=THIRD).status_code
    assert 200 == _take_back(stage).status_code
    stage.pass_time(4)
    assert 200 == stage.add(THIRD).status_code


def test_who_took_the_call_back_and_leaves_then_is_not_waited_for(new_stage: NewStage) -> None:
    """Though the time from the first loss is not over; lost once more they are."""
    stage = new_stage(return_seconds=WAITS)
    stage.bridge_in()
    for _ in range(2):
        _lose_device(stage)
        stage.pass_time(4)
        assert 200 == _take_back(stage).status_code
        stage.pass_time(4)
        assert 2 == len(stage.living())
    stage.request("POST", f"/sessions/{stage.session()['id']}/conference/leave", {})
    stage.pass_time(3)
    assert [] == stage.living()
    assert stage.session()["ended"]


def test_customer_whose_agent_is_lost_while_nobody_comes_hears_so_c109(new_stage: NewStage) -> None:
    """They hear the ringing until it is over, then a sentence; nobody hangs up without a word."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    assert 200 == stage.add().status_code
    stage.pass_time(4)
    stage.twilio.hang_up(_agent(stage).sid)
    stage.pass_time(10)
    assert 2 == len(stage.living())
    stage.pass_time(45)
    said = [dict(entry.params).get("Twiml", "") for entry in stage.twilio.rest_log]
    assert 1 == sum("nobody is available to speak to you" in text for text in said)
    assert (True, []) == (stage.session()["ended"], stage.living())


def test_placed_and_outgoing_calls_whose_agent_made_the_call_end_as_ever(
    new_stage: NewStage,
) -> None:
    """The customer's leg goes down with the one that dialled it."""
    stage = new_stage(return_seconds=WAITS)
    stage.bridge_out()
    stage.twilio.hang_up(_agent(stage).sid)
    stage.pass_time(3)
    assert [] == stage.living()
    assert stage.session()["ended"]
