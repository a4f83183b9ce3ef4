"""A refusal proves nothing but itself: what is concluded of a conference is asked for (C80)."""

import pytest

from tests.journeys.calls import held_at_carrier, refusal, three_talk
from tests.journeys.conftest import NewStage
from tests.journeys.stage import FOURTH, Stage


def _still_works(stage: Stage, path: str) -> None:
    """The conference is as it was: hold holds, mute mutes, and a fourth party can be added."""
    assert 200 == stage.request("POST", f"{path}/hold", {}).status_code
    assert ["Caller", "Transfer"] == held_at_carrier(stage)
    assert 200 == stage.request("POST", f"{path}/resume", {}).status_code
    assert [] == held_at_carrier(stage)
    stage.twilio.phone(FOURTH).answers_after(1)
    assert 200 == stage.add(FOURTH).status_code
    stage.pass_time(5)
    assert 4 == len(stage.living())


def test_one_stray_404_on_an_add_is_given_again_and_closes_nothing_c80(new_stage: NewStage) -> None:
    stage = new_stage()
    path = three_talk(stage)
    stage.twilio.fail_next("POST", "*/Participants.json", "not-found")
    assert 200 == stage.add(FOURTH).status_code
    stage.pass_time(5)
    assert 4 == len(stage.living())
    stage.end(f"?callSid={stage.twilio.leg_at(FOURTH).sid}")
    stage.pass_time(2)
    _still_works(stage, path)


def test_add_that_is_refused_for_long_fails_alone_c80(new_stage: NewStage) -> None:
    """The conference goes on, says the carrier; the agent is told no, and nobody rings later."""
    stage = new_stage()
    path = three_talk(stage)
    stage.twilio.fail_next("POST", "*/Participants.json", "not-found", count=0)
    started = stage.twilio.now()
    assert (502, "CarrierRefused") == refusal(stage.add(FOURTH))
    assert (stage.twilio.now() - started).total_seconds() <= 10
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(60)
    assert 3 == len(stage.living()) == len(stage.session()["members"])
    _still_works(stage, path)


def test_first_add_that_is_refused_for_long_fails_alone_too_c80(new_stage: NewStage) -> None:
    """Its dial is released by the report of the conference, while the agent waits."""
    stage = new_stage()
    stage.bridge_in()
    stage.works_meanwhile = True
    stage.twilio.fail_next("POST", "*/Participants.json", "not-found", count=0)
    assert (502, "CarrierRefused") == refusal(stage.add())
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(30)
    assert 2 == len(stage.living()) == len(stage.session()["members"])
    assert 200 == stage.add().status_code
    stage.pass_time(5)
    assert 3 == len(stage.living())


def test_conference_that_is_not_found_either_stays_open_and_is_asked_about_soon_c80(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    path = three_talk(stage)
    stage.twilio.fail_next("POST", "*/Participants.json", "not-found")
    stage.twilio.fail_next("GET", "*/Conferences/CF*", "not-found")
    assert (502, "CarrierRefused") == refusal(stage.add(FOURTH))
    asked = len(stage.rest())
    stage.pass_time(15)
    assert "GET Conferences/" in "".join(stage.rest()[asked:])
    assert not stage.session()["stale"]
    stage.pass_time(45)
    assert len(stage.rest()) - asked <= 4 * 3
    _still_works(stage, path)


def test_add_to_a_conference_that_the_carrier_calls_over_says_so_c80(new_stage: NewStage) -> None:
    """Everybody has hung up, and no report of it has come: the session is over soon."""
    stage = new_stage()
    three_talk(stage)
    stage.twilio.chaos("lose")
    (room,) = stage.twilio.conferences()
    for sid in list(room.participants):
        stage.twilio.hang_up(sid)
    assert (409, "SessionEnded") == refusal(stage.add(FOURTH))
    stage.pass_time(12)
    assert stage.session()["ended"]
    assert [] == stage.living()


def test_hold_in_a_conference_that_is_over_is_refused_with_a_reason_c77(
    new_stage: NewStage,
) -> None:
    """Its legs are still known as alive: nothing can be ordered, so it does not answer 200."""
    stage = new_stage()
    path = three_talk(stage)
    members = stage.session()["members"]
    stage.twilio.chaos("lose,kind=call-status")
    stage.twilio.chaos("lose,kind=conference-status,event=participant-leave")
    (room,) = stage.twilio.conferences()
    for sid in list(room.participants):
        stage.twilio.hang_up(sid)
    stage.twilio.advance(1)
    one = f"{path}/conference/members/{members[0]['callSid']}"
    for response in (
        stage.request("POST", f"{path}/hold", {}),
        stage.request("POST", f"{path}/resume", {}),
        stage.request("PATCH", one, {"muted": True}),
        stage.add(FOURTH),
    ):
        assert (409, "NotConnected") == refusal(response)


@pytest.mark.parametrize("answers", [1, 2])
def test_end_that_is_answered_404_leaves_nobody_connected_unseen_c80(
    new_stage: NewStage, answers: int
) -> None:
    """Where the conference is not found to be ended, its people are hung up one by one."""
    stage = new_stage()
    three_talk(stage)
    stage.twilio.fail_next("POST", "*/Conferences/CF*", "not-found", count=0)
    stage.twilio.fail_next("GET", "*/Conferences/CF*", "not-found", count=answers)
    assert 204 == stage.end().status_code
    stage.pass_time(30)
    assert [] == stage.living()
    assert stage.session()["ended"]
