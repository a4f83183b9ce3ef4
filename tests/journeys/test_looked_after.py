"""What is changed of people and numbers while they talk: calls that are up go on."""

from evovoice.services import administration
from evovoice.services.administration import UserChanges
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, OURS, THIRD


def test_removed_number_ends_no_call_and_takes_no_new_one_c93(new_stage: NewStage) -> None:
    """The call that is up is led on with the number that it has: somebody is added."""
    stage = new_stage()
    stage.bridge_in()
    administration.remove_number(stage.context.database, OURS)
    stage.twilio.phone(THIRD).answers_after(1)
    answer = stage.add()
    assert 200 == answer.status_code, answer.text
    stage.pass_time(5)
    assert 3 == len(stage.living())
    before = len(stage.answers)
    stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(15)
    assert "not in service" in stage.answers[before][1].body
    assert 3 == len(stage.living())


def test_new_name_is_shown_in_the_next_call_and_not_in_this_c92(new_stage: NewStage) -> None:
    """The device has the same identity, so the call stays theirs."""
    stage = new_stage()
    stage.bridge_in()
    database, now = stage.context.database, stage.now()
    administration.set_user(database, stage.ann.id, UserChanges(name="Ann Lee"), now)
    (shown,) = [one for one in stage.session()["members"] if one.get("endpointId") == stage.ann.id]
    assert stage.ann.name == shown["displayName"]
    assert 200 == stage.request("POST", f"/sessions/{stage.session()['id']}/hold").status_code
    with database.reading() as work:
        found = work.directory.find_user(stage.account.id, "ann lee")
    assert found is not None
    assert stage.ann.identity == found.identity


def test_deleted_agent_is_dropped_from_no_conversation_c92(new_stage: NewStage) -> None:
    """It goes on, theirs to command no more, and the records keep their name."""
    stage = new_stage()
    stage.bridge_in()
    shown = stage.session()
    administration.delete_user(stage.context.database, stage.ann.id, stage.now())
    stage.pass_time(30)
    assert 2 == len(stage.living())
    path = f"/sessions/{shown['id']}"
    assert 401 == stage.request("POST", f"{path}/hold").status_code
    with stage.context.database.reading() as work:
        session = work.sessions.get(shown["id"], None)
    assert session is not None
    assert stage.ann.name in {member.display_name for member in session.members}
