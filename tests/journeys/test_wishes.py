"""What users of comparable products wish for or complain about, each as a story that goes well.

Twenty wishes; of some the second half is played elsewhere, where a docstring says its number.
"""

import re
from pathlib import Path

import pytest

from evovoice.emulator.choices import Choices
from evovoice.services import administration
from tests.journeys.calls import messages_of, path_of, sid_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import FOURTH, THIRD, Stage

# How the carrier behaves where nobody knows it: the other value of each switch that plays a part.
OTHERWISE = Choices(
    join_at="ringing", cancel_answered="refused_20404", unanswered_end_status="completed",
    false_conference_flags="omitted", cancel_ringing_child="stops_later",
    first_conference_sequence=0, late_status_update="refused", answer_on_bridge_rings=True,
)  # fmt: skip


@pytest.fixture(params=[Choices(), OTHERWISE], ids=["as assumed", "otherwise"])
def stage(new_stage: NewStage, request: pytest.FixtureRequest) -> Stage:
    """Ann talks to the customer; whoever is added answers after a second."""
    stage = new_stage(request.param)
    stage.bridge_in()
    for number in (THIRD, FOURTH):
        stage.twilio.phone(number).answers_after(1)
    return stage


def _third_joins(stage: Stage) -> None:
    stage.add()
    stage.pass_time(4)
    assert 3 == len(stage.living())


def _third_rings(stage: Stage) -> None:
    stage.twilio.phone(THIRD).just_rings()
    stage.add()
    stage.pass_time(3)


def _patch(stage: Stage, role: str, **wish: bool) -> None:
    path = f"{path_of(stage)}/conference/members/{sid_of(stage, role)}"
    assert 200 == stage.request("PATCH", path, wish).status_code


def _status(stage: Stage, role: str = "Transfer") -> str:
    """The newest of them, also where they are gone."""
    members = stage.get(f"{path_of(stage)}/conference/members?includeEnded=true")["members"]
    return [m["applicationData"]["status"] for m in members if m["role"] == role][-1]


def _at_carrier(stage: Stage, flag: str) -> set[str]:
    (room,) = stage.twilio.conferences()
    return {sid for sid, one in room.participants.items() if getattr(one, flag)}


def _leave(stage: Stage) -> None:
    assert 200 == stage.request("POST", f"{path_of(stage)}/conference/leave", {}).status_code


WISHES = frozenset(range(1, 21))
ELSEWHERE = frozenset({16})  # voicemail is no answer: not a promise of the service yet


def test_each_wish_is_played_by_a_journey() -> None:
    texts = [file.read_text() for file in Path(__file__).parent.glob("test_*.py")]
    played = {int(number) for text in texts for number in re.findall(r"def test_wish_(\d+)_", text)}
    told = {int(number) for text in texts for number in re.findall(r"Wish (\d+)[.:]", text)}
    assert WISHES - ELSEWHERE <= played | told


def test_wish_1_held_caller_hangs_up_and_the_others_talk_on(stage: Stage) -> None:
    _third_joins(stage)
    customer = sid_of(stage, "Caller")
    _patch(stage, "Caller", hold=True)
    stage.twilio.hang_up(customer)
    stage.pass_time(3)
    assert (2, "Connected") == (len(stage.living()), stage.session()["callState"])


@pytest.mark.parametrize("way", ["in", "out"])
def test_wish_2_conversion_loses_neither_side(new_stage: NewStage, way: str) -> None:
    stage = new_stage()
    stage.bridge_in() if way == "in" else stage.bridge_out()
    stage.request("POST", f"{path_of(stage)}/conference", {})
    stage.pass_time(3)
    assert ["Connected"] * 2 == [m["callState"] for m in stage.session()["members"]]
    assert 2 == len(stage.living())


def test_wish_3_customer_is_held_while_the_third_rings_who_can_be_cancelled(stage: Stage) -> None:
    _third_rings(stage)
    _patch(stage, "Caller", hold=True)
    member = f"{path_of(stage)}/conference/members/{sid_of(stage, 'Transfer')}"
    assert 200 == stage.request("DELETE", member).status_code
    stage.pass_time(2)
    assert ("canceled", 2) == (_status(stage), len(stage.living()))
    assert {sid_of(stage, "Caller")} == _at_carrier(stage, "hold")


