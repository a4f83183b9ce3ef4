"""Every repeat has a bound, a growing pause and a visible end (contract C83)."""

from itertools import pairwise

import pytest

from evovoice.domain.holding import MOST_RELEASES
from tests.journeys.calls import sid_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD, Stage

MOST_REQUESTS = 6  # to the carrier, for one cause; timed questions are counted apart


def _three_and_two_held(stage: Stage) -> None:
    """Customer and third party are held by Ann."""
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(5)
    assert 200 == stage.request("POST", f"/sessions/{stage.session()['id']}/hold", {}).status_code
    stage.pass_time(1)


def _orders_since(stage: Stage, before: int) -> list[str]:
    """What was ordered of participants of the conference."""
    return [line for line in stage.rest()[before:] if line.startswith("POST Conferences")]


def _lines(stage: Stage, words: str) -> list[str]:
    lines = stage.get(f"/sessions/{stage.session()['id']}/events?count=200")["events"]
    return [line["message"] for line in lines if words in line["message"]]


@pytest.mark.parametrize("is_refused", [True, False])
def test_release_of_a_party_that_is_leaving_is_not_ordered_over_and_over_c83(
    new_stage: NewStage, is_refused: bool
) -> None:
    """Agent and customer hang up while all are held, and the customer's reports are late."""
    stage = new_stage()
    _three_and_two_held(stage)
    agent, customer = sid_of(stage, "Agent"), sid_of(stage, "Caller")
    before = len(stage.rest())
    stage.twilio.on_delivery = lambda d: (
        (3.0,) if customer == d.call_sid or customer in dict(d.params).values() else (0.0,)
    )
    if is_refused:
        path = f"*/Participants/{customer}.json"
        stage.twilio.fail_next("POST", path, "error-before", status=400, count=0)
    stage.twilio.hang_up(agent)
    stage.twilio.hang_up(customer)
    stage.pass_time(10)
    assert stage.session()["ended"]
    assert len(stage.rest()) - before <= MOST_REQUESTS


def test_release_that_worked_though_its_answer_was_lost_makes_no_storm_c83(
    new_stage: NewStage,
) -> None:
    """Given again it is refused (R39), while the report that it worked is on its way."""
    stage = new_stage()
    _three_and_two_held(stage)
    agent, customer = sid_of(stage, "Agent"), sid_of(stage, "Caller")
    before = len(stage.rest())
    stage.twilio.on_delivery = lambda d: (
        (8.0,) if customer == d.call_sid or customer in dict(d.params).values() else (0.0,)
    )
    stage.twilio.fail_next("POST", f"*/Participants/{customer}.json", "timeout-after")
    stage.twilio.hang_up(agent)
    stage.pass_time(15)
    assert len(_orders_since(stage, before)) <= MOST_REQUESTS
    assert ["Connected", "Connected"] == [m["callState"] for m in stage.session()["members"]]


def test_release_that_is_refused_is_repeated_with_growing_pauses_c83(new_stage: NewStage) -> None:
    """Nobody of ours is left to press the button again, so the service does: three times soon, then
    once after each look at the call. One line says it.
    """
    stage = new_stage()
    _three_and_two_held(stage)
    customer = sid_of(stage, "Caller")
    stage.twilio.fail_next(
        "POST", f"*/Participants/{customer}.json", "error-before", status=400, count=0
    )
    moments = []
    stage.twilio.hang_up(sid_of(stage, "Agent"))
    for _ in range(400):
        known = len(stage.twilio.rest_log)
        stage.pass_time(0.5)
        new = stage.twilio.rest_log[known:]
        moments += [
            stage.twilio.now() for entry in new if customer in entry.path and "POST" == entry.method
        ]
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    at_looks = pauses[MOST_RELEASES - 1 :]
    assert pauses[: MOST_RELEASES - 1] == sorted(pauses[: MOST_RELEASES - 1])
    assert 3 == len(at_looks)
    assert all(50 <= pause <= 60 for pause in at_looks)
    assert 1 == len(_lines(stage, "cannot be taken off hold"))


