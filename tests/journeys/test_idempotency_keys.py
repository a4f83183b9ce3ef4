"""C81: the same request gets the first answer again; after what may pass it is a new try. And the
true reason why a party is not called.
"""

from dataclasses import replace
from typing import Any, cast

import pytest
from sqlalchemy import update

from evovoice.domain.values import Role
from evovoice.services import administration
from evovoice.services.calls import PlaceRequest, place_call
from evovoice.services.outbox.dispatch import Dispatch, Given
from evovoice.storage.tables import IdempotencyRecordRow, table
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


def _manager(stage: Stage, name: str = "Boss") -> str:
    boss = stage._user(name, Role.MANAGER)
    return administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key


def _placed(stage: Stage, sign_in: str, shown: str = OURS) -> Any:
    body = {"numberToDial": CUSTOMER, "callerId": shown}
    return _keyed(stage, "/sessions/outgoing", body, sign_in)


def _delete_all(stage: Stage, sign_in: str) -> None:
    path = f"/sessions?accountId={stage.account.id}&startDateTime=2000-01-01"
    assert 204 == stage.request("DELETE", path, key=sign_in).status_code


@pytest.mark.parametrize("deleted", [False, True])
@pytest.mark.parametrize(
    ("shown", "told"),
    [(OURS, (502, "CarrierRefused")), ("+14155550188", (403, "FromNumberNotOwned"))],
)
def test_placed_call_that_the_carrier_refused_is_refused_again_c81(
    new_stage: NewStage, deleted: bool, shown: str, told: tuple[int, str]
) -> None:
    """Also once its session was deleted; and nothing is called. One number is not the carrier's."""
    stage = new_stage()
    sign_in = _manager(stage)
    if shown == OURS:
        stage.twilio.fail_next("POST", "*/Calls.json", "error-before", status=400)
    else:
        administration.add_number(stage.context.database, stage.account.id, shown)
    first = _placed(stage, sign_in, shown)
    assert told == refusal(first)
    stage.pass_time(2)
    if deleted:
        _delete_all(stage, sign_in)
    again = _placed(stage, sign_in, shown)
    assert told == refusal(again)
    ours, theirs = (one.json["responseStatus"] for one in (first, again))
    assert ours["message"] == theirs["message"]
    assert ours["meta"]["twilioCode"] == theirs["meta"]["twilioCode"]
    assert ["POST Calls"] == [line for line in stage.rest() if line == "POST Calls"]


def test_placed_call_that_was_not_reached_is_placed_though_its_session_is_deleted_c81(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    sign_in = _manager(stage)
    stage.twilio.phone(CUSTOMER).just_rings()
    stage.twilio.fail_next("POST", "*/Calls.json", "connect-refused", count=20)
    assert (503, "CarrierUnavailable") == refusal(_placed(stage, sign_in))
    stage.twilio.exchange.rest_api.faults.clear()
    stage.twilio.advance(700)  # nobody may turn out to live by then
    _delete_all(stage, sign_in)
    assert [] == stage.get("/sessions?all=true")["items"]
    assert 204 == _placed(stage, sign_in).status_code
    assert 1 == len(stage.living())


def test_call_that_was_placed_is_not_placed_again_once_it_is_deleted_c81(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    sign_in = _manager(stage)
    stage.twilio.phone(CUSTOMER).is_busy()
    assert 204 == _placed(stage, sign_in).status_code
    stage.pass_time(5)
    _delete_all(stage, sign_in)
    assert 204 == _placed(stage, sign_in).status_code
    assert 1 == len([line for line in stage.rest() if line == "POST Calls"])


def test_repeat_while_the_first_is_under_way_waits_and_tells_what_came_of_it_c81(
    new_stage: NewStage,
) -> None:
    """The first has stored its call, and its process does not get on: after 20 s it has failed."""
    stage = new_stage()
    boss = stage._user("Boss", Role.MANAGER)
    sign_in = administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key
    stuck = replace(stage.context, dispatch=cast("Dispatch", _Stuck()))
    place_call(stuck, boss, PlaceRequest(CUSTOMER, OURS, None, "k1"))
    stage.twilio.advance(14)
    stage.works_meanwhile = True
    assert (503, "CarrierUnavailable") == refusal(_placed(stage, sign_in))
    stage.twilio.phone(CUSTOMER).just_rings()
    assert 204 == _placed(stage, sign_in).status_code
    assert 1 == len(stage.living())


class _Stuck:
    """Stands in for the dispatch of a process that does not get on."""

    def give(self, *_: object) -> Given:
        return Given()


def test_two_managers_may_use_the_same_key_c81(new_stage: NewStage) -> None:
    """The same request too; a record that the program before wrote is its own user's alone."""
    stage = new_stage()
    one, other = _manager(stage, "Max"), _manager(stage, "Moritz")
    stage.twilio.phone(CUSTOMER).just_rings()
    assert 204 == _placed(stage, one).status_code
    records = table(IdempotencyRecordRow)
    with stage.context.database.writing() as work:
        work.connection.execute(update(records).values(key="k1"), {})
    assert [204, 204] == [_placed(stage, sign_in).status_code for sign_in in (one, other)]
    assert 2 == len([line for line in stage.rest() if line == "POST Calls"])


def test_hand_over_to_oneself_keeps_its_key_c81(new_stage: NewStage) -> None:
    """A refusal that lasts, like any other."""
    stage = new_stage()
    stage.bridge_in()
    path = f"/sessions/{stage.session()['id']}/redirect"
    itself = {"destination": f"client:{stage.ann.identity}"}
    told = [refusal(_keyed(stage, path, itself)) for _ in range(2)]
    assert [(400, "InvalidDestination")] * 2 == told
    other = _keyed(stage, path, {"destination": THIRD})
    assert (409, "IdempotencyKeyReused") == refusal(other)


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
