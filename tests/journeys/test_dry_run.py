"""`dryRun=true` on an add tells what would happen, and nothing happens (C107)."""

from typing import Any

from tests.journeys.conftest import NewStage
from tests.journeys.stage import FOURTH, THIRD, Stage

_MORE_THAN_A_MINUTE_ALLOWS = 21


def _tried(stage: Stage, destination: str = THIRD, **body: Any) -> Any:
    return stage.add(destination, dryRun=True, **body)


def _record(stage: Stage) -> tuple[Any, list[str], list[Any]]:
    return stage.session(), stage.events(), stage.living()


def test_dry_run_tells_whom_the_add_would_ring_and_changes_nothing_c107(
    new_stage: NewStage,
) -> None:
    """Not the session, not its version, not its log; nobody is called, and no rate is used up."""
    stage = new_stage()
    stage.bridge_in()
    before = _record(stage)
    for _ in range(_MORE_THAN_A_MINUTE_ALLOWS):
        answer = _tried(stage)
    stage.pass_time(20)
    assert 200 == answer.status_code
    told = answer.json.pop("dryRun")
    assert {
        "destination": THIRD, "displayName": THIRD, "country": "US", "conference": "needed",
        "membersLeft": "7", "pendingLeft": "2", "queued": "0", "carrier": "available",
    } == {key: value for key, value in told.items() if key != "fromNumber"}  # fmt: skip
    assert before[0]["toAddress"] == told["fromNumber"]
    assert before[0]["version"] == answer.json["version"]
    after = _record(stage)
    assert (before[0]["members"], *before[1:]) == (after[0]["members"], *after[1:])
    real = stage.add().json
    assert "dryRun" not in real
    assert told["destination"] == real["members"][-1]["identity"]


def test_dry_run_knows_who_is_in_the_call_and_what_would_be_refused_c107(
    new_stage: NewStage,
) -> None:
    """A refusal is the one that the add itself would be answered with."""
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    stage.pass_time(10)
    third = stage.session()["members"][-1]["applicationData"]["memberId"]
    told = _tried(stage).json["dryRun"]
    assert (third, "open") == (told["alreadyInCall"], told["conference"])
    for destination, body in (
        ("555-0176", {}),
        ("911", {}),
        (FOURTH, {"fromNumber": "+12025550199"}),
    ):
        tried, added = _tried(stage, destination, **body), stage.add(destination, **body)
        assert tried.status_code == added.status_code
        assert tried.status_code >= 400
        statuses = [answer.json["responseStatus"] for answer in (tried, added)]
        assert statuses[0]["errorCode"] == statuses[1]["errorCode"]
        assert statuses[0]["message"] == statuses[1]["message"]
