"""A manager has a number called; it answers, our agents are rung, and they talk."""

from typing import Any

import pytest

from evovoice.domain.values import Role, User
from evovoice.services import administration
from evovoice.settings import Limits
from tests.journeys.calls import refusal
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, OURS, THIRD, Stage


def _manager(stage: Stage) -> tuple[User, str]:
    boss = stage._user("Boss", Role.MANAGER)
    return boss, administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key


def _place(stage: Stage, key: str, number: str = CUSTOMER, **body: Any) -> Any:
    asked = {"numberToDial": number, "callerId": OURS} | body
    return stage.request("POST", "/sessions/outgoing", asked, key=key)


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    return new_stage()


def test_number_answers_then_the_agents_of_the_caller_id_are_rung(stage: Stage) -> None:
    _, key = _manager(stage)
    stage.twilio.phone(CUSTOMER).answers_after(2)
    stage.phone(stage.ann).answers_after(3)
    response = _place(stage, key, flowId="flow-7")
    assert (204, "") == (response.status_code, response.text)
    session = stage.session()
    assert ("Outgoing", "Ringing") == (session["direction"], session["callState"])
    assert ["Caller"] == [m["role"] for m in session["members"]]
    stage.pass_time(4)
    session = stage.session()
    assert ["Connected", "Ringing"] == [m["callState"] for m in session["members"]]
    assert stage.ann.id == session["endpointId"]
    stage.pass_time(4)
    session = stage.session()
    assert ("Connected", CUSTOMER) == (session["callState"], session["answeredByName"])
    assert session["callSid"] == session["members"][0]["callSid"]
    assert 2 == len(stage.living())
    assert "wasMissed" in session
    assert not session["wasMissed"]


def test_placed_call_becomes_a_conference_like_any_other(stage: Stage) -> None:
    _, key = _manager(stage)
    _place(stage, key)
    stage.pass_time(8)
    assert 200 == stage.add().status_code
    stage.pass_time(6)
    session = stage.session()
    assert ["Connected"] * 3 == [m["callState"] for m in session["members"]]
    assert 3 == len(stage.living())
    stage.end()
    stage.pass_time(3)
    assert ("Completed", []) == (stage.session()["outcome"], stage.living())


def test_whoever_ordered_it_is_rung_where_the_number_has_no_agents(stage: Stage) -> None:
    boss, key = _manager(stage)
    bare = "+14155550188"
    administration.add_number(stage.context.database, stage.account.id, bare, [])
    stage.twilio.add_number(bare, "https://elsewhere.test/voice")
    _place(stage, key, callerId=bare)
    stage.pass_time(8)
    session = stage.session()
    assert ("Connected", boss.id) == (session["callState"], session["endpointId"])


@pytest.mark.parametrize("outcome", ["Busy", "NoAnswer", "Failed"])
def test_number_that_does_not_answer_rings_nobody_of_ours(stage: Stage, outcome: str) -> None:
    _, key = _manager(stage)
    phone = stage.twilio.phone(CUSTOMER)
    {"Busy": phone.is_busy, "NoAnswer": phone.just_rings, "Failed": phone.is_unreachable}[outcome]()
    _place(stage, key)
    stage.pass_time(45)
    session = stage.session()
    assert (True, outcome) == (session["ended"], session["outcome"])
    assert ["Caller"] == [m["role"] for m in session["members"]]
    assert [] == stage.living()


def test_who_answers_hears_a_sentence_when_nobody_of_ours_does(stage: Stage) -> None:
    _, key = _manager(stage)
    stage.phone(stage.ann).rejects_after(2)
    _place(stage, key)
    stage.pass_time(20)
    assert any(
        "nobody is available to speak to you" in response.body for _, response in stage.answers
    )
    session = stage.session()
    assert (True, [], "Completed") == (session["ended"], stage.living(), session["outcome"])
    assert CUSTOMER == session["answeredByName"]


