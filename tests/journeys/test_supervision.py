"""A manager listens to a live call, coaches one party and barges in (contract C102, C103)."""

from typing import Any

import pytest

from evovoice.domain.values import Role
from evovoice.services import administration
from evovoice.services.administration import AccountChanges
from tests.journeys.calls import path_of, refusal, sid_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import OURS, Stage


class _Floor:
    """A call that the customer has with Ann, and Eve, who manages Ann's account."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.eve = stage._user("Eve", Role.MANAGER)
        database = stage.context.database
        self.key = administration.add_key(database, self.eve.id, stage.twilio.now()).key
        stage.bridge_in()
        stage.phone(self.eve).answers_after(1)
        self.path = path_of(stage)
        self.ann_sid = sid_of(stage, "Agent")

    def supervise(self, mode: str, **body: Any) -> Any:
        """Eve asks for it; the raw answer."""
        path = f"{self.path}/supervisors"
        return self.stage.request("POST", path, {"mode": mode} | body, self.key)

    def seen(self, key: str | None = None) -> dict[str, Any]:
        """Eve's leg as somebody sees it; Ann, unless said otherwise."""
        found = self.stage.request("GET", self.path, key=key).json["members"]
        return next((m for m in found if m.get("endpointId") == self.eve.id), {})

    def at_carrier(self) -> tuple[bool, str | None]:
        """Whether Eve's leg is muted there, and whom it coaches."""
        (room,) = self.stage.twilio.conferences()
        leg = self.stage.twilio.leg_at(f"client:{self.eve.identity}")
        one = room.participants[leg.sid]
        return one.muted, one.coach if one.coaching else None


def test_manager_listens_unheard_from_the_first_moment_and_leaves_c102(new_stage: NewStage) -> None:
    """Complaint 18 of consoles: "monitor" was heard by all. The agent sees who listens."""
    floor = _Floor(stage := new_stage())
    live = stage.request("GET", "/sessions/live", key=floor.key).json["sessions"]
    assert [stage.session()["id"]] == [session["id"] for session in live]
    assert 200 == floor.supervise("Monitor").status_code
    stage.pass_time(4)
    eve = floor.seen()
    assert ("Transfer", "Connected", True) == (eve["role"], eve["callState"], eve["muted"])
    assert "monitor" == eve["applicationData"]["supervising"]
    assert (True, None) == floor.at_carrier()
    assert 200 == floor.supervise("Monitor").status_code  # rings nobody twice
    assert 3 == len(stage.session()["members"])
    left = stage.request("POST", f"{floor.path}/conference/leave", {}, floor.key)
    assert 200 == left.status_code
    stage.pass_time(2)
    assert ({}, "Connected") == (floor.seen(), stage.session()["callState"])


def test_request_with_a_key_is_one_and_the_audit_trail_tells_of_it_c81_c90(
    new_stage: NewStage,
) -> None:
    """The same again after Eve has left rings her no more; another request with the key is refused.
    Who listened to whom, when and until when is in the audit trail.
    """
    floor = _Floor(stage := new_stage())
    headers = {"Authorization": f"Bearer {floor.key}", "Idempotency-Key": "k1"}

    def monitor(mode: str = "Monitor") -> Any:
        path = f"{floor.path}/supervisors"
        answer = stage.client.post(path, json={"mode": mode}, headers=headers)
        stage._drain()
        return answer

    assert 200 == monitor().status_code
    stage.pass_time(4)
    floor.supervise("Coach")
    assert 200 == monitor().status_code
    assert "coach" == floor.seen()["applicationData"]["supervising"]
    stage.request("POST", f"{floor.path}/conference/leave", {}, floor.key)
    stage.pass_time(2)
    assert 200 == monitor().status_code
    stage.pass_time(4)
    assert {} == floor.seen()
    assert (409, "IdempotencyKeyReused") == refusal(monitor("Barge"))
    found = stage.request("GET", "/admin/audit?action=supervision", key=floor.key).json["entries"]
    assert [
        ("supervision.begun", floor.eve.id, "Monitor"),
        ("supervision.changed", floor.eve.id, "Coach"),
        ("supervision.ended", None, None),
    ] == [
        (one["action"], one.get("actorId"), one["details"].get("mode")) for one in reversed(found)
    ]
    assert {floor.eve.id} == {one["details"]["userId"] for one in found}


