"""Numbers, names and texts of a call are erased some days after its end, and nothing brings them
back.
"""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from evovoice.domain.values import Role
from evovoice.services import administration
from evovoice.services.explaining.story import explain
from evovoice.services.log_verification import Verified, verify_all
from evovoice.services.worker import Worker
from evovoice.storage.tables import Base
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, OURS, THIRD, Stage

TALKED_OF = "Mr Gold asks for +1 303 555 0188"
DAY = timedelta(days=1)
DIRECTORY = {"accounts", "users", "numbers", "number_agents"}


def _talk(stage: Stage) -> str:
    """A conference with every text that people write, and its end; the session's id."""
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(5)
    session_id: str = stage.session()["id"]
    path = f"/sessions/{session_id}"
    assert 200 == stage.request("PATCH", path, {"consoleData": TALKED_OF}).status_code
    assert 200 == stage.request("POST", f"{path}/log", {"message": TALKED_OF}).status_code
    stage.end()
    stage.pass_time(5)
    return session_id


def _worked(stage: Stage, days: float) -> None:
    """So many days later the background has done its work."""
    stage.ahead += days * DAY
    Worker(stage.context).tick()


def _boss(stage: Stage) -> str:
    """The key of a manager."""
    boss = stage._user("Max", Role.MANAGER)
    return administration.add_key(stage.context.database, boss.id, stage.now()).key


def _stored(stage: Stage) -> str:
    """Every row of every table but those of the directory, as one text."""
    with stage.context.database.reading() as work:
        rows = [
            row._asdict()
            for one in Base.metadata.sorted_tables
            if one.name not in DIRECTORY
            for row in work.connection.execute(select(one))
        ]
    return json.dumps(rows, default=str)


