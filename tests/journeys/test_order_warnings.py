"""What goes wrong with orders and questions is in the log, with what follows."""

from typing import Any

import pytest

from tests.journeys.calls import three_talk
from tests.journeys.conftest import NewStage
from tests.journeys.stage import FOURTH, THIRD
from tests.logged import Lines, lines_written

ORDERS = "evovoice.services.outbox.order_log"


def _orders(lines: Lines) -> list[dict[str, Any]]:
    return lines.records(ORDERS)


def test_every_try_of_an_order_is_a_warning_until_it_is_given_up(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    session_id = stage.session()["id"]
    stage.twilio.fail_next("POST", "*", "connect-refused", count=0)
    with lines_written() as lines:
        response = stage.add(THIRD)
    told = _orders(lines)
    assert [1, 2, 3, 4, 5] == [one["attempt"] for one in told]
    follows = ["repeated in 0.2 s", "repeated in 0.4 s", "repeated in 0.8 s", "repeated in 1.6 s"]
    assert [*follows, "given up"] == [one["follows"] for one in told]
    expected = {
        "level": "warning", "event": "Order failed", "error": "The carrier cannot be reached",
        "order": "RedirectLeg", "session_id": session_id, "account_id": stage.account.id,
        "user_id": stage.ann.id, "request_id": response.headers["X-Request-Id"],
    }  # fmt: skip
    for one in told:
        assert expected == {name: one.get(name) for name in expected}
        assert one["leg_id"]
        assert one["call_sid"] in {m.get("callSid") for m in stage.session()["members"]}


@pytest.mark.parametrize("kind", ["error-before", "timeout-before"])
def test_order_without_an_answer_is_asked_about(new_stage: NewStage, kind: Any) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*", kind, status=500)
    with lines_written() as lines:
        assert 200 == stage.add(THIRD).status_code
    failed, done = _orders(lines)[:2]
    assert "asked about in 0.2 s" == failed["follows"]
    assert ({"error-before": 500}.get(kind), 1) == (failed.get("status"), failed["attempt"])
    assert ("info", "Order done", 2) == (done["level"], done["event"], done["attempt"])


def test_order_that_nobody_waits_for_says_when_it_is_repeated(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*", "too-many-requests", count=3)
    with lines_written() as lines:
        stage.end()
        stage.pass_time(10)
    told = _orders(lines)
    assert {429} == {one["status"] for one in told if one["event"] == "Order failed"}
    assert all(
        one["follows"].startswith("repeated in ") for one in told if one["event"] == "Order failed"
    )
    assert "Order done" in {one["event"] for one in told}
    assert [] == stage.living()


@pytest.mark.parametrize("is_conference", [False, True])
def test_refusal_at_an_add_has_the_code_of_the_carrier(
    new_stage: NewStage, is_conference: bool
) -> None:
    stage = new_stage()
    if is_conference:
        three_talk(stage)
    else:
        stage.bridge_in()
    stage.twilio.fail_next("POST", "*/Participants.json", "error-before", status=400)
    with lines_written() as lines:
        response = stage.add(FOURTH)
        stage.pass_time(5)
    assert 502 == response.status_code
    code = int(response.get_json()["responseStatus"]["meta"]["twilioCode"])
    (told,) = _orders(lines)
    assert ("DialLeg", code, 400, "given up") == (
        told["order"], told["code"], told["status"], told["follows"],
    )  # fmt: skip


def test_refusal_that_is_no_failure_is_told_of_too(new_stage: NewStage) -> None:
    """A hold of a leg that is over."""
    stage = new_stage()
    path = three_talk(stage)
    stage.twilio.chaos("delay,seconds=20")
    stage.twilio.hang_up(stage.twilio.leg_at(THIRD).sid)
    with lines_written() as lines:
        assert 200 == stage.request("POST", f"{path}/hold", {}).status_code
    told = [one for one in lines.records("evovoice.carrier") if "refused" in one["event"]]
    assert told
    assert all(one["code"] and one["status"] and one["session_id"] for one in told)


def test_question_that_is_not_answered_is_a_warning(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    session_id = stage.session()["id"]
    stage.twilio.fail_next("GET", "*", "error-before", status=500, count=0)
    with lines_written() as lines:
        stage.pass_time(90)
    told = lines.records("evovoice.services.reconcile")
    assert told
    assert (session_id, 500) == (told[0]["session_id"], told[0]["status"])
    assert told[0]["follows"].startswith("asked again at ")


def test_no_line_of_a_whole_call_has_a_number_in_full(new_stage: NewStage) -> None:
    stage = new_stage()
    with lines_written() as lines:
        path = three_talk(stage)
        stage.request("POST", f"{path}/hold", {})
        stage.twilio.fail_next("*", "*", "error-before", rate=0.5, count=0)
        stage.end()
        stage.pass_time(60)
        for way in ("", "?to=+12025550123", "/+1%20(202)%20555-0123"):
            stage.request("GET", f"{path}{way}")
    digits = "".join(letter for letter in lines.text if letter not in " ()-.%/")
    for number in ("2025550123", "4155550100", "3125550142"):
        assert number not in digits
    assert stage.key not in lines.text
