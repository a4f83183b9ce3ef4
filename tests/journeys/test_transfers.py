"""Warm transfer from end to end; nobody hangs up on the customer without a word (C108 to C110)."""

from typing import Any

import pytest

from evovoice.services import administration
from evovoice.services.administration import AccountChanges
from tests.journeys.calls import held_at_carrier, path_of, refusal, sid_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, FOURTH, THIRD, Stage

FIFTH = "+13125550143"


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    """Ann talks to the customer in a plain call; the third party answers after two seconds."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(2)
    return stage


def _consult(stage: Stage, destination: str = THIRD, seconds: float = 5) -> Any:
    body = {"callSid": sid_of(stage, "Agent"), "destination": destination}
    answer = stage.request("POST", f"{path_of(stage)}/transfers", body)
    stage.pass_time(seconds)
    return answer


def _press(stage: Stage, deed: str, key: str | None = None, **body: Any) -> Any:
    path = f"{path_of(stage)}/transfers/{stage.session()['transfer']['id']}"
    answer = (
        stage.request("DELETE", path, key=key)
        if deed == "cancel"
        else stage.request("POST", f"{path}/{deed}", body, key)
    )
    stage.pass_time(2)
    return answer


def _state(stage: Stage) -> tuple[str, str]:
    """Of the transfer, and why the call is on hold."""
    session = stage.session()
    return session["transfer"]["state"], session["holdReason"]


def _said(stage: Stage) -> list[str]:
    """Which announcements the carrier has read, in order."""
    paths = [delivery.url for delivery, _ in stage.answers if "/announcements/" in delivery.url]
    return [path.rsplit("/", 1)[1].split("#")[0] for path in paths]


def _hand_over(stage: Stage, destination: str = THIRD) -> None:
    body = {"destination": destination}
    assert 204 == stage.request("POST", f"{path_of(stage)}/redirect", body).status_code


def test_agent_consults_swaps_and_leaves_the_others_together_c108(stage: Stage) -> None:
    answer = _consult(stage)
    assert ("Dialing", "Transferring") == (
        answer.json["transfer"]["state"], stage.session()["holdReason"],
    )  # fmt: skip
    assert ("Consulting", "Transferring") == _state(stage)
    assert ["Caller"] == held_at_carrier(stage)
    assert 200 == _press(stage, "swap").status_code
    assert ("Swapped", ["Transfer"]) == (_state(stage)[0], held_at_carrier(stage))
    assert 200 == _press(stage, "complete").status_code
    assert (("Completed", "None"), []) == (_state(stage), held_at_carrier(stage))
    session = stage.session()
    assert [CUSTOMER, THIRD] == [m["identity"] for m in session["members"]]
    assert ("Passive", 2) == (session["callState"], len(stage.living()))


def test_all_talk_together_once_the_agent_joins_them_c108(stage: Stage) -> None:
    _consult(stage)
    assert 200 == _press(stage, "complete", join=True).status_code
    assert (("Completed", "None"), []) == (_state(stage), held_at_carrier(stage))
    assert 3 == len(stage.living())


def test_consultation_that_is_cancelled_brings_the_customer_back_c108(stage: Stage) -> None:
    stage.twilio.phone(THIRD).just_rings()
    _consult(stage)
    assert ("Dialing", ["Caller"]) == (_state(stage)[0], held_at_carrier(stage))
    assert 200 == _press(stage, "cancel").status_code
    assert ("Cancelled", [], 2) == (
        _state(stage)[0], held_at_carrier(stage), len(stage.living()),
    )  # fmt: skip
    assert (409, "TransferIsOver") == refusal(_press(stage, "swap"))


def test_third_party_is_busy_and_the_customer_comes_back_c109(stage: Stage) -> None:
    stage.twilio.phone(THIRD).is_busy()
    _consult(stage)
    transfer = stage.session()["transfer"]
    told = f"{THIRD} was not reached. The line is busy"
    assert ("Failed", told) == (transfer["state"], transfer["reason"])
    assert ([], 2) == (held_at_carrier(stage), len(stage.living()))


def test_colleague_who_is_consulted_takes_the_call_over_c108(stage: Stage) -> None:
    key = administration.add_key(stage.context.database, stage.bob.id, stage.twilio.now()).key
    stage.phone(stage.bob).answers_after(1)
    _consult(stage, stage.bob.id)
    assert 200 == _press(stage, "complete", key).status_code
    members = stage.session()["members"]
    assert [None, stage.bob.id] == [m.get("endpointId") for m in members]
    assert ["Connected"] * 2 == [m["callState"] for m in members]


def test_agents_device_dies_in_the_consultation_c109(stage: Stage) -> None:
    _consult(stage)
    stage.twilio.hang_up(sid_of(stage, "Agent"))
    stage.pass_time(3)
    assert ("Completed", [], 2) == (
        _state(stage)[0], held_at_carrier(stage), len(stage.living()),
    )  # fmt: skip


def test_refused_hold_rings_nobody_c109(stage: Stage) -> None:
    stage.request("POST", f"{path_of(stage)}/conference", {})
    stage.pass_time(3)
    stage.twilio.phone(THIRD).just_rings()
    (room,) = stage.twilio.conferences()
    stage.twilio.fail_next(
        "POST", f"*/Participants/{sid_of(stage, 'Caller')}.json", "error-before", status=400
    )
    assert (502, "CarrierRefused") == refusal(_consult(stage))
    assert ("Failed", 2) == (_state(stage)[0], len(stage.living()))
    assert not any(one.hold for one in room.participants.values())


def test_transfer_outlives_the_process_c109(stage: Stage) -> None:
    stage.jobs_run = False
    stage.twilio.phone(THIRD).is_busy()
    body = {"callSid": sid_of(stage, "Agent"), "destination": THIRD}
    stage.request("POST", f"{path_of(stage)}/transfers", body)
    stage.crash()
    stage.pass_time(40)
    assert ("Failed", [], 2) == (
        _state(stage)[0], held_at_carrier(stage), len(stage.living()),
    )  # fmt: skip


def test_hand_over_to_somebody_busy_calls_the_agent_back_c109(stage: Stage) -> None:
    stage.twilio.phone(THIRD).is_busy()
    _hand_over(stage)
    stage.pass_time(8)
    assert (["returning"], "Failed") == (_said(stage), _state(stage)[0])
    members = stage.session()["members"]
    assert [None, stage.ann.id] == [m.get("endpointId") for m in members]
    assert ["Connected"] * 2 == [m["callState"] for m in members]


def test_hand_over_that_reaches_nobody_rings_the_fallback_number_c110(stage: Stage) -> None:
    changes = AccountChanges(fallback_number=FOURTH)
    administration.set_account(stage.context.database, stage.account.id, changes)
    stage.twilio.phone(FOURTH).answers_after(1)
    stage.twilio.phone(THIRD).is_busy()
    stage.phone(stage.ann).rejects_after(1)
    _hand_over(stage)
    stage.pass_time(12)
    assert (["returning", "falling-back"], "Failed") == (_said(stage), _state(stage)[0])
    members = [m["identity"] for m in stage.session()["members"]]
    assert [CUSTOMER, FOURTH] == members


def test_next_fallback_number_is_rung_where_the_first_is_not_reached_c110(stage: Stage) -> None:
    changes = AccountChanges(fallback_number=f"{FOURTH},{FIFTH}")
    administration.set_account(stage.context.database, stage.account.id, changes)
    for number in (THIRD, FOURTH):
        stage.twilio.phone(number).is_busy()
    stage.twilio.phone(FIFTH).answers_after(1)
    stage.phone(stage.ann).rejects_after(1)
    _hand_over(stage)
    stage.pass_time(20)
    assert ["returning", "falling-back", "falling-back"] == _said(stage)
    assert "Failed" == _state(stage)[0]
    assert [CUSTOMER, FIFTH] == [m["identity"] for m in stage.session()["members"]]


def test_customer_whom_nobody_can_take_hears_so_before_the_end_c109(stage: Stage) -> None:
    stage.twilio.phone(THIRD).is_busy()
    stage.phone(stage.ann).rejects_after(1)
    _hand_over(stage)
    stage.pass_time(20)
    said = [dict(entry.params).get("Twiml", "") for entry in stage.twilio.rest_log]
    assert any("nobody is available to speak to you" in text for text in said)
    session = stage.session()
    assert (True, "Failed", []) == (session["ended"], session["transfer"]["state"], stage.living())


def test_customer_who_is_rung_is_spared_when_a_colleague_leaves_e3(new_stage: NewStage) -> None:
    """Ann calls Bob, adds the customer, and Bob leaves before the customer has answered."""
    stage = new_stage()
    stage.phone(stage.bob).answers_after(1)
    stage.twilio.connect_device(stage.ann.identity, {"To": stage.bob.id})
    stage.pass_time(4)
    stage.twilio.phone(CUSTOMER).answers_after(8)
    stage.add(CUSTOMER)
    stage.pass_time(4)
    stage.twilio.hang_up(sid_of(stage, "Caller"))
    stage.pass_time(10)
    states = [(m["identity"], m["callState"]) for m in stage.session()["members"]]
    assert [(stage.ann.identity, "Connected"), (CUSTOMER, "Connected")] == states