def _listed(stage: Stage, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.get(f"/sessions?searchArchive=true{query}")["items"]
    return found


def _is_clean(stage: Stage) -> bool:
    stored = _stored(stage)
    return not any(secret in stored for secret in (CUSTOMER, THIRD, "Gold", "555 0188", THIRD[-7:]))


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    """The service keeps personal data for three days."""
    return new_stage(retention_days=3)


def test_session_keeps_what_is_counted_and_loses_who_it_was_c91(stage: Stage) -> None:
    session_id = _talk(stage)
    before = stage.get(f"/sessions/{session_id}")
    assert not _is_clean(stage)
    _worked(stage, 2.9)
    assert not _is_clean(stage)
    _worked(stage, 0.2)
    assert _is_clean(stage)
    after = stage.get(f"/sessions/{session_id}")
    gone = {"fromAddress", "callbackNumber", "consoleData"}
    assert gone == before.keys() - after.keys()
    assert "(erased)" == after["displayName"]
    changed = {"displayName", "members", "dateLastModified", "version"}
    kept = before.keys() - gone - changed
    assert {key: before[key] for key in kept} == {key: after[key] for key in kept}
    assert OURS == after["toAddress"]


def test_members_stay_with_times_and_outcomes_and_our_users_with_their_names_c91(
    stage: Stage,
) -> None:
    path = f"/sessions/{_talk(stage)}/conference/members?includeEnded=true"
    before = stage.get(path)["members"]
    _worked(stage, 3.1)
    after = stage.get(path)["members"]
    assert ["(erased)", "Ann", "(erased)"] == [member["displayName"] for member in after]
    assert ["", stage.ann.identity, ""] == [member["identity"] for member in after]
    for was, member in zip(before, after, strict=True):
        kept = was["applicationData"].keys() - {"destination"}
        assert kept == member["applicationData"].keys()
        assert was["callSid"] == member["callSid"]


def test_log_says_that_it_is_erased_and_keeps_its_lines_c91(stage: Stage) -> None:
    session_id = _talk(stage)
    before = stage.events()
    _worked(stage, 3.1)
    assert [*before, "PersonalDataErased"] == stage.events()
    lines = stage.get(f"/sessions/{session_id}/events?count=200")["events"]
    assert {"(erased)"} == {line["message"] for line in lines[:-1]}
    assert "Numbers, names and texts of this call are erased" == lines[-1]["message"]
    assert all({} == line["data"] for line in lines)


def test_nothing_is_erased_where_the_operator_does_not_say_so_c91(new_stage: NewStage) -> None:
    stage = new_stage()
    _talk(stage)
    _worked(stage, 4000)
    assert not _is_clean(stage)


def test_search_by_number_finds_nothing_and_lists_and_counts_go_on_c91(stage: Stage) -> None:
    session_id = _talk(stage)
    assert [session_id] == [one["id"] for one in _listed(stage, f"&from={CUSTOMER[-7:]}")]
    _worked(stage, 3.1)
    assert [] == _listed(stage, f"&from={CUSTOMER[-7:]}")
    assert [] == _listed(stage, "&log=Gold")
    assert [session_id] == [one["id"] for one in _listed(stage)]
    assert 1 == stage.get("/sessions")["totalCount"]


def test_late_and_repeated_reports_bring_nothing_back_c91(stage: Stage) -> None:
    _talk(stage)
    told = [delivery for delivery, _ in stage.answers]
    _worked(stage, 3.1)
    with stage.context.database.writing() as work:
        work.receipts.forget_before(stage.now() + DAY)
    answers = [stage._deliver(delivery) for delivery in told]
    assert {2} == {answer.status // 100 for answer in answers}
    stage.pass_time(90)
    assert _is_clean(stage)
    assert 1 == len(_listed(stage))
    assert [] == list(verify_all(stage.context.database, Verified()))


def test_users_write_nothing_more_into_an_erased_session_c91(stage: Stage) -> None:
    path = f"/sessions/{_talk(stage)}"
    _worked(stage, 3.1)
    for verb, where, body in (
        ("PATCH", path, {"consoleData": TALKED_OF}),
        ("POST", f"{path}/log", {"message": TALKED_OF}),
    ):
        answer = stage.request(verb, where, body)
        assert 409 == answer.status_code
        assert "PersonalDataErased" == answer.json["responseStatus"]["errorCode"]
    assert _is_clean(stage)


def test_other_process_serves_and_writes_nothing_of_what_it_remembers_c91(stage: Stage) -> None:
    """Each process keeps sessions as it last saw them."""
    session_id = _talk(stage)
    first, remembers = stage.context, stage.get(f"/sessions/{session_id}")
    assert CUSTOMER == remembers["fromAddress"]
    client = stage.client
    stage._open()
    _worked(stage, 3.1)
    second = stage.context
    stage.context, stage.client = first, client
    assert "fromAddress" not in stage.get(f"/sessions/{session_id}")
    late = [one for one, _ in stage.answers if one.url.endswith("/status")]
    for delivery in late:
        stage._deliver(delivery)
    assert _is_clean(stage)
    second.database.dispose()


def test_call_that_goes_on_is_not_erased_however_long_it_lasts_c91(stage: Stage) -> None:
    stage.bridge_in()
    _worked(stage, 5)
    assert CUSTOMER == stage.session()["fromAddress"]


def test_call_that_was_refused_is_erased_with_what_was_typed_c91(stage: Stage) -> None:
    stage.twilio.connect_device(stage.ann.identity, {"To": "+1 900 555 0142"})
    stage.pass_time(5)
    assert "555 0142" in _stored(stage)
    _worked(stage, 3.1)
    assert "555 0142" not in _stored(stage)
    assert "(erased)" == stage.session()["displayName"]
    assert "destination" not in stage.session()


def test_call_to_an_outside_party_is_erased_too_c91(stage: Stage) -> None:
    stage.bridge_out()
    stage.end()
    stage.pass_time(5)
    _worked(stage, 3.1)
    assert _is_clean(stage)
    session = stage.session()
    assert ("Ann", "(erased)", OURS) == (
        session["fromName"], session["answeredByName"], session["fromAddress"],
    )  # fmt: skip
    assert "toAddress" not in session


def test_call_between_our_users_keeps_who_they_were_c91(stage: Stage) -> None:
    stage.phone(stage.bob).answers_after(1)
    stage.twilio.connect_device(stage.ann.identity, {"To": "client:Bob"})
    stage.pass_time(4)
    stage.end()
    stage.pass_time(5)
    _worked(stage, 3.1)
    session = stage.session()
    assert ("Bob", stage.bob.identity) == (session["displayName"], session["toAddress"])
    assert "destination" not in session


def test_erased_session_is_deleted_like_any_other_c91(stage: Stage) -> None:
    _talk(stage)
    told = [delivery for delivery, _ in stage.answers]
    _worked(stage, 3.1)
    everything = f"/sessions?accountId={stage.account.id}&startDateTime=2000-01-01"
    assert 204 == stage.request("DELETE", everything, key=_boss(stage)).status_code
    assert [] == _listed(stage)
    for delivery in told:
        stage._deliver(delivery)
    assert [] == _listed(stage)


@pytest.mark.parametrize(("days", "told"), [(3, 1), (20, 0)])
def test_consoles_are_told_of_a_recent_session_and_not_of_the_archive_c91(
    new_stage: NewStage, days: int, told: int
) -> None:
    """Otherwise the first pass over years of calls would reach every console."""
    stage = new_stage(retention_days=days)
    _talk(stage)
    before = _changes(stage)
    stage.ahead += (days + 0.1) * DAY
    Worker(stage.context)._retention.run()
    assert "PersonalDataErased" in _stored(stage)
    assert told == _changes(stage) - before


def _changes(stage: Stage) -> int:
    """How many there are in the feed."""
    with stage.context.database.reading() as work:
        return len(work.connection.execute(select(Base.metadata.tables["feed"])).all())


def test_story_of_an_erased_call_is_told_without_names_c91(stage: Stage) -> None:
    session_id = _talk(stage)
    _worked(stage, 3.1)
    told = explain(stage.context.database, session_id, stage.now())
    text = "\n".join(sentence.text for sentence in told.sentences)
    assert "(erased)" in text
    assert "Numbers, names and texts of this call are erased" in text
    assert CUSTOMER[-7:] not in text
