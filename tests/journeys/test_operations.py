"""The operations around the dial button, over HTTP, through the emulator and back."""

from typing import Any

import pytest

from tests.journeys.calls import sid_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD, Stage


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    """Three parties in a conference."""
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    return stage


def _path(stage: Stage, tail: str) -> str:
    return f"/sessions/{stage.session()['id']}{tail}"


def _did(stage: Stage, verb: str, tail: str, body: Any = None) -> Any:
    response = stage.request(verb, _path(stage, tail), body)
    assert 200 == response.status_code, response.text
    return response.json


def _states(session: dict[str, Any]) -> list[str]:
    return [m["callState"] for m in session["members"]]


def test_hold_tells_by_whom_and_why_and_resume_clears_it(stage: Stage) -> None:
    held = _did(stage, "POST", "/hold", {"reason": "Transferring"})
    assert ["Hold", "Connected", "Hold"] == _states(held)
    told = (held["callState"], held["heldByUserId"], held["holdReason"], held["holdQueueName"])
    assert ("Hold", stage.ann.id, "Transferring", f"hold-{held['id']}") == told
    resumed = _did(stage, "POST", "/resume")
    assert ("Connected", "None") == (resumed["callState"], resumed["holdReason"])
    assert "heldByUserId" not in resumed


def test_member_is_held_muted_and_coached_by_call_or_member_id(stage: Stage) -> None:
    third = stage.session()["members"][-1]
    for key in (third["callSid"], third["applicationData"]["memberId"]):
        session = _did(stage, "PATCH", f"/conference/members/{key}", {"hold": "TRUE", "mute": 1})
        assert ("Hold", True) == (_states(session)[-1], session["members"][-1]["muted"])
        session = _did(
            stage, "PATCH", f"/conference/members/{key}", {"hold": False, "muted": False}
        )
        assert ("Connected", False) == (_states(session)[-1], session["members"][-1]["muted"])
    coached = sid_of(stage, "Agent")
    path = f"/conference/members/{third['callSid']}"
    session = _did(stage, "PATCH", path, {"coaching": coached})
    assert coached == session["members"][-1]["applicationData"]["coaching"]


def test_party_is_removed_and_the_others_talk_on(stage: Stage) -> None:
    session = _did(stage, "DELETE", f"/conference/members/{sid_of(stage, 'Transfer')}")
    assert ["Connected", "Connected"] == _states(session)
    gone = _did(stage, "GET", "/conference/members?includeEnded=true")
    assert "removed" == gone["members"][-1]["applicationData"]["status"]
    assert 2 == len(_did(stage, "GET", "/conference/members")["members"])


def test_agent_leaves_and_finds_the_session_among_theirs(stage: Stage) -> None:
    session = _did(stage, "POST", "/conference/leave")
    stage.pass_time(2)
    assert "Passive" == stage.session()["callState"]
    mine = stage.get("/sessions/my")["sessions"]
    assert [session["id"]] == [one["id"] for one in mine]


@pytest.mark.parametrize(
    ("verb", "tail", "body", "status", "code"),
    [
        ("PATCH", "/conference/members/nobody", {"hold": True}, 404, "MemberNotFound"),
        ("DELETE", "/conference/members/nobody", None, 404, "MemberNotFound"),
        ("DELETE", "/conference/members/a%00b", None, 404, "MemberNotFound"),
        ("PATCH", "/conference/members/" + "x" * 300, {"hold": True}, 404, "MemberNotFound"),
        ("PATCH", "/conference/members/+1%20202%20555", {"hold": True}, 404, "MemberNotFound"),
        ("PATCH", "/conference/members/{third}", {"hold": "maybe"}, 400, "SerializationException"),
        ("POST", "/hold", {"reason": "Lunch"}, 400, "SerializationException"),
        ("PATCH", "", {"callState": "Ringing"}, 409, "StateNotWritable"),
        ("POST", "/redirect", {}, 400, "NotEmpty"),
    ],
)
def test_wish_that_cannot_be_gets_its_row_of_the_catalogue(
    stage: Stage, verb: str, tail: str, body: Any, status: int, code: str
) -> None:
    before, rest = stage.session(), stage.rest()
    third = before["members"][-1]["callSid"]
    response = stage.request(verb, _path(stage, tail.format(third=third)), body)
    assert (status, code) == (response.status_code, response.json["responseStatus"]["errorCode"])
    assert (before, rest) == (stage.session(), stage.rest())


def test_console_data_is_stored_from_body_or_query_in_any_case(stage: Stage) -> None:
    assert "a" == _did(stage, "PATCH", "?consoleData=a")["consoleData"]
    assert "b" == _did(stage, "PATCH", "", {"CONSOLEDATA": "b"})["consoleData"]


def test_redirect_answers_nothing_and_hands_the_call_over(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    response = stage.request("POST", _path(stage, "/redirect"), {"destination": THIRD})
    assert (204, "") == (response.status_code, response.text)
    stage.pass_time(6)
    assert "Passive" == stage.session()["callState"]
    assert ["Caller", "Transfer"] == [m["role"] for m in stage.session()["members"]]


def test_note_is_read_in_the_log(stage: Stage) -> None:
    _did(stage, "POST", "/log", {"message": "wants a refund"})
    events = stage.get(_path(stage, "/events?count=200"))["events"]
    assert ("Note", "wants a refund") == (events[-1]["type"], events[-1]["message"])


def test_hold_in_csv_as_the_published_client_sends_it(stage: Stage) -> None:
    """Another format through the whole house (C3, C48, C55)."""
    headers = {"Authorization": f"Bearer {stage.key}", "Content-Type": "text/csv"}
    body = f"SessionId,Reason\n{stage.session()['id']},Transferring\n"
    response = stage.client.post("/csv/reply/HoldSession", data=body, headers=headers)
    head, row, _ = response.text.split("\r\n")
    assert (200, "text/csv") == (response.status_code, response.headers["Content-Type"])
    assert head.startswith("DialState,CallState")
    assert row.startswith("Active,Hold")


@pytest.mark.parametrize("member", ["nobody", "a%00b"])
def test_unknown_session_comes_before_an_unknown_member(stage: Stage, member: str) -> None:
    """The first failing check of the catalogue wins, whatever the member's key looks like."""
    response = stage.request("DELETE", f"/sessions/s-none/conference/members/{member}")
    assert 404 == response.status_code
    assert "Session 's-none' was not found" == response.json["responseStatus"]["message"]


def test_unknown_member_comes_before_the_end_of_the_session(stage: Stage) -> None:
    agent = sid_of(stage, "Agent")
    stage.end()
    stage.pass_time(3)
    found = [
        stage.request("PATCH", _path(stage, f"/conference/members/{key}"), {"hold": True})
        for key in ("nobody", agent)
    ]
    assert ["MemberNotFound", "SessionEnded"] == [
        response.json["responseStatus"]["errorCode"] for response in found
    ]
