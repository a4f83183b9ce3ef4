"""2xx: it is ordered, or so already. An error: it will not happen later (contract C77, C78)."""

from typing import Any

import pytest

from tests.journeys.calls import held_at_carrier, refusal, three_talk
from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD, Stage

LONG = 60  # seconds: longer than any lease


def _shown(stage: Stage) -> list[str]:
    return sorted(m["role"] for m in stage.session()["members"] if m["callState"] == "Hold")


@pytest.mark.parametrize("wish", [{"hold": True}, {"muted": True}])
def test_change_refused_once_the_call_is_a_conference_is_an_error_c77(
    new_stage: NewStage, wish: dict[str, bool]
) -> None:
    """The order waits for the conversion, and the answer waits for the order."""
    stage = new_stage()
    stage.bridge_in()
    session = stage.session()
    customer = next(m["callSid"] for m in session["members"] if m["role"] == "Caller")
    stage.twilio.fail_next("POST", f"*/Participants/{customer}.json", "error-before", status=400)
    path = f"/sessions/{session['id']}/conference/members/{customer}"
    assert (502, "CarrierRefused") == refusal(stage.request("PATCH", path, wish))
    assert 200 == stage.request("PATCH", path, wish).status_code


def test_hold_refused_once_the_call_is_a_conference_is_an_error_c77(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    session = stage.session()
    stage.twilio.fail_next("POST", "*/Participants/CA*.json", "error-before", status=400)
    response = stage.request("POST", f"/sessions/{session['id']}/hold", {})
    assert (502, "CarrierRefused") == refusal(response)
    assert "stays as before" in response.json["responseStatus"]["message"]
    assert [] == held_at_carrier(stage) == _shown(stage)
    state = {"callState": "Hold"}
    stage.twilio.fail_next("POST", "*/Participants/CA*.json", "error-before", status=400)
    assert 502 == stage.request("PATCH", f"/sessions/{session['id']}", state).status_code
    assert 200 == stage.request("PATCH", f"/sessions/{session['id']}", state).status_code
    assert 1 == len(held_at_carrier(stage))


@pytest.mark.parametrize("kind", ["error-before", "connect-refused"])
def test_hold_of_which_one_order_fails_holds_others_now_and_nobody_later_c78(
    new_stage: NewStage, kind: str
) -> None:
    """Every order is given, the first error is the answer, and what failed is withdrawn."""
    stage = new_stage()
    path = three_talk(stage)
    refused: dict[str, Any] = {"status": 400} if kind == "error-before" else {"count": 6}
    customer = next(m["callSid"] for m in stage.session()["members"] if m["role"] == "Caller")
    stage.twilio.fail_next("POST", f"*/Participants/{customer}.json", kind, **refused)  # type: ignore[arg-type]
    response = stage.request("POST", f"{path}/hold", {})
    expected = {
        "error-before": (502, "CarrierRefused"), "connect-refused": (503, "CarrierUnavailable"),
    }  # fmt: skip
    assert expected[kind] == refusal(response)
    stage.pass_time(1)
    assert ["Transfer"] == held_at_carrier(stage) == _shown(stage)
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(LONG)
    assert ["Transfer"] == held_at_carrier(stage) == _shown(stage)


@pytest.mark.parametrize("kind", ["error-before", "connect-refused"])
def test_resume_of_which_one_order_fails_releases_nobody_later_c77(
    new_stage: NewStage, kind: str
) -> None:
    stage = new_stage()
    path = three_talk(stage)
    assert 200 == stage.request("POST", f"{path}/hold", {}).status_code
    refused: dict[str, Any] = {"status": 400} if kind == "error-before" else {"count": 6}
    customer = next(m["callSid"] for m in stage.session()["members"] if m["role"] == "Caller")
    stage.twilio.fail_next("POST", f"*/Participants/{customer}.json", kind, **refused)  # type: ignore[arg-type]
    assert stage.request("POST", f"{path}/resume", {}).status_code in {502, 503}
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(LONG)
    assert ["Caller"] == held_at_carrier(stage) == _shown(stage)
    assert 200 == stage.request("POST", f"{path}/resume", {}).status_code
    assert [] == held_at_carrier(stage) == _shown(stage)


def test_hold_goes_on_though_one_party_turns_out_to_be_gone_c79(new_stage: NewStage) -> None:
    """That is a fact about the party, not a failure of the hold."""
    stage = new_stage()
    path = three_talk(stage)
    stage.twilio.chaos("delay,seconds=20")
    stage.twilio.hang_up(stage.twilio.leg_at(THIRD).sid)
    response = stage.request("POST", f"{path}/hold", {})
    assert 200 == response.status_code
    assert ["Caller"] == held_at_carrier(stage)
    assert ["Caller", "Agent"] == [m["role"] for m in stage.session()["members"]]


def test_lost_answer_to_a_hold_is_no_error_c77(new_stage: NewStage) -> None:
    """It is ordered, and cleared up by asking or by the next report."""
    stage = new_stage()
    path = three_talk(stage)
    stage.twilio.fail_next("POST", "*/Participants/*.json", "timeout-after")
    assert 200 == stage.request("POST", f"{path}/hold", {}).status_code
    stage.pass_time(5)
    assert ["Caller", "Transfer"] == held_at_carrier(stage) == _shown(stage)
