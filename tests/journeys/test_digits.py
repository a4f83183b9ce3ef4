"""Extensions behind a number, and PINs in the middle of a call (C111, C112; wish 17)."""

from typing import Any

import pytest

from tests.journeys.calls import path_of, refusal, sid_of, three_talk
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, THIRD, Stage

PIN = "73*06#"


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    return new_stage()


def _send(stage: Stage, role: str, digits: str, key: str | None = None) -> Any:
    path = f"{path_of(stage)}/conference/members/{sid_of(stage, role)}/digits"
    headers = {"Authorization": f"Bearer {stage.key}"} | ({"Idempotency-Key": key} if key else {})
    answer = stage.client.post(path, json={"digits": digits}, headers=headers)
    stage._drain()
    return answer


def _heard(stage: Stage, role: str) -> str:
    return str(stage.twilio.call(sid_of(stage, role)).keys_heard)


def _hear_each_other(stage: Stage) -> bool:
    (room,) = stage.twilio.conferences()
    return all(not one.hold and not one.muted for one in room.participants.values())


@pytest.mark.parametrize(
    "asked", [{"destination": f"{THIRD} x42"}, {"sendDigits": "w42"}], ids=["x42", "sendDigits"]
)
def test_extension_is_dialled_after_the_answer_c111(stage: Stage, asked: dict[str, str]) -> None:
    """Wish 17."""
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(3).expects("42", hangs_up_after=600)
    answer = stage.add(**{"destination": THIRD, **asked})
    assert 200 == answer.status_code
    assert (THIRD, THIRD) == (
        answer.json["members"][-1]["identity"], answer.json["members"][-1]["displayName"],
    )  # fmt: skip
    stage.pass_time(2)
    assert "" == _heard(stage, "Transfer")
    stage.pass_time(8)
    assert ("42", True) == (_heard(stage, "Transfer"), _hear_each_other(stage))
    assert 3 == len(stage.living())
    assert "DigitsSent" in stage.events()


def test_extension_of_a_call_by_api_is_dialled_before_the_agent_is_heard_c100_c111(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """Wish 17: the dial itself says it. It stands in that document alone: in no log, event or
    answer; and a key that a console repeats is the same call.
    """
    caplog.set_level("DEBUG")
    stage.phone(stage.ann).answers_after(1)
    stage.twilio.phone(THIRD).answers_after(2).expects("7306#", hangs_up_after=600)
    headers = {"Authorization": f"Bearer {stage.key}", "Idempotency-Key": "press-1"}
    asked = {"destination": f"{THIRD},,7306#"}
    first, again = (stage.client.post("/calls", json=asked, headers=headers) for _ in range(2))
    assert (200, first.json["id"]) == (again.status_code, again.json["id"])
    assert THIRD == first.json["destination"]
    stage.pass_time(16)
    assert ("7306#", "") == (_heard(stage, "Caller"), _heard(stage, "Agent"))
    assert ["Connected"] * 2 == [m["callState"] for m in stage.session()["members"]]
    assert "DigitsSent" in stage.events()
    told = first.text + stage.request("GET", f"{path_of(stage)}/events?count=200").text
    addresses = " ".join(delivery.url for delivery, _ in stage.answers)
    assert "7306#" not in told + addresses + caplog.text


def test_pin_in_the_middle_of_a_call_is_heard_by_one_and_kept_by_nobody_c112(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is dropped, nobody is put on hold, and no log, line or answer has the digits."""
    caplog.set_level("DEBUG")
    three_talk(stage)
    stage.twilio.phone(THIRD).expects(PIN, hangs_up_after=600)
    answer = _send(stage, "Transfer", PIN, "once")
    again = _send(stage, "Transfer", PIN, "once")
    assert (200, 200) == (answer.status_code, again.status_code)
    stage.pass_time(4)
    assert (PIN, "", "") == (
        _heard(stage, "Transfer"), _heard(stage, "Agent"), _heard(stage, "Caller"),
    )  # fmt: skip
    assert (True, 3) == (_hear_each_other(stage), len(stage.living()))
    told = answer.text + stage.request("GET", f"{path_of(stage)}/events?count=200").text
    addresses = " ".join(delivery.url for delivery, _ in stage.answers)
    assert "73*06" not in told + addresses + caplog.text
    assert "SendDigits" in answer.json["allowed"]


def test_digits_to_the_customer_of_a_plain_call_make_it_a_conference_c112(stage: Stage) -> None:
    stage.bridge_in()
    stage.twilio.phone(CUSTOMER).expects("1", hangs_up_after=600)
    assert 200 == _send(stage, "Caller", "1").status_code
    stage.pass_time(4)
    assert ("1", 2) == (_heard(stage, "Caller"), len(stage.living()))


def test_digits_follow_each_other_in_the_order_pressed_c112(stage: Stage) -> None:
    three_talk(stage)
    for digit in "12*3#":
        assert 200 == _send(stage, "Transfer", digit).status_code
    stage.pass_time(30)
    assert "12*3#" == _heard(stage, "Transfer")


def test_order_whose_answer_is_lost_is_heard_once_c112(stage: Stage) -> None:
    """The carrier had asked for the digits before: that tells that it happened."""
    three_talk(stage)
    stage.twilio.fail_next("POST", "*/Participants/*.json", "timeout-after")
    assert 200 == _send(stage, "Transfer", "5").status_code
    stage.pass_time(20)
    assert "5" == _heard(stage, "Transfer")


@pytest.mark.parametrize("digits", ["", "12a", "0" * 40])
def test_what_is_no_digits_is_refused_and_changes_nothing_c112(stage: Stage, digits: str) -> None:
    three_talk(stage)
    version = stage.session()["version"]
    status, code = refusal(_send(stage, "Transfer", digits))
    assert (400, "NotEmpty" if not digits else "InvalidDigits") == (status, code)
    assert version == stage.session()["version"]
    answer = stage.add("+12025550144", sendDigits="x")
    assert (400, "InvalidDigits") == refusal(answer)
