"""A row that another version wrote and this one cannot read stops nobody but its own session."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from evovoice.storage.tables import CallSessionRow, ChangeRow, MemberRow, OrderRow, table
from tests.journeys.conftest import NewStage
from tests.journeys.stage import OURS, THIRD, Stage

_SESSIONS, _MEMBERS = table(CallSessionRow).c, table(MemberRow).c


def _write(stage: Stage, row: Any, values: dict[str, Any], session_id: str) -> None:
    """As a program of another version would; a new version of the session, so that it is read."""
    own = row.__table__.c.session_id == session_id
    sessions = table(CallSessionRow)
    with stage.context.database.writing() as work:
        work.connection.execute(update(table(row)).where(own).values(values))
        newer = update(sessions).where(sessions.c.id == session_id)
        work.connection.execute(newer.values(version=sessions.c.version + 1))


def _two_calls(stage: Stage) -> tuple[str, str]:
    """The session of a call that another version goes on with, and that of a plain one."""
    stage.bridge_in()
    strange = str(stage.session()["id"])
    stage.phone(stage.ann).answers_after(1)
    stage.twilio.place_call(THIRD, OURS)
    stage.pass_time(3)
    with stage.context.database.reading() as work:
        ids = [row.id for row in work.connection.execute(text("SELECT id FROM call_sessions"))]
    ids.remove(strange)
    return strange, ids[0]


def _next_check(stage: Stage, session_id: str) -> Any:
    with stage.context.database.reading() as work:
        query = table(CallSessionRow).select().where(_SESSIONS.id == session_id)
        return work.connection.execute(query).one().next_check


def test_check_of_unreadable_session_is_put_off_by_an_hour_and_others_are_checked(
    new_stage: NewStage, caplog: pytest.LogCaptureFixture
) -> None:
    stage = new_stage()
    strange, plain = _two_calls(stage)
    _write(stage, MemberRow, {"role": "Hologram"}, strange)
    stage.twilio.chaos("lose")
    stage.twilio.hang_up(next(leg.sid for leg in stage.twilio.living_calls() if leg.from_ == THIRD))
    stage.pass_time(130)
    assert stage.get(f"/sessions/{plain}")["ended"]
    assert _next_check(stage, strange) > stage.twilio.now() + timedelta(minutes=55)
    lines = [r.message for r in caplog.records if "asked about in an hour" in r.message]
    assert 1 == len(lines)
    assert strange in lines[0]


def test_unreadable_session_is_left_out_of_lists(new_stage: NewStage) -> None:
    """Its own address is an error; the others are listed as usual."""
    stage = new_stage()
    strange, plain = _two_calls(stage)
    _write(stage, MemberRow, {"leg_progress": "TELEPORTED"}, strange)
    assert [plain] == [one["id"] for one in stage.get("/sessions/active")["sessions"]]
    assert [plain] == [one["id"] for one in stage.get("/sessions")["items"]]


def test_order_of_unreadable_session_is_put_off_and_closed_after_minutes(
    new_stage: NewStage, caplog: pytest.LogCaptureFixture
) -> None:
    """Once a minute one line tells of it; others go on."""
    stage = new_stage()
    strange, plain = _two_calls(stage)
    stage.twilio.fail_next("POST", "*", "connect-refused", count=2)
    for session_id in (strange, plain):
        assert 204 == stage.request("DELETE", f"/sessions/{session_id}").status_code
    _write(stage, MemberRow, {"role": "Hologram"}, strange)
    stage.pass_time(5)
    assert stage.get(f"/sessions/{plain}")["ended"]
    assert [None] == _results(stage, strange)
    stage.pass_time(640)
    assert ["Unreadable"] == _results(stage, strange)
    lines = [r.message for r in caplog.records if "is put off" in r.message]
    assert 5 <= len(lines) <= 12


def _results(stage: Stage, session_id: str) -> list[str | None]:
    orders = table(OrderRow)
    with stage.context.database.reading() as work:
        query = orders.select().where(orders.c.session_id == session_id)
        return [row.result for row in work.connection.execute(query)]


@pytest.mark.parametrize("told", [[["Telepathy", None]], ["SessionHeld"], 7])
def test_change_of_another_version_stops_no_stream(new_stage: NewStage, told: Any) -> None:
    """It tells nothing here, and what follows is told."""
    stage = new_stage()
    strange, _ = _two_calls(stage)
    _write(stage, ChangeRow, {"notifications": told}, strange)
    with stage.context.database.writing() as work:
        work.feed.number()
    with stage.context.database.reading() as work:
        changes = work.feed.after(0, 10**9, 100)
    assert {()} == {one.notifications for one in changes if one.session_id == strange}
    assert any(one.notifications for one in changes if one.session_id != strange)
