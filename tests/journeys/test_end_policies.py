"""A call ends by the policy of its account or its own, whoever is on hold (C105)."""

from evovoice.domain.states import EndPolicy
from evovoice.services import administration
from evovoice.services.administration import AccountChanges
from tests.journeys.calls import three_talk
from tests.journeys.conftest import NewStage


def test_last_agent_of_an_account_with_that_policy_ends_it_for_held_parties_c105(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    changes = AccountChanges(end_policy=EndPolicy.LAST_AGENT)
    administration.set_account(stage.context.database, stage.account.id, changes)
    path = three_talk(stage)
    assert "last_agent" == stage.session()["endPolicy"]
    assert 200 == stage.request("POST", f"{path}/hold", {}).status_code
    assert 200 == stage.request("POST", f"{path}/conference/leave", {}).status_code
    stage.pass_time(6)
    assert stage.session()["ended"]
    assert [] == stage.living()


def test_policy_set_during_a_call_keeps_one_who_is_alone_until_it_is_set_again_c105(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    path = three_talk(stage)
    assert 200 == stage.request("POST", f"{path}/endPolicy", {"endPolicy": "nobody"}).status_code
    for role in ("Caller", "Transfer"):
        sid = next(m["callSid"] for m in stage.session()["members"] if m["role"] == role)
        stage.request("DELETE", f"{path}/conference/members/{sid}")
    stage.pass_time(6)
    assert ["Agent"] == [m["role"] for m in stage.session()["members"]]
    answer = stage.request("POST", f"{path}/endPolicy", {"endPolicy": "two_left"})
    assert 200 == answer.status_code
    stage.pass_time(6)
    assert stage.session()["ended"]
    assert [] == stage.living()