def test_wish_4_somebody_who_rings_can_be_removed(stage: Stage) -> None:
    _third_rings(stage)
    stage.request("DELETE", f"{path_of(stage)}/conference/members/{sid_of(stage, 'Transfer')}")
    stage.pass_time(2)
    assert 2 == len(stage.living())


def test_wish_5_agent_leaves_while_the_third_rings_and_the_call_connects(stage: Stage) -> None:
    stage.twilio.phone(THIRD).answers_after(8)
    stage.add()
    stage.pass_time(3)
    _leave(stage)
    stage.pass_time(10)
    members = stage.session()["members"]
    assert [("Caller", "Connected"), ("Transfer", "Connected")] == [
        (m["role"], m["callState"]) for m in members
    ]


def test_wish_6_nobody_stays_on_hold_when_the_agent_leaves(stage: Stage) -> None:
    _third_joins(stage)
    stage.request("POST", f"{path_of(stage)}/hold", {})
    _leave(stage)
    stage.pass_time(3)
    assert (2, set()) == (len(stage.living()), _at_carrier(stage, "hold"))


def test_wish_7_how_far_the_dialling_is_shows_live(stage: Stage) -> None:
    stage.twilio.phone(THIRD).answers_after(4)
    stage.add()
    seen = []
    for _ in range(12):
        stage.pass_time(0.5)
        seen += [_status(stage)] if _status(stage) not in seen else []
    assert ["ringing", "connected"] == [s for s in seen if s not in {"queued", "initiated"}]
    stage.twilio.phone(FOURTH).is_busy()
    stage.add(FOURTH)
    stage.pass_time(3)
    assert "busy" == _status(stage)
    stage.twilio.phone(FOURTH).is_unreachable()
    stage.add(FOURTH)
    stage.pass_time(3)
    assert "failed" == _status(stage)


def test_wish_8_next_number_is_tried_when_the_first_fails_or_has_left(stage: Stage) -> None:
    stage.twilio.phone(THIRD).is_busy()
    stage.add()
    stage.pass_time(3)
    assert 200 == stage.add(FOURTH).status_code
    stage.pass_time(4)
    assert FOURTH in stage.living()
    stage.twilio.hang_up(stage.twilio.leg_at(FOURTH).sid)
    stage.twilio.phone(THIRD).answers_after(1)
    shown = stage.add().json["members"]
    assert THIRD in [m["identity"] for m in shown]
    stage.pass_time(4)
    assert "connected" == _status(stage)


def test_wish_9_more_than_three_talk_and_the_same_number_is_added_again(stage: Stage) -> None:
    _third_joins(stage)
    stage.add(FOURTH)
    stage.pass_time(4)
    assert 4 == len(stage.living())
    stage.twilio.hang_up(stage.twilio.leg_at(THIRD).sid)
    stage.pass_time(2)
    stage.add()
    stage.pass_time(4)
    assert 4 == len(stage.living())


@pytest.mark.parametrize(("wish", "flag"), [("hold", "hold"), ("muted", "muted")])
def test_wish_10_hold_and_mute_act_on_the_chosen_one(stage: Stage, wish: str, flag: str) -> None:
    _third_joins(stage)
    _patch(stage, "Transfer", **{wish: True})
    assert {sid_of(stage, "Transfer")} == _at_carrier(stage, flag)


def test_wish_11_mute_that_is_shown_is_true(stage: Stage) -> None:
    """Also where the carrier refuses it."""
    _third_joins(stage)
    stage.twilio.fail_next("POST", "*/Participants/*.json", "error-before", status=400)
    path = f"{path_of(stage)}/conference/members/{sid_of(stage, 'Agent')}"
    assert 502 == stage.request("PATCH", path, {"muted": True}).status_code
    assert set() == _shown_muted(stage) == _at_carrier(stage, "muted")
    _patch(stage, "Agent", muted=True)
    assert {sid_of(stage, "Agent")} == _shown_muted(stage) == _at_carrier(stage, "muted")
    _patch(stage, "Agent", muted=False)
    assert set() == _shown_muted(stage) == _at_carrier(stage, "muted")


