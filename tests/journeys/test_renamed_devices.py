"""The upgrade renames agents' devices; calls and access tokens from before go on working."""

from dataclasses import replace

import pytest
from alembic import command
from sqlalchemy import text

from evovoice.domain.values import User
from evovoice.emulator.choices import Choices
from evovoice.storage.database.engine import engine_for
from evovoice.storage.migrations.upgrade import _config, upgrade
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, OURS, Stage

SERVED = Choices(other_identities="served")
_SET_IDENTITY = text("UPDATE users SET identity = :identity WHERE id = :id")


def _from_before(stage: Stage, user: User) -> User:
    """The user as an older program has stored them, with the identity it gave them."""
    former = replace(user, identity=user.identity.replace("_", "-"))
    with stage.context.database.writing() as work:
        values = {"identity": former.identity, "id": user.id}
        work.connection.execute(_SET_IDENTITY, values)
    return former


def _upgrade(stage: Stage) -> None:
    """The migration runs while the service does."""
    url = stage.settings.database_url
    engine = engine_for(url)
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
    engine.dispose()
    upgrade(url)


@pytest.mark.parametrize("choices", [Choices(), SERVED], ids=["refused", "served"])
def test_renamed_agent_is_called_and_makes_a_conference(
    new_stage: NewStage, choices: Choices
) -> None:
    stage = new_stage(choices)
    _from_before(stage, stage.ann)
    _upgrade(stage)
    stage.bridge_in()
    assert 200 == stage.add().status_code
    stage.pass_time(5)
    assert [stage.ann.identity, "Connected"] == [
        stage.session()["members"][1][name] for name in ("identity", "callState")
    ]
    assert [] == list(stage.twilio.alerts)


@pytest.mark.parametrize("choices", [Choices(), SERVED], ids=["refused", "served"])
def test_renamed_agent_calls_under_the_new_identity(new_stage: NewStage, choices: Choices) -> None:
    stage = new_stage(choices)
    _from_before(stage, stage.ann)
    _upgrade(stage)
    stage.bridge_out()
    session = stage.session()
    assert (stage.ann.id, "Connected") == (session["endpointId"], session["callState"])


def test_device_with_an_access_token_from_before_is_still_its_agents(new_stage: NewStage) -> None:
    """Until the token ends; the call is the agent's in everything."""
    stage = new_stage(SERVED)
    former = _from_before(stage, stage.ann)
    _upgrade(stage)
    stage.twilio.phone(CUSTOMER).answers_after(1)
    stage.twilio.connect_device(former.identity, {"To": CUSTOMER})
    stage.pass_time(4)
    session = stage.session()
    assert (stage.ann.id, "Connected") == (session["endpointId"], session["callState"])
    assert 200 == stage.add().status_code
    stage.pass_time(5)
    assert 3 == len([m for m in stage.session()["members"] if m["callState"] == "Connected"])


def test_conversation_goes_on_over_the_upgrade(new_stage: NewStage) -> None:
    """The agent was rung under the former identity; the carrier has the call under it."""
    stage = new_stage(SERVED)
    former = _from_before(stage, stage.ann)
    stage.phone(former).answers_after(1)
    stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(4)
    _upgrade(stage)
    assert 200 == stage.add().status_code
    stage.pass_time(5)
    agent = stage.session()["members"][1]
    assert (former.identity, stage.ann.id, "Connected") == (
        agent["identity"], agent["endpointId"], agent["callState"],
    )  # fmt: skip
    assert 3 == len(stage.add(stage.ann.id).json["members"])  # Ann is there and not rung again
    stage.end()
    stage.pass_time(2)
    assert (True, []) == (stage.session()["ended"], stage.living())


@pytest.mark.parametrize("typed", ["client:bob-1", "bob-1", "client:bob_1"])
def test_colleague_is_found_by_the_former_name_and_rung_by_the_new(
    new_stage: NewStage, typed: str
) -> None:
    stage = new_stage()
    _from_before(stage, stage.bob)
    _upgrade(stage)
    stage.bridge_in()
    stage.phone(stage.bob).answers_after(1)
    member = stage.add(typed).json["members"][-1]
    assert (stage.bob.identity, stage.bob.id) == (member["identity"], member["endpointId"])
    stage.pass_time(5)
    assert "Connected" == stage.session()["members"][-1]["callState"]