def test_nobody_stays_on_hold_once_the_carrier_takes_the_release_c83(new_stage: NewStage) -> None:
    stage = new_stage()
    _three_and_two_held(stage)
    customer = sid_of(stage, "Caller")
    stage.twilio.fail_next(
        "POST", f"*/Participants/{customer}.json", "error-before", status=400, count=MOST_RELEASES
    )
    stage.twilio.hang_up(sid_of(stage, "Agent"))
    stage.pass_time(20)
    assert ["Connected", "Hold"] == sorted(m["callState"] for m in stage.session()["members"])
    stage.pass_time(60)
    assert ["Connected", "Connected"] == [m["callState"] for m in stage.session()["members"]]


def test_release_that_is_refused_once_takes_place_soon_c83(new_stage: NewStage) -> None:
    stage = new_stage()
    _three_and_two_held(stage)
    customer = sid_of(stage, "Caller")
    stage.twilio.fail_next("POST", f"*/Participants/{customer}.json", "error-before", status=400)
    stage.twilio.hang_up(sid_of(stage, "Agent"))
    stage.pass_time(6)
    assert ["Connected", "Connected"] == [m["callState"] for m in stage.session()["members"]]
    assert [] == _lines(stage, "cannot be taken off hold")


@pytest.mark.parametrize("seconds", [1, 120])
def test_command_of_a_person_that_was_refused_is_not_repeated_c83(
    new_stage: NewStage, seconds: int
) -> None:
    """It is withdrawn at once (C77), and one line says so."""
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    customer = sid_of(stage, "Caller")
    before = len(stage.rest())
    stage.twilio.fail_next(
        "POST", f"*/Participants/{customer}.json", "error-before", status=400, count=0
    )
    path = f"/sessions/{stage.session()['id']}/conference/members/{customer}"
    assert 502 == stage.request("PATCH", path, {"hold": True}).status_code
    stage.pass_time(seconds)
    assert 1 == len(_orders_since(stage, before))
    assert 1 == len(_lines(stage, "stays as before"))


@pytest.mark.parametrize("fault", ["error-before", "too-many-requests", "connect-refused"])
@pytest.mark.parametrize("command", ["add", "hold", "mute"])
def test_command_leads_to_six_requests_at_most_while_somebody_waits(
    new_stage: NewStage, fault: str, command: str
) -> None:
    """What is still uncertain then is asked about by the queue, with growing pauses."""
    stage = new_stage()
    stage.bridge_in()
    path = f"/sessions/{stage.session()['id']}"
    assert 200 == stage.request("POST", f"{path}/conference", {}).status_code
    stage.pass_time(2)
    before = len(stage.rest())
    stage.twilio.fail_next("POST", "*/Participants*", fault, count=0)  # type: ignore[arg-type]
    if command == "add":
        stage.add(THIRD)
    elif command == "hold":
        stage.request("POST", f"{path}/hold", {})
    else:
        customer = sid_of(stage, "Caller")
        stage.request("PATCH", f"{path}/conference/members/{customer}", {"muted": True})
    assert 1 <= len(stage.rest()) - before <= MOST_REQUESTS
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(60)
    assert 2 <= len(stage.living())


def test_hang_up_that_is_refused_is_not_ordered_anew_by_each_check(new_stage: NewStage) -> None:
    """One order repeats it with growing pauses; checks every fifteen seconds add none."""
    stage = new_stage()
    stage.bridge_in()
    customer = sid_of(stage, "Caller")
    stage.twilio.fail_next("POST", f"*/Calls/{customer}.json", "error-before", count=0)
    assert 204 == stage.end().status_code
    stage.pass_time(120)
    before = len(stage.rest())
    stage.pass_time(120)
    hang_ups = [line for line in stage.rest()[before:] if f"POST Calls/{customer}" == line]
    assert 2 <= len(hang_ups) <= 20
    assert 1 == _open_orders(stage)


def test_hang_up_that_was_refused_for_minutes_is_given_up_visibly(new_stage: NewStage) -> None:
    """The log names who may still be on the line; the next check begins anew."""
    stage = new_stage()
    stage.bridge_in()
    customer = sid_of(stage, "Caller")
    stage.twilio.fail_next("POST", f"*/Calls/{customer}.json", "error-before", count=0)
    assert 204 == stage.end().status_code
    stage.pass_time(690)
    assert 1 == len(_lines(stage, "cannot be hung up"))
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(60)
    assert [] == stage.living()


def _open_orders(stage: Stage) -> int:
    session_id = str(stage.session()["id"])
    with stage.context.database.reading() as work:
        return len(work.outbox.open_of(stage.account.id, session_id))
