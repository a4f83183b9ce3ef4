"""A process that stood still for longer than its lease dials nobody; who rings too late is ended.

The agent was told that it will not happen (contract C77).
"""

from collections.abc import Callable
from typing import Any

import pytest

from evovoice.services import calls
from tests.journeys.calls import messages_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD, Stage

STILL = 26  # seconds: longer than a lease and than the deadline of a dial


def _conference(stage: Stage) -> None:
    stage.bridge_in()
    path = f"/sessions/{stage.session()['id']}/conference"
    assert 200 == stage.request("POST", path, {}).status_code
    stage.pass_time(2)


def _other_process(stage: Stage) -> Any:
    """Another process on the same database."""
    own = stage.app, stage.context, stage.client
    stage._open()
    other = stage.context
    stage.app, stage.context, stage.client = own
    return other


def _still(stage: Stage, other: Any) -> None:
    """This process does nothing for a while; the other goes on."""
    stage.twilio.advance(STILL)
    other.dispatch.run_due()
    stage._drain()


def _dials(stage: Stage) -> list[str]:
    return [line for line in stage.rest() if line.startswith("POST") and "Participants" in line]


def _stalled(stage: Stage, of: Any, name: str, other: Any) -> None:
    """The first call of that function is made after a standstill."""
    real: Callable[..., Any] = getattr(of, name)

    def late(*args: Any) -> Any:
        setattr(of, name, real)
        _still(stage, other)
        return real(*args)

    setattr(of, name, late)


def test_order_that_another_process_has_given_up_is_not_given_c77(new_stage: NewStage) -> None:
    """The standstill is before the last look at the lease."""
    stage = new_stage()
    _conference(stage)
    other = _other_process(stage)
    _stalled(stage, stage.context.dispatch, "give", other)
    response = stage.add()
    assert 503 == response.status_code
    stage.pass_time(5)
    assert [] == _dials(stage)
    assert 2 == len(stage.living())
    other.database.dispose()


def test_hold_that_another_process_has_given_is_not_given_once_more(new_stage: NewStage) -> None:
    """It was resumed meanwhile: whoever wakes up would hold the customer for nobody."""
    stage = new_stage()
    _conference(stage)
    other = _other_process(stage)
    session_id = str(stage.session()["id"])
    real = stage.context.dispatch.give

    def late(*args: Any) -> Any:
        stage.context.dispatch.give = real  # type: ignore[method-assign]
        _still(stage, other)
        calls.resume_call(other, stage.ann, session_id, None)
        return real(*args)

    stage.context.dispatch.give = late  # type: ignore[method-assign]
    assert 200 == stage.request("POST", f"/sessions/{session_id}/hold", {}).status_code
    stage.pass_time(5)
    (room,) = stage.twilio.conferences()
    assert not any(one.hold for one in room.participants.values())
    assert "Connected" == stage.session()["callState"]
    other.database.dispose()


@pytest.mark.parametrize("answers", [False, True])
def test_dial_that_went_out_too_late_is_hung_up_at_once_c77(
    new_stage: NewStage, answers: bool
) -> None:
    """The standstill is after the last look at the lease, where nothing can be looked at."""
    stage = new_stage()
    _conference(stage)
    phone = stage.twilio.phone(THIRD)
    phone.answers_after(0) if answers else phone.just_rings()
    other = _other_process(stage)
    _stalled(stage, stage.context.carrier, "carry_out", other)
    response = stage.add()
    assert 503 == response.status_code
    assert 1 == len(_dials(stage))
    stage.pass_time(2)
    assert 2 == len(stage.living())
    assert ["Caller", "Agent"] == [m["role"] for m in stage.session()["members"]]
    assert 1 == len([line for line in messages_of(stage) if "after all" in line])
    other.database.dispose()


def test_hang_up_of_who_rings_too_late_is_repeated_until_it_is_heard(new_stage: NewStage) -> None:
    """That the dialling was given up does not count as the end of the leg."""
    stage = new_stage()
    _conference(stage)
    stage.twilio.phone(THIRD).just_rings()
    other = _other_process(stage)
    _stalled(stage, stage.context.carrier, "carry_out", other)
    stage.twilio.fail_next("POST", "*/Calls/*.json", "error-before", count=2)
    assert 503 == stage.add().status_code
    stage.pass_time(5)
    assert 2 == len(stage.living())
    other.database.dispose()


def test_party_that_was_not_rung_in_time_can_be_added_again(new_stage: NewStage) -> None:
    """One phone rings once for it."""
    stage = new_stage()
    _conference(stage)
    stage.twilio.phone(THIRD).just_rings()
    other = _other_process(stage)
    _stalled(stage, stage.context.carrier, "carry_out", other)
    assert 503 == stage.add().status_code
    stage.pass_time(2)
    stage.twilio.phone(THIRD).answers_after(1)
    assert 200 == stage.add().status_code
    stage.pass_time(5)
    assert 1 == sum(leg.to == THIRD for leg in stage.twilio.living_calls())
    assert "Connected" == stage.state_of("Transfer")
    other.database.dispose()