def test_call_is_ended_while_it_rings(stage: Stage) -> None:
    _, key = _manager(stage)
    stage.twilio.phone(CUSTOMER).just_rings()
    _place(stage, key)
    stage.pass_time(2)
    assert 204 == stage.request("DELETE", f"/sessions/{stage.session()['id']}", key=key).status_code
    stage.pass_time(2)
    assert (True, []) == (stage.session()["ended"], stage.living())


@pytest.mark.parametrize("lost", ["timeout-after", "error-after"])
def test_lost_answer_calls_nobody_twice(stage: Stage, lost: str) -> None:
    _, key = _manager(stage)
    stage.twilio.phone(CUSTOMER).answers_after(8)
    stage.twilio.on_delivery = lambda d: (3.0,) if d.kind == "call-status" else (0.0,)
    stage.twilio.fail_next("POST", "*/Calls.json", lost)
    assert 204 == _place(stage, key).status_code
    stage.pass_time(20)
    assert 1 == len([leg for leg in stage.twilio.living_calls() if leg.to == CUSTOMER])
    assert "Connected" == stage.session()["callState"]


def test_process_that_dies_before_its_order_went_out_calls_nobody_late(stage: Stage) -> None:
    """The order outlives it, and after 20 seconds it is a failure, never a late call."""
    _, key = _manager(stage)
    stage.twilio.fail_next("POST", "*/Calls.json", "connect-refused", count=6)
    assert (503, "CarrierUnavailable") == refusal(_place(stage, key))
    stage.crash()
    stage.pass_time(60)
    assert [] == stage.living()
    assert (True, "Failed") == (stage.session()["ended"], stage.session()["outcome"])


def test_same_idempotency_key_calls_once(stage: Stage) -> None:
    _, key = _manager(stage)
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "press-1"}
    for number, status in ((CUSTOMER, 204), (CUSTOMER, 204), (THIRD, 409)):
        body = {"numberToDial": number}
        response = stage.client.post("/sessions/outgoing", json=body, headers=headers)
        assert status == response.status_code
    assert 1 == len([line for line in stage.rest() if line == "POST Calls"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"numberToDial": ""}, 400, "NotEmpty"),
        ({"numberToDial": "911"}, 403, "EmergencyNotAllowed"),
        ({"numberToDial": "+19005550199"}, 403, "PremiumNotAllowed"),
        ({"numberToDial": "+8816 234 56789"}, 403, "CountryNotAllowed"),
        ({"numberToDial": "client:ann_1"}, 400, "InvalidDestination"),
        ({"numberToDial": "sip:a@b.test"}, 400, "InvalidDestination"),
        ({"numberToDial": "hello"}, 400, "InvalidDestination"),
        ({"callerId": "hello"}, 400, "InvalidFromNumber"),
        ({"callerId": THIRD}, 403, "FromNumberNotOwned"),
    ],
)
def test_what_cannot_be_called_is_refused_and_nothing_is_stored(
    stage: Stage, body: dict[str, str], status: int, code: str
) -> None:
    _, key = _manager(stage)
    assert (status, code) == refusal(_place(stage, key, **body))
    with stage.context.database.reading() as work:
        assert [] == work.sessions.overdue(stage.twilio.now().replace(year=2099), 5)
    assert [] == stage.rest()


def test_refusal_of_the_carrier_is_told_in_the_contracts_words(stage: Stage) -> None:
    _, key = _manager(stage)
    stage.twilio.fail_next("POST", "*/Calls.json", "error-before", status=400)
    assert (502, "CarrierRefused") == refusal(_place(stage, key))
    stage.pass_time(2)
    assert (True, "Failed") == (stage.session()["ended"], stage.session()["outcome"])


def test_only_managers_have_numbers_called(stage: Stage) -> None:
    assert (403, "Forbidden") == refusal(_place(stage, stage.key))
    assert [] == stage.rest()


def test_calls_by_api_count_against_the_rate(new_stage: NewStage) -> None:
    stage = new_stage(limits=Limits(adds_per_minute=2))
    _, key = _manager(stage)
    found = [_place(stage, key).status_code for _ in range(3)]
    assert [204, 204, 429] == found