def test_manager_coaches_the_agent_and_barges_in_c102(new_stage: NewStage) -> None:
    """One who barges in is a party: the call goes on when the agent leaves."""
    floor = _Floor(stage := new_stage())
    assert 200 == floor.supervise("Coach").status_code
    stage.pass_time(4)
    eve = floor.seen()["applicationData"]
    assert ("coach", floor.ann_sid) == (eve["supervising"], eve["coaching"])
    assert (False, floor.ann_sid) == floor.at_carrier()
    floor.supervise("Monitor")
    assert (True, None) == floor.at_carrier()
    floor.supervise("Barge")
    assert (False, None) == floor.at_carrier()
    assert "supervising" not in floor.seen()["applicationData"]
    stage.request("POST", f"{floor.path}/conference/leave", {})
    stage.pass_time(2)
    assert 2 == len(stage.living())
    assert "Connected" == stage.session()["callState"]


@pytest.mark.parametrize("mode", ["Monitor", "Coach", "Barge"])
@pytest.mark.parametrize("after", [0, 0.6])  # seconds; her device rings for one
def test_manager_who_leaves_while_it_rings_takes_nobody_with_her_c102(
    new_stage: NewStage, mode: str, after: float
) -> None:
    """Who oversees the call may speak for the agent, but means her own device where that rings."""
    floor = _Floor(stage := new_stage())
    assert 200 == floor.supervise(mode).status_code
    stage.twilio.advance(after)
    left = stage.request("POST", f"{floor.path}/conference/leave", {}, floor.key)
    assert 200 == left.status_code
    stage.pass_time(20)
    session = stage.session()
    assert (False, {}) == (session["ended"], floor.seen(floor.key))
    assert [OURS, f"client:{stage.ann.identity}"] == stage.living()


def test_manager_whom_an_agent_adds_leaves_by_her_own_device_while_it_rings_c84(
    new_stage: NewStage,
) -> None:
    floor = _Floor(stage := new_stage())
    added = stage.request("POST", f"{floor.path}/conference/members", {"destination": floor.eve.id})
    assert 200 == added.status_code
    left = stage.request("POST", f"{floor.path}/conference/leave", {}, floor.key)
    assert 200 == left.status_code
    stage.pass_time(20)
    assert [OURS, f"client:{stage.ann.identity}"] == stage.living()


def test_coaching_ends_when_the_coached_agent_leaves_and_with_it_the_call_c102(
    new_stage: NewStage,
) -> None:
    """A leg that only supervises keeps no call going (E2)."""
    floor = _Floor(stage := new_stage())
    floor.supervise("Coach", callSid=floor.ann_sid)
    stage.pass_time(4)
    stage.twilio.hang_up(floor.ann_sid)
    stage.pass_time(3)
    session = stage.session()
    assert (True, "Completed") == (session["ended"], session["outcome"])
    assert [] == stage.living()


def test_account_may_hide_from_agents_who_listens_c103(new_stage: NewStage) -> None:
    floor = _Floor(stage := new_stage())
    database, account = stage.context.database, stage.account.id
    administration.set_account(database, account, AccountChanges(hides_supervisors=True))
    floor.supervise("Monitor")
    stage.pass_time(4)
    assert {} == floor.seen()
    assert "monitor" == floor.seen(floor.key)["applicationData"]["supervising"]
    members = stage.get(f"{floor.path}/conference/members?includeEnded=true")["members"]
    assert floor.eve.id not in [m.get("endpointId") for m in members]
    told = str(stage.get(f"{floor.path}/events?count=200"))
    told += str(stage.get(f"/sessions?specificIds={stage.session()['id']}"))
    assert "The call is a conference" in told
    assert floor.eve.name not in told
    assert floor.eve.id not in told
    named = stage.request(
        "DELETE", f"{floor.path}/conference/members/{floor.seen(floor.key)['callSid']}"
    )
    assert (404, "MemberNotFound") == refusal(named)


def test_agents_neither_supervise_nor_take_a_supervisor_out_c102(new_stage: NewStage) -> None:
    floor = _Floor(stage := new_stage())
    floor.supervise("Monitor")
    stage.pass_time(4)
    own = stage.request("POST", f"{floor.path}/supervisors", {"mode": "Monitor"})
    assert (403, "Forbidden") == refusal(own)
    member = f"{floor.path}/conference/members/{floor.seen()['callSid']}"
    assert (403, "NotYourCall") == refusal(stage.request("DELETE", member))
    assert (403, "NotYourCall") == refusal(stage.request("PATCH", member, {"muted": False}))
    patched = stage.request("PATCH", member, {"muted": False}, floor.key)
    assert (409, "OnlySupervises") == refusal(patched)
