"""C82 through the whole service: status, type and user of those who leave or are taken out."""

from typing import Any

import pytest

from tests.journeys.calls import sid_of, three_talk
from tests.journeys.conftest import NewStage
from tests.journeys.stage import FOURTH, THIRD, Stage


def _gone(stage: Stage, path: str, role: str) -> tuple[str, dict[str, Any]]:
    """Status of the member with that role, and the last line of the log about them."""
    members = stage.get(f"{path}/conference/members?includeEnded=true")["members"]
    data = next(m["applicationData"] for m in members if m["role"] == role)
    lines = stage.get(f"{path}/events?count=200")["events"]
    return data["status"], [e for e in lines if e.get("memberId") == data["memberId"]][-1]


@pytest.mark.parametrize("way", ["leave", "redirect"])
def test_agent_who_leaves_or_hands_over_has_left_c82(new_stage: NewStage, way: str) -> None:
    stage = new_stage()
    path = three_talk(stage)
    stage.twilio.phone(FOURTH).answers_after(1)
    if way == "leave":
        assert 200 == stage.request("POST", f"{path}/conference/leave", {}).status_code
    else:
        body = {"destination": FOURTH}
        assert 204 == stage.request("POST", f"{path}/redirect", body).status_code
    stage.pass_time(5)
    status, line = _gone(stage, path, "Agent")
    assert ("left", "MemberLeft", "Ann left") == (status, line["type"], line["message"])


def test_third_party_whom_the_agent_takes_out_was_removed_c82(new_stage: NewStage) -> None:
    stage = new_stage()
    path = three_talk(stage)
    assert (
        200
        == stage.request(
            "DELETE", f"{path}/conference/members/{sid_of(stage, 'Transfer')}"
        ).status_code
    )
    stage.pass_time(3)
    status, line = _gone(stage, path, "Transfer")
    assert ("removed", "MemberRemoved", stage.ann.id) == (status, line["type"], line["userId"])
    assert f"{THIRD} was removed by Ann" == line["message"]


def test_ringing_party_whom_the_agent_cancels_is_no_failed_call(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    stage.add()
    stage.pass_time(3)
    path = f"/sessions/{stage.session()['id']}"
    assert (
        200
        == stage.request(
            "DELETE", f"{path}/conference/members/{sid_of(stage, 'Transfer')}"
        ).status_code
    )
    stage.pass_time(3)
    status, line = _gone(stage, path, "Transfer")
    assert ("canceled", stage.ann.id) == (status, line["userId"])
    assert f"{THIRD} is not rung any more: Ann cancelled it" == line["message"]
