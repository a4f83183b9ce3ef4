"""Where the carrier's behaviour is not known, the service is right under each that is likely.

Each value of a switch of the emulator (`choices.py`, marked ?) is one that nobody has seen on a
live account, or that two sources tell differently.
"""

from typing import Any

import pytest

from evovoice.emulator import console_hearing as hearing
from evovoice.emulator.choices import Choices
from tests.journeys.calls import ring_both, sid_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD, Stage

REFUSALS = ["ignored", "refused_21220", "refused_20404"]
CANCELS = ["stops", "stops_later", "rings_on"]


def _choices(name: str, *values: object) -> Any:
    """The emulator under each value of that switch."""
    return pytest.mark.parametrize(
        "choices",
        [pytest.param(Choices(**{name: value}), id=f"{name}={value}") for value in values],
    )


def _conference(stage: Stage) -> str:
    """Customer, Ann and a third party talk; where the session is."""
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(5)
    assert 3 == len(stage.living())
    return f"/sessions/{stage.session()['id']}"


def _patch(stage: Stage, role: str, **wish: object) -> dict[str, Any]:
    path = f"/sessions/{stage.session()['id']}/conference/members/{sid_of(stage, role)}"
    response = stage.request("PATCH", path, wish)
    assert 200 == response.status_code, response.text
    found: dict[str, Any] = response.json
    return found


def _silence(stage: Stage, listener: str, speaker: str) -> str:
    """Why that member does not hear the other, '' where they do."""
    (room,) = stage.twilio.conferences()
    people = room.participants
    return hearing.silence(people[sid_of(stage, listener)], people[sid_of(stage, speaker)])


# --- a cancel that comes too late -----------------------------------------------------------------


@_choices("cancel_answered", *REFUSALS)
@pytest.mark.parametrize("report", ["in time", "late", "lost"])
def test_third_party_who_has_just_answered_talks_on_when_the_customer_leaves(
    new_stage: NewStage, choices: Choices, report: str
) -> None:
    """E3 cancels what still rings, as far as we know; a refusal ends nothing (R12, 10.1)."""
    stage = new_stage(choices)
    customer = stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    stage.add()
    stage.pass_time(3)
    if report != "in time":
        rule = {"late": "delay,seconds=6", "lost": "lose"}[report]
        stage.twilio.chaos(f"{rule},kind=call-status,event=answered")
    stage.twilio.answer(stage.twilio.leg_at(THIRD).sid)
    stage.twilio.hang_up(customer)
    stage.pass_time(40)
    assert sorted([THIRD, f"client:{stage.ann.identity}"]) == stage.living()
    assert ["Connected", "Connected"] == [stage.state_of(role) for role in ("Agent", "Transfer")]
    assert not stage.session()["ended"]


@pytest.mark.parametrize("code", ["refused_21220", "refused_20404"])
@pytest.mark.parametrize("strays", [1, 2])
def test_stray_404_beside_the_refusal_ends_nobody_either(
    new_stage: NewStage, code: str, strays: int
) -> None:
    """The call is asked, and that answer is wrong too: it is asked again (R54)."""
    stage = new_stage(Choices(cancel_answered=code))  # type: ignore[arg-type]
    customer = stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    stage.add()
    stage.pass_time(3)
    stage.twilio.chaos("delay,seconds=6,kind=call-status,event=answered")
    stage.twilio.answer(stage.twilio.leg_at(THIRD).sid)
    stage.twilio.fail_next("GET", "*/Calls/*", "not-found", count=strays)
    stage.twilio.hang_up(customer)
    stage.pass_time(60)
    assert sorted([THIRD, f"client:{stage.ann.identity}"]) == stage.living()
    assert "Connected" == stage.state_of("Transfer")


@pytest.mark.parametrize("nth", [1, 2])
def test_stray_404_in_a_routine_look_ends_no_call(new_stage: NewStage, nth: int) -> None:
    """Two people talk without a conference, so there is no participant to ask for (R54)."""
    stage = new_stage()
    stage.bridge_in()
    leg = stage.twilio.living_calls()[nth - 1]
    stage.twilio.fail_next("GET", f"*/Calls/{leg.sid}.json", "not-found")
    stage.pass_time(150)
    assert ["Connected", "Connected"] == [stage.state_of(role) for role in ("Caller", "Agent")]
    assert not stage.session()["ended"]


# --- declining while a dial rings -----------------------------------------------------------------


@_choices("cancel_ringing_child", *CANCELS)
@pytest.mark.parametrize("report", ["in time", "lost"])
def test_who_declines_never_counts_as_having_answered(
    new_stage: NewStage, choices: Choices, report: str
) -> None:
    """`in-progress` in the answer to a cancel is not progress; what rings on is completed."""
    stage = new_stage(choices)
    ring_both(stage)
    if report == "lost":
        stage.twilio.chaos("lose,kind=call-status,event=canceled")
    response = stage.request("POST", f"/sessions/{stage.session()['id']}/reject")
    assert 200 == response.status_code
    assert ("Ringing", None) == (response.json["callState"], response.json.get("answeredById"))
    stage.pass_time(3)
    assert f"client:{stage.ann.identity}" not in stage.living()
    assert f"client:{stage.bob.identity}" in stage.living()
    session = stage.session()
    assert [stage.bob.id] == [m["endpointId"] for m in session["members"][1:]]
    assert not {"Answered", "MemberAnswered"} & set(stage.events())


