"""How a call ended, and when: the record says what the telephones say."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from evovoice.domain.values import Role
from evovoice.services import administration
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, THIRD, Stage

_ONE_SECOND = timedelta(seconds=1)


def _manager(stage: Stage) -> str:
    boss = stage._user("Boss", Role.MANAGER)
    return administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key


def _three_talk(stage: Stage) -> str:
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(6)
    assert ["Connected"] * 3 == [m["callState"] for m in stage.session()["members"]]
    return f"/sessions/{stage.session()['id']}"


def _gone_after(stage: Stage, address: str) -> datetime:
    """The moment from which on the carrier has no leg of that address."""
    for _ in range(60):
        if not [leg for leg in stage.twilio.living_calls() if address in {leg.to, leg.from_}]:
            return stage.twilio.now()
        stage.pass_time(0.5)
    raise AssertionError(f"{address} is still on the line")


def _ended_with(stage: Stage, address: str) -> dict[str, Any]:
    """The session, which lives as long as that leg and ends with it."""
    assert not stage.session()["ended"]
    gone = _gone_after(stage, address)
    stage.pass_time(1)
    session = stage.session()
    assert session["ended"]
    completed = datetime.fromisoformat(session["dateCompleted"])
    assert gone - _ONE_SECOND <= completed <= gone + _ONE_SECOND
    return session


def test_call_that_a_manager_ends_after_its_agent_has_left_was_transferred(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    key, path = _manager(stage), _three_talk(stage)
    assert 200 == stage.request("POST", f"{path}/conference/leave", {}).status_code
    stage.pass_time(10)
    assert "Passive" == stage.session()["callState"]
    assert 204 == stage.request("DELETE", path, key=key).status_code
    stage.pass_time(3)
    assert ("TransferredExternal", []) == (stage.session()["outcome"], stage.living())


def test_call_that_a_manager_ends_while_its_agent_talks_is_completed(new_stage: NewStage) -> None:
    stage = new_stage()
    key, path = _manager(stage), _three_talk(stage)
    assert 204 == stage.request("DELETE", path, key=key).status_code
    stage.pass_time(3)
    assert ("Completed", []) == (stage.session()["outcome"], stage.living())


def test_placed_call_lasts_until_the_customer_has_heard_that_nobody_is_there(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    key = _manager(stage)
    stage.phone(stage.ann).rejects_after(2)
    stage.request("POST", "/sessions/outgoing", {"numberToDial": CUSTOMER}, key=key)
    stage.pass_time(7)
    assert "Connected" == stage.state_of("Caller")
    session = _ended_with(stage, CUSTOMER)
    assert ("Completed", CUSTOMER) == (session["outcome"], session["answeredByName"])
    assert "SessionEnded" == stage.events()[-1]


def test_inbound_call_lasts_until_the_caller_has_heard_that_nobody_is_there(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    stage.phone(stage.ann).rejects_after(1)
    stage.twilio.place_call(CUSTOMER, "+14155550100")
    stage.pass_time(3)
    session = _ended_with(stage, CUSTOMER)
    assert ("MissedCall", True) == (session["outcome"], session["wasMissed"])


def test_outbound_call_lasts_until_the_agent_has_heard_that_it_is_busy(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    stage.twilio.phone(CUSTOMER).is_busy()
    stage.twilio.connect_device(stage.ann.identity, {"To": CUSTOMER})
    stage.pass_time(3)
    assert "Busy" == _ended_with(stage, f"client:{stage.ann.identity}")["outcome"]


@pytest.mark.parametrize("direction", ["placed", "inbound"])
def test_lost_report_that_the_sentence_was_heard_is_asked_for(
    new_stage: NewStage, direction: str
) -> None:
    stage = new_stage()
    key = _manager(stage)
    stage.phone(stage.ann).rejects_after(1)
    if direction == "placed":
        stage.request("POST", "/sessions/outgoing", {"numberToDial": CUSTOMER}, key=key)
    else:
        stage.twilio.place_call(CUSTOMER, "+14155550100")
    stage.pass_time(5)
    assert not stage.session()["ended"]
    stage.twilio.on_delivery = lambda _: ()
    gone = _gone_after(stage, CUSTOMER)
    stage.pass_time(20)
    assert stage.session()["ended"]
    assert stage.twilio.now() - gone < timedelta(seconds=21)


def test_who_makes_the_call_a_conference_has_modified_it_last(new_stage: NewStage) -> None:
    """Contract 2.1: again it changes nothing."""
    stage = new_stage()
    key = _manager(stage)
    stage.bridge_in()
    path = f"/sessions/{stage.session()['id']}/conference"
    assert "lastModifiedBy" not in stage.session()
    assert 200 == stage.request("POST", path, {}).status_code
    stage.pass_time(3)
    assert stage.ann.id == stage.session()["lastModifiedBy"]
    assert 200 == stage.request("POST", path, {}, key=key).status_code
    assert stage.ann.id == stage.session()["lastModifiedBy"]
