"""The process dies between the commit and the order; another takes the order up."""

import pytest

from tests.journeys.conftest import NewStage
from tests.journeys.stage import FOURTH, THIRD, Stage


class Killed(BaseException):
    """kill -9, as far as Python can play it."""


def _talking(stage: Stage) -> list[str]:
    return [m["role"] for m in stage.session()["members"] if m["callState"] == "Connected"]


def _add_and_die(stage: Stage, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request is killed just before or just after its order went to the carrier."""
    carrier = stage.context.carrier
    real = carrier.carry_out

    def dying(order: object, ref: object) -> object:
        if moment == "after":
            real(order, ref)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(carrier, "carry_out", dying)
        with pytest.raises(Killed):
            stage.add()
    stage.crash()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_conversion_of_a_killed_process_is_finished_by_another(
    new_stage: NewStage, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing acknowledged or stored is lost: the redirect is asked about, then repeated."""
    stage = new_stage()
    stage.bridge_in()
    _add_and_die(stage, moment, monkeypatch)
    stage.pass_time(40)
    assert {"Caller", "Agent"} <= set(_talking(stage))
    assert 200 == stage.add(FOURTH).status_code
    stage.pass_time(6)
    assert 1 == sum(leg.to == FOURTH for leg in stage.twilio.living_calls())


@pytest.mark.parametrize("moment", ["before", "after"])
def test_dial_of_a_killed_process_rings_once_or_is_told_as_failed(
    new_stage: NewStage, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the deadline a dial is a failure shown to the agent, never a late call."""
    stage = new_stage()
    stage.bridge_in()
    stage.add(FOURTH)
    stage.pass_time(6)
    _add_and_die(stage, moment, monkeypatch)
    stage.pass_time(40)
    ringing = sum(leg.to == THIRD for leg in stage.twilio.living_calls())
    assert (1 if moment == "after" else 0) == ringing
    listed = [m for m in stage.session()["members"] if m["identity"] == THIRD]
    assert ringing == len(listed)
    if moment == "before":
        assert "MemberFailed" in stage.events()


def test_hang_up_of_a_killed_process_is_carried_out_by_another(new_stage: NewStage) -> None:
    """Orders that follow from a report, stored but not given when the process died."""
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    stage.jobs_run = False
    for role in ("Agent", "Transfer"):
        sid = next(m["callSid"] for m in stage.session()["members"] if m["role"] == role)
        stage.twilio.hang_up(sid)
        stage.twilio.advance(2)
    assert 1 == len(stage.living())
    stage.crash()
    stage.pass_time(30)
    assert [] == stage.living()
    assert stage.session()["ended"]