@_choices("cancel_ringing_child", *CANCELS)
def test_colleague_answers_after_one_has_declined(new_stage: NewStage, choices: Choices) -> None:
    stage = new_stage(choices)
    ring_both(stage)
    stage.request("POST", f"/sessions/{stage.session()['id']}/reject")
    stage.twilio.answer(stage.twilio.leg_at(f"client:{stage.bob.identity}").sid)
    stage.pass_time(3)
    assert ("Connected", stage.bob.id) == (
        stage.session()["callState"], stage.session()["answeredById"],
    )  # fmt: skip


# --- how a leg ends that we stop while it rings ---------------------------------------------------


@_choices("unanswered_end_status", "canceled", "completed")
def test_party_removed_while_ringing_was_never_reached(
    new_stage: NewStage, choices: Choices
) -> None:
    """`completed` may be said of a call that nobody answered, if it was us who ended it."""
    stage = new_stage(choices)
    stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    stage.add()
    stage.pass_time(3)
    path = f"/sessions/{stage.session()['id']}/conference/members"
    assert 200 == stage.request("DELETE", f"{path}/{sid_of(stage, 'Transfer')}").status_code
    stage.pass_time(5)
    lines = stage.get(f"/sessions/{stage.session()['id']}/events?count=200")["events"]
    (failed,) = [line for line in lines if line["type"] == "MemberFailed"]
    assert "canceled" == failed["data"]["outcome"]
    assert 2 == len(stage.living())
    stage.twilio.hang_up(sid_of(stage, "Agent"))
    stage.pass_time(5)
    assert "Completed" == stage.session()["outcome"]


# --- conference events ----------------------------------------------------------------------------


@_choices("false_conference_flags", "sent", "omitted_on_leave", "omitted")
def test_flag_that_is_not_named_is_false(new_stage: NewStage, choices: Choices) -> None:
    """No event is refused for it, and hold and mute are shown as they are."""
    stage = new_stage(choices)
    path = _conference(stage)
    assert "Hold" == _patch(stage, "Caller", hold=True)["members"][0]["callState"]
    assert "Connected" == _patch(stage, "Caller", hold=False)["members"][0]["callState"]
    assert _patch(stage, "Transfer", muted=True)["members"][2]["muted"]
    assert not _patch(stage, "Transfer", muted=False)["members"][2]["muted"]
    stage.twilio.hang_up(sid_of(stage, "Transfer"))
    stage.pass_time(3)
    assert ["Caller", "Agent"] == [m["role"] for m in stage.get(path)["members"]]
    reports = [a for d, a in stage.answers if d.kind == "conference-status"]
    assert {204} == {response.status for response in reports}


@_choices("first_conference_sequence", 0, 1)
def test_first_event_of_a_conference_counts_whatever_its_number(
    new_stage: NewStage, choices: Choices
) -> None:
    """What was asked for meanwhile stands below it."""
    stage = new_stage(choices)
    stage.twilio.chaos("delay,kind=conference-status,event=participant-join,seconds=7")
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(12)
    stage.twilio.calm()
    assert 3 == len(stage.living())
    assert "Hold" == _patch(stage, "Caller", hold=True)["members"][0]["callState"]
    assert "Connected" == _patch(stage, "Caller", hold=False)["members"][0]["callState"]


# --- coaching -------------------------------------------------------------------------------------


@pytest.mark.parametrize("wish", [{"muted": True}, {"hold": True}])
def test_customer_never_hears_a_coach_who_is_muted_or_held(
    new_stage: NewStage, wish: dict[str, bool]
) -> None:
    """An update without `Coaching` would end it (D)."""
    stage = new_stage()
    _conference(stage)
    _patch(stage, "Transfer", coaching=sid_of(stage, "Agent"))
    for step in (wish, dict.fromkeys(wish, False)):
        _patch(stage, "Transfer", **step)
        assert "" != _silence(stage, "Caller", "Transfer")
    assert "whispers" == _silence(stage, "Caller", "Transfer")
    assert "" == _silence(stage, "Agent", "Transfer")


@pytest.mark.parametrize("strays", [2, 4, 6])
def test_talk_that_was_taken_for_over_is_known_again_and_nobody_was_cut_off(
    new_stage: NewStage, strays: int
) -> None:
    """Every question of one look is answered 404; the next looks are answered truly (R54)."""
    stage = new_stage()
    stage.bridge_in()
    stage.pass_time(50)
    stage.twilio.fail_next("GET", "*/Calls/*", "not-found", count=strays)
    stage.pass_time(60)
    assert 2 == len(stage.living())
    assert ("Connected", False) == tuple(stage.session()[key] for key in ("callState", "ended"))
    stage.twilio.phone(THIRD).answers_after(1)
    assert 200 == stage.add().status_code
    stage.pass_time(5)
    assert 3 == len(stage.living())
