"""What a manager sees of the carrier's books: the live legs of their account's sessions only."""

from typing import Any

import pytest

from evovoice.domain.values import Role
from evovoice.services import administration
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, OURS, THIRD, Stage


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    return new_stage()


def _key(stage: Stage, role: Role) -> str:
    user = stage._user(role.value, role)
    return administration.add_key(stage.context.database, user.id, stage.twilio.now()).key


def _calls(stage: Stage, key: str, query: str = "") -> list[dict[str, Any]]:
    response = stage.request("GET", f"/calls/active{query}", key=key)
    assert 200 == response.status_code, response.text
    found: list[dict[str, Any]] = response.json["calls"]
    return found


def _somebody_elses_call(stage: Stage) -> None:
    """Another program uses the same carrier account."""
    base = f"https://api.twilio.com/2010-04-01/Accounts/{stage.twilio.account_sid}"
    stage.twilio.http_client.request(
        "POST", f"{base}/Calls.json", auth=(stage.twilio.account_sid, stage.twilio.auth_token),
        data={"To": "+13125550177", "From": OURS, "Twiml": "<Response><Pause/></Response>"},
    )  # fmt: skip


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SYSTEM_ADMINISTRATOR])
def test_live_legs_of_the_account_are_shown_as_the_carrier_has_them(
    stage: Stage, role: Role
) -> None:
    key = _key(stage, role)
    customer = stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    _somebody_elses_call(stage)
    calls = _calls(stage, key)
    assert {m["callSid"] for m in stage.session()["members"]} == {one["sid"] for one in calls}
    (theirs,) = [one for one in calls if one["sid"] == customer]
    assert (CUSTOMER, OURS, "inbound", "in-progress") == tuple(
        theirs[name] for name in ("from", "to", "direction", "status")
    )
    assert theirs["startTime"].endswith("Z")
    assert stage.twilio.account_sid == theirs["accountSid"]
    assert "price" not in theirs
    assert any(one["to"] == THIRD for one in calls)


def test_call_that_is_over_is_not_active(stage: Stage) -> None:
    key = _key(stage, Role.MANAGER)
    stage.bridge_in()
    stage.end()
    stage.pass_time(3)
    before = stage.rest()
    assert [] == _calls(stage, key)
    assert before == stage.rest()


def test_other_accounts_are_seen_by_administrators_only_c45(stage: Stage) -> None:
    other = administration.add_account(stage.context.database, "Zeta", "GB")
    stage.bridge_in()
    ours, theirs = f"?accountId={stage.account.id}", f"?accountId={other.id}"
    manager, root = _key(stage, Role.MANAGER), _key(stage, Role.SYSTEM_ADMINISTRATOR)
    assert (2, 0) == (len(_calls(stage, manager, ours)), len(_calls(stage, manager, theirs)))
    assert (2, 0) == (len(_calls(stage, root, ours)), len(_calls(stage, root, theirs)))


def test_users_without_a_role_for_it_see_nothing(stage: Stage) -> None:
    stage.bridge_in()
    response = stage.request("GET", "/calls/active")
    assert (403, "Forbidden") == (
        response.status_code,
        response.json["responseStatus"]["errorCode"],
    )


def test_carrier_that_cannot_be_asked_is_told(stage: Stage) -> None:
    key = _key(stage, Role.MANAGER)
    stage.bridge_in()
    for kind, code in (
        ("connect-refused", "CarrierUnavailable"),
        ("too-many-requests", "CarrierBusy"),
    ):
        stage.twilio.fail_next("GET", "*/Calls.json", kind)
        response = stage.request("GET", "/calls/active", key=key)
        assert (503, code) == (response.status_code, response.json["responseStatus"]["errorCode"])
        assert response.headers["Retry-After"]


def test_active_calls_come_as_csv_with_a_line_for_each_c53(stage: Stage) -> None:
    key = _key(stage, Role.MANAGER)
    stage.bridge_in()
    response = stage.request("GET", "/calls/active.csv", key=key)
    head, *lines = response.text.splitlines()
    assert head.startswith("AccountSid,AnsweredBy,CallerName,DateCreated")
    assert 2 == len(lines)
