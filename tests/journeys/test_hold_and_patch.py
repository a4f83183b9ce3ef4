"""Hold, resume, coaching and PatchSession through the whole service: what is refused leaves no
trace, and what the log says happened.
"""

from typing import Any

import pytest

from evovoice.services import administration
from tests.journeys.calls import refusal
from tests.journeys.conftest import NewStage
from tests.journeys.stage import FOURTH, Stage


def _three(stage: Stage) -> str:
    """Ann, the customer and Bob talk; where the session is."""
    stage.bridge_in()
    stage.phone(stage.bob).answers_after(1)
    stage.add("Bob")
    stage.pass_time(5)
    assert 3 == len(stage.living())
    return f"/sessions/{stage.session()['id']}"


def _sids(stage: Stage) -> dict[str, str]:
    """Call SIDs by role."""
    return {m["role"]: m["callSid"] for m in stage.session()["members"]}


def _at_carrier(stage: Stage, flag: str) -> list[str]:
    """The roles of those of whom the carrier has that flag."""
    (room,) = stage.twilio.conferences()
    roles = {sid: role for role, sid in _sids(stage).items()}
    return sorted(roles[sid] for sid, one in room.participants.items() if getattr(one, flag))


def test_refused_hold_is_not_told_as_a_hold_in_the_log(new_stage: NewStage) -> None:
    stage = new_stage()
    path = _three(stage)
    stage.twilio.fail_next("POST", "*/Participants/*.json", "error-before", status=400, count=2)
    assert (502, "CarrierRefused") == refusal(stage.request("POST", f"{path}/hold", {}))
    stage.pass_time(30)
    assert "Held" not in stage.events()
    assert [] == _at_carrier(stage, "hold")
    assert 200 == stage.request("POST", f"{path}/hold", {}).status_code
    assert 1 == stage.events().count("Held")
    assert 200 == stage.request("POST", f"{path}/resume", {}).status_code
    assert 1 == stage.events().count("Resumed")


@pytest.mark.parametrize("body", [{"callState": "Ringing"}, {"queueState": 1}])
def test_refused_patch_stores_nothing_of_it(new_stage: NewStage, body: dict[str, Any]) -> None:
    stage = new_stage()
    path = _three(stage)
    answer = stage.request("PATCH", path, {"consoleData": "a note"} | body)
    assert (409, "StateNotWritable") == refusal(answer)
    assert "consoleData" not in stage.session()


def test_patch_whose_hold_nobody_may_order_stores_nothing_of_it(new_stage: NewStage) -> None:
    """Before the call is answered there is nobody to hold."""
    stage = new_stage()
    stage.ring_in(ann_answers_after=20)
    path = f"/sessions/{stage.session()['id']}"
    answer = stage.request("PATCH", path, {"consoleData": "a note", "callState": "Hold"})
    assert (409, "NotConnected") == refusal(answer)
    assert "consoleData" not in stage.session()


def test_patch_takes_states_as_numbers_and_names_in_any_case_c12(new_stage: NewStage) -> None:
    stage = new_stage()
    path = _three(stage)
    for hold, reason in ((3, 1), ("hold", "transferring"), ("3", "1")):
        held = stage.request("PATCH", path, {"callState": hold, "holdReason": reason}).json
        assert ("Hold", "Transferring") == (held["callState"], held["holdReason"])
        resumed = stage.request("PATCH", f"{path}?callState=2", {}).json
        assert "Connected" == resumed["callState"]
    assert (400, "SerializationException") == refusal(
        stage.request("PATCH", path, {"callState": 9})
    )


@pytest.mark.parametrize("body", [{"callState": "Hold"}, {}])
def test_patch_of_a_held_call_takes_over_the_reason(
    new_stage: NewStage, body: dict[str, Any]
) -> None:
    """As HoldSession does."""
    stage = new_stage()
    path = _three(stage)
    stage.request("POST", f"{path}/hold", {})
    before = stage.rest()
    held = stage.request("PATCH", path, body | {"holdReason": "Transferring"}).json
    assert ("Hold", "Transferring") == (held["callState"], held["holdReason"])
    assert before == stage.rest()


