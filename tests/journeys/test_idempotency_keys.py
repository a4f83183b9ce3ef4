"""C81: the same request gets the first answer again; after what may pass it is a new try. And the
true reason why a party is not called.
"""

from typing import Any

import pytest

from evovoice.domain.values import Role
from evovoice.services import administration
from tests.journeys.calls import refusal
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, FOURTH, OURS, THIRD, Stage


def _keyed(stage: Stage, path: str, body: Any, sign_in: str | None = None, key: str = "k1") -> Any:
    headers = {"Authorization": f"Bearer {sign_in or stage.key}", "Idempotency-Key": key}
    answer = stage.client.post(path, json=body, headers=headers)
    stage._drain()
    return answer


def _members(stage: Stage) -> str:
    return f"/sessions/{stage.session()['id']}/conference/members"


def _dials(stage: Stage) -> int:
    return sum(line.endswith("/Participants") for line in stage.rest())


@pytest.mark.parametrize("failing", ["*/Calls/*.json", "*/Participants.json"])
def test_carrier_that_was_not_reached_leaves_the_key_for_a_new_try_c81(
    new_stage: NewStage, failing: str
) -> None:
    """Of the conversion, and of the dial itself."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    if "Participants" in failing:
        stage.request("POST", f"/sessions/{stage.session()['id']}/conference", {})
    stage.twilio.fail_next("POST", failing, "connect-refused", count=20)
    path, body = _members(stage), {"destination": THIRD}
    assert (503, "CarrierUnavailable") == refusal(_keyed(stage, path, body))
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(10)
    assert 200 == _keyed(stage, path, body).status_code
    stage.pass_time(5)
    assert 200 == _keyed(stage, path, body).status_code
    assert 3 == len(stage.living())


def test_lasting_refusal_of_the_carrier_is_answered_again_c81(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    path, body = _members(stage), {"destination": THIRD}
    stage.twilio.fail_next("POST", "*/Participants.json", "error-before", status=400)
    first = _keyed(stage, path, body)
    dials = _dials(stage)
    assert (502, "CarrierRefused") == refusal(first) == refusal(_keyed(stage, path, body))
    assert dials == _dials(stage)
    assert (409, "IdempotencyKeyReused") == refusal(_keyed(stage, path, {"destination": FOURTH}))


def test_lasting_refusal_of_our_own_is_answered_again_c81(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    path, body = _members(stage), {"destination": "Zoe"}
    assert (400, "UnknownAgent") == refusal(_keyed(stage, path, body))
    stage._user("Zoe")
    assert (400, "UnknownAgent") == refusal(_keyed(stage, path, body))
    assert (409, "IdempotencyKeyReused") == refusal(_keyed(stage, path, {"destination": THIRD}))


def test_key_of_another_user_is_another_key_c81(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    boss = stage._user("Boss", Role.MANAGER)
    sign_in = administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key
    path = _members(stage)
    assert 200 == _keyed(stage, path, {"destination": THIRD}).status_code
    assert 200 == _keyed(stage, path, {"destination": FOURTH}, sign_in).status_code
    assert 2 == _dials(stage)


def test_guards_come_before_the_first_answer_c81(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    path, body = _members(stage), {"destination": THIRD}
    assert 200 == _keyed(stage, path, body).status_code
    stage.end()
    stage.pass_time(3)
    assert (409, "SessionEnded") == refusal(_keyed(stage, path, body))


def test_hand_over_pressed_twice_hands_over_once_c81(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    path = f"/sessions/{stage.session()['id']}/redirect"
    stage.twilio.phone(THIRD).answers_after(8)
    for _ in range(2):
        assert 204 == _keyed(stage, path, {"destination": THIRD}).status_code
        stage.pass_time(2)
    assert 1 == _dials(stage)
    other = _keyed(stage, _members(stage), {"destination": FOURTH})
    assert other.json["responseStatus"]["errorCode"] != "IdempotencyKeyReused"


def test_placed_call_that_was_not_reached_is_placed_anew_c81(new_stage: NewStage) -> None:
    stage = new_stage()
    boss = stage._user("Boss", Role.MANAGER)
    sign_in = administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key
    body = {"numberToDial": CUSTOMER, "callerId": OURS}
    stage.twilio.phone(CUSTOMER).just_rings()
    stage.twilio.fail_next("POST", "*/Calls.json", "connect-refused", count=20)
    path = "/sessions/outgoing"
    assert (503, "CarrierUnavailable") == refusal(_keyed(stage, path, body, sign_in))
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(10)
    for _ in range(2):
        assert 204 == _keyed(stage, path, body, sign_in).status_code
    assert 1 == len(stage.living())


def test_party_who_left_unreported_is_asked_about_and_rung_again(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(10)
    stage.twilio.on_delivery = lambda _delivery: (30.0,)
    stage.twilio.hang_up(stage.twilio.leg_at(THIRD).sid)
    assert 200 == stage.add().status_code
    assert 2 == _dials(stage)


def test_party_who_talks_is_asked_about_once_and_not_rung_again(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(10)
    before = len(stage.rest())
    assert 200 == stage.add().status_code
    assert 1 == _dials(stage)
    assert len(stage.rest()) - before <= 2


def test_add_that_somebody_cancels_before_it_is_called_says_who(new_stage: NewStage) -> None:
    """Not that the agent's own leg is none, which would be false."""
    stage = new_stage()
    stage.bridge_in()
    pressed: list[int] = []

    def cancel(_delivery: Any) -> None:
        waiting = [m for m in stage.session()["members"] if m["role"] == "Transfer"]
        if waiting and not pressed:
            member = waiting[0]["applicationData"]["memberId"]
            pressed.append(stage.request("DELETE", f"{_members(stage)}/{member}").status_code)

    stage.meanwhile = cancel
    answer = stage.add()
    assert [200] == pressed
    assert (409, "MemberNotCalled") == refusal(answer)
    assert "Ann cancelled it" in answer.json["responseStatus"]["message"]
    assert 0 == _dials(stage)
