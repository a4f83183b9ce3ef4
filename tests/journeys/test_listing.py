"""Real calls in lists: while they ring and talk, when they are over, and when they are deleted."""

from typing import Any

from evovoice.domain.values import Role
from evovoice.services import administration
from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD, Stage


def _listed(stage: Stage, query: str = "") -> list[dict[str, Any]]:
    page = stage.get(f"/sessions?{query}")
    assert len(page["items"]) == page["totalCount"]
    items: list[dict[str, Any]] = page["items"]
    return items


def _shown(stage: Stage) -> list[tuple[str, str, Any]]:
    """The one call, by every value it can be found by, and as it is shown."""
    (item,) = _listed(stage)
    assert [item] == _listed(stage, f"from={item['fromAddress'][2:]}&to=4155")
    assert [item] == _listed(stage, f"endpointIds={stage.ann.id}&sortField=callState")
    assert [item] == _listed(stage, f"specificIds={item['id']}")
    session = stage.session()
    del session["allowed"]  # of answers about one session alone
    assert {**item, "log": []} == session
    return [(item["callState"], item["dialState"], item.get("outcome"))]


def test_call_is_listed_as_it_goes_c46_c47(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    assert [("Connected", "Active", None)] == _shown(stage)
    stage.add()
    stage.pass_time(5)
    (item,) = _listed(stage, "log=conference")
    assert ["Caller", "Agent", "Transfer"] == [member["role"] for member in item["members"]]
    stage.end()
    stage.pass_time(2)
    assert [("Disconnected", "None", "Completed")] == _shown(stage)
    events = stage.get(f"/sessions/{item['id']}/events?count=200")["events"]
    told = [{"date": event["date"], "message": event["message"]} for event in events]
    assert told == _listed(stage)[0]["log"]
    assert "The call is a conference" in [line["message"] for line in told]


def test_deleting_spares_the_call_that_goes_on(new_stage: NewStage) -> None:
    """The manager deletes all there is; the call talks on, and takes another party in."""
    stage = new_stage()
    stage.bridge_in()
    boss = stage._user("Max", Role.MANAGER)
    key = administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key
    everything = f"/sessions?accountId={stage.account.id}&startDateTime=2000-01-01"
    assert 204 == stage.request("DELETE", everything, key=key).status_code
    stage.add()
    stage.pass_time(5)
    assert THIRD in stage.living()
    assert 1 == len(_listed(stage))
    stage.end()
    stage.pass_time(2)
    assert 204 == stage.request("DELETE", everything, key=key).status_code
    assert [] == _listed(stage, "searchArchive=true")
    stage.pass_time(300)  # late reports of a call that is no more, and the worker's looks
    assert [] == _listed(stage, "searchArchive=true")