def test_holds_nest_and_resume_releases_all_c85(new_stage: NewStage) -> None:
    """Ann holds, then Bob, whom she held: Bob is off hold, Ann and the customer on."""
    stage = new_stage()
    path = _three(stage)
    stage.request("POST", f"{path}/hold", {})
    assert ["Caller", "Transfer"] == _at_carrier(stage, "hold")
    bob = administration.add_key(stage.context.database, stage.bob.id, stage.twilio.now()).key
    held = stage.request("POST", f"{path}/hold", {}, key=bob).json
    assert ("Hold", stage.bob.id) == (held["callState"], held["heldByUserId"])
    assert ["Agent", "Caller"] == _at_carrier(stage, "hold")
    stage.request("POST", f"{path}/resume", {})
    assert [] == _at_carrier(stage, "hold")


def _coached(stage: Stage) -> str:
    """Bob coaches Ann, who talks to the customer."""
    path, sids = _three(stage), _sids(stage)
    member = f"{path}/conference/members/{sids['Transfer']}"
    answer = stage.request("PATCH", member, {"coaching": sids["Agent"]})
    assert 200 == answer.status_code
    assert ["Transfer"] == _at_carrier(stage, "coaching")
    return path


def test_coach_speaks_to_the_customer_once_the_coached_agent_has_left(new_stage: NewStage) -> None:
    stage = new_stage()
    path = _coached(stage)
    stage.request("POST", f"{path}/conference/leave", {})
    stage.pass_time(3)
    assert 2 == len(stage.living())
    assert [] == _at_carrier(stage, "coaching") == _at_carrier(stage, "muted")


def test_coach_is_muted_once_the_coached_agent_leaves_two_others_talking(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    path = _coached(stage)
    stage.twilio.phone(FOURTH).answers_after(1)
    stage.add(FOURTH)
    stage.pass_time(4)
    stage.request("POST", f"{path}/conference/leave", {})
    stage.pass_time(3)
    bob = next(m for m in stage.session()["members"] if m.get("endpointId") == stage.bob.id)
    (room,) = stage.twilio.conferences()
    one = room.participants[bob["callSid"]]
    assert (True, False, True) == (bob["muted"], one.coaching, one.muted)


def test_nobody_can_coach_themselves(new_stage: NewStage) -> None:
    stage = new_stage()
    path, agent = _three(stage), _sids(stage)["Agent"]
    answer = stage.request("PATCH", f"{path}/conference/members/{agent}", {"coaching": agent})
    assert (400, "CoachesThemselves") == refusal(answer)


def test_patch_to_hold_by_somebody_who_is_held_releases_them_c85(new_stage: NewStage) -> None:
    """It is the same as HoldSession, each time anew."""
    stage = new_stage()
    path = _three(stage)
    key = administration.add_key(stage.context.database, stage.bob.id, stage.twilio.now()).key
    assert 200 == stage.request("POST", f"{path}/hold", {"holdReason": "Transferring"}).status_code
    assert ["Caller", "Transfer"] == _at_carrier(stage, "hold")
    answer = stage.request("PATCH", path, {"callState": "Hold"}, key=key)
    assert 200 == answer.status_code
    assert ["Agent", "Caller"] == _at_carrier(stage, "hold")
    assert stage.bob.id == stage.session()["heldByUserId"]


def test_conference_is_named_after_its_session_whoever_asks_for_it(new_stage: NewStage) -> None:
    """Without the database the name must be known all the same."""
    stage = new_stage()
    stage.bridge_in()
    session = stage.session()["id"]
    assert 200 == stage.request("PATCH", f"/sessions/{session}", {"callState": "Hold"}).status_code
    (room,) = stage.twilio.conferences()
    assert f"room-{session}" == room.name