def _shown_muted(stage: Stage) -> set[str]:
    return {m["callSid"] for m in stage.session()["members"] if m["muted"]}


def test_wish_12_state_after_leaving_is_true(stage: Stage) -> None:
    _third_joins(stage)
    _leave(stage)
    stage.pass_time(3)
    session = stage.session()
    assert ("Passive", 2) == (session["callState"], len(session["members"]))
    assert [] == stage.get("/sessions/active")["sessions"]
    stage.twilio.hang_up(stage.twilio.leg_at(THIRD).sid)
    stage.pass_time(3)
    assert (True, "Disconnected", []) == (
        stage.session()["ended"], stage.session()["callState"], stage.living(),
    )  # fmt: skip


def test_wish_13_whoever_joins_all_stays_in_the_call(stage: Stage) -> None:
    _third_joins(stage)
    stage.request("POST", f"{path_of(stage)}/hold", {})
    stage.request("POST", f"{path_of(stage)}/resume", {})
    stage.pass_time(3)
    assert ["Connected"] * 3 == [m["callState"] for m in stage.session()["members"]]
    assert 3 == len(stage.living())


def test_wish_14_ringing_stops_when_the_caller_hangs_up(stage: Stage) -> None:
    _third_rings(stage)
    stage.twilio.hang_up(sid_of(stage, "Caller"))
    stage.pass_time(4)
    assert ([], True) == (stage.living(), stage.session()["ended"])


def test_wish_15_double_click_and_retry_ring_once(stage: Stage) -> None:
    """Also where the answer of the carrier to the first is lost."""
    stage.twilio.fail_next("POST", "*/Participants.json", "timeout-after")
    for _ in range(3):
        assert 200 == stage.add().status_code
    stage.pass_time(8)
    assert 1 == [leg.to for leg in stage.twilio.living_calls()].count(THIRD)
    assert 1 == [one["to"] for one in stage.twilio.state()["calls"]].count(THIRD)


def test_wish_18_late_and_unordered_reports_do_not_roll_the_state_back(stage: Stage) -> None:
    stage.twilio.chaos("reorder", "duplicate", seed=7)
    stage.add()
    stage.pass_time(20)
    assert ["Connected"] * 3 == [m["callState"] for m in stage.session()["members"]]


def test_wish_17_extension_and_a_menu_in_the_middle_of_the_conference(stage: Stage) -> None:
    """More of it in `test_digits.py`."""
    stage.twilio.phone(THIRD).answers_after(1).expects("42", hangs_up_after=600)
    stage.add(f"{THIRD} x42")
    stage.pass_time(8)
    third = sid_of(stage, "Transfer")
    path = f"{path_of(stage)}/conference/members/{third}/digits"
    assert 200 == stage.request("POST", path, {"digits": "1#"}).status_code
    stage.pass_time(4)
    assert "421#" == stage.twilio.call(third).keys_heard
    assert (3, set()) == (len(stage.living()), _at_carrier(stage, "hold"))


def test_wish_19_only_named_fields_count_and_only_those_in_the_call_act(stage: Stage) -> None:
    _third_joins(stage)
    bob = administration.add_key(stage.context.database, stage.bob.id, stage.twilio.now()).key
    body = {"destination": FOURTH}
    refused = stage.request("POST", f"{path_of(stage)}/conference/members", body, key=bob)
    assert (403, "NotYourCall") == (
        refused.status_code, refused.json["responseStatus"]["errorCode"],
    )  # fmt: skip
    agent = sid_of(stage, "Agent")
    stage.add(FOURTH, coaching=agent, CallSidToCoach=agent, muted=True, label="mine")
    stage.pass_time(4)
    assert set() == _at_carrier(stage, "coaching") | _at_carrier(stage, "muted")


def test_wish_20_regions_that_do_not_meet_are_seen_within_seconds_and_offline(
    stage: Stage,
) -> None:
    """Without a network and a bill, as all of these; the log says it. More of it in
    `test_conversion_deadline.py`.
    """
    stage.twilio.call(sid_of(stage, "Agent")).region = "ie1"
    stage.add()
    stage.pass_time(8)
    assert any("moved once more" in message for message in messages_of(stage))
    assert ["Connected"] * 3 == [m["callState"] for m in stage.session()["members"]]
