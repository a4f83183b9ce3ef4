"""An agent places a call by API: their own device rings, then whom they call (C100)."""

from typing import Any

import pytest

from evovoice.services import administration
from evovoice.services.explaining.story import explain
from tests.journeys.calls import refusal
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, OURS, THIRD, Stage


def _place(stage: Stage, destination: str = "202 555 0123", **body: Any) -> Any:
    return stage.request("POST", "/calls", {"destination": destination} | body)


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    return new_stage()


def test_own_device_answers_then_the_customer_and_a_third_party_joins_c100(stage: Stage) -> None:
    stage.phone(stage.ann).answers_after(2)
    stage.twilio.phone(CUSTOMER).answers_after(3)
    response = _place(stage)
    assert 200 == response.status_code, response.text
    session = response.json
    assert ("Outgoing", "Ringing", "202 555 0123", OURS) == (
        session["direction"], session["callState"], session["destination"], session["fromAddress"],
    )  # fmt: skip
    assert ["None", "Ringing"] == [m["callState"] for m in session["members"]]
    assert [f"client:{stage.ann.identity}"] == stage.living()
    stage.pass_time(10)
    session = stage.session()
    assert ["Connected"] * 2 == [m["callState"] for m in session["members"]]
    assert (stage.ann.id, CUSTOMER) == (session["endpointId"], session["answeredByName"])
    assert 200 == stage.add(THIRD).status_code
    stage.pass_time(8)
    assert ["Connected"] * 3 == [m["callState"] for m in stage.session()["members"]]
    stage.end()
    stage.pass_time(3)
    assert ("Completed", []) == (stage.session()["outcome"], stage.living())


def test_device_that_is_silent_calls_nobody_and_the_story_says_so_c100(stage: Stage) -> None:
    stage.phone(stage.ann).just_rings()
    _place(stage)
    stage.pass_time(45)
    session = stage.session()
    assert (True, "NoAnswer", []) == (session["ended"], session["outcome"], stage.living())
    assert 1 == len([line for line in stage.rest() if line == "POST Calls"])
    told = explain(stage.context.database, session["id"], stage.now())
    assert any("the device of who called did not answer" in one.text for one in told.sentences)


def test_customer_who_is_busy_is_told_to_the_agent_by_a_sentence_c100(stage: Stage) -> None:
    stage.phone(stage.ann).answers_after(1)
    stage.twilio.phone(CUSTOMER).is_busy()
    _place(stage)
    stage.pass_time(20)
    assert any("could not be reached" in answer.body for _, answer in stage.answers)
    assert (True, "Busy") == (stage.session()["ended"], stage.session()["outcome"])


def test_agent_ends_it_while_their_device_rings_and_a_colleague_may_not_c100(stage: Stage) -> None:
    stage.phone(stage.ann).just_rings()
    path = f"/sessions/{_place(stage).json['id']}"
    other = administration.add_key(stage.context.database, stage.bob.id, stage.now()).key
    assert (403, "NotYourCall") == refusal(stage.request("DELETE", path, key=other))
    assert 204 == stage.request("DELETE", path).status_code
    stage.pass_time(2)
    assert (True, []) == (stage.session()["ended"], stage.living())


def test_same_idempotency_key_rings_once_and_answers_with_the_same_session_c100(
    stage: Stage,
) -> None:
    headers = {"Authorization": f"Bearer {stage.key}", "Idempotency-Key": "press-1"}
    asked = (CUSTOMER, 200), (CUSTOMER, 200), (THIRD, 409)
    answers = [
        stage.client.post("/calls", json={"destination": to}, headers=headers) for to, _ in asked
    ]
    assert [status for _, status in asked] == [answer.status_code for answer in answers]
    assert answers[0].json["id"] == answers[1].json["id"]
    assert 1 == len([line for line in stage.rest() if line == "POST Calls"])


def test_what_cannot_be_called_is_refused_and_nothing_rings_c100(stage: Stage) -> None:
    for body, expected in (
        ({"destination": ""}, (400, "NotEmpty")),
        ({"destination": "911"}, (403, "EmergencyNotAllowed")),
        ({"destination": "ann@acme.test"}, (400, "InvalidDestination")),
        ({"destination": "nobody@acme.test"}, (400, "UnknownAgent")),
        ({"destination": f"{CUSTOMER},,"}, (400, "InvalidDigits")),
        ({"destination": CUSTOMER, "fromNumber": THIRD}, (403, "FromNumberNotOwned")),
    ):
        assert expected == refusal(_place(stage, **body))
    assert [] == stage.rest()


def test_refusal_of_the_carrier_is_the_answer_c100(stage: Stage) -> None:
    stage.twilio.fail_next("POST", "*/Calls.json", "error-before", status=400)
    assert (502, "CarrierRefused") == refusal(_place(stage))
    stage.pass_time(2)
    assert (True, "Failed") == (stage.session()["ended"], stage.session()["outcome"])
