"""The database is away while the carrier asks what to do with a caller."""

from contextlib import ExitStack

import pytest
from sqlalchemy import text

from evovoice.carrier.port import SessionRef
from evovoice.domain.messages import Fact
from evovoice.domain.orders import Order
from evovoice.domain.values import Role
from evovoice.emulator.choices import Choices
from evovoice.emulator.state.messages import Delivery
from evovoice.services import administration
from tests.journeys.calls import path_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, FOURTH, OURS, THIRD, Stage
from tests.logged import lines_written

SWITCHES = [
    Choices(child_redirect_report=report, child_redirect_duration=duration)
    for report in ("completed", "answered")
    for duration in (False, True)
]


def _goes_away(stage: Stage, until: ExitStack) -> None:
    """The database, as soon as the carrier asks what follows the dial."""

    def go_away(delivery: Delivery) -> None:
        if delivery.kind == "action" and stage.meanwhile is not None:
            stage.meanwhile = None
            until.enter_context(stage.database_away())

    stage.meanwhile = go_away


def _answers(stage: Stage) -> list[tuple[int, str]]:
    return [(a.status, a.body) for d, a in stage.answers if d.kind == "action"]


def _gone(stage: Stage) -> None:
    assert [] == stage.living()
    assert stage.session()["ended"]


@pytest.mark.parametrize("choices", SWITCHES)
@pytest.mark.parametrize("way", ["in", "out"])
def test_conversion_without_the_database_brings_both_into_one_conference(
    new_stage: NewStage, way: str, choices: Choices
) -> None:
    """The name follows from the session, whatever the dial's end is called (S2)."""
    stage = new_stage(choices)
    stage.bridge_in() if way == "in" else stage.bridge_out()
    path = path_of(stage)
    with ExitStack() as until:
        _goes_away(stage, until)
        stage.request("POST", f"{path}/conference", {})
        stage.pass_time(20)
        assert [2] == [len(room.participants) for room in stage.twilio.conferences()]
    ((status, document),) = _answers(stage)
    assert 200 == status
    assert 'waitUrl=""' not in document
    stage.pass_time(15)
    assert stage.session()["conferenceSid"]
    assert 2 == len(stage.living())
    stage.twilio.phone(THIRD).answers_after(1)
    assert 200 == stage.add().status_code
    stage.pass_time(4)
    assert 3 == len(stage.living())


@pytest.mark.parametrize("way", ["in", "out"])
def test_whoever_is_alone_in_a_room_without_a_claim_is_hung_up_soon_after(
    new_stage: NewStage, way: str
) -> None:
    """The other had hung up; in doubt the one left got the room, and every report was lost."""
    stage = new_stage()
    stage.bridge_in() if way == "in" else stage.bridge_out()
    with stage.database_away():
        stage.twilio.hang_up(_dialled(stage))
        stage.pass_time(30)
        assert 1 == len(stage.living())
    stage.pass_time(15)
    _gone(stage)
    assert "Completed" == stage.session()["outcome"]


def _dialled(stage: Stage) -> str:
    sid: str = next(leg.sid for leg in stage.twilio.living_calls() if leg.parent_sid is not None)
    return sid


def test_report_of_the_other_that_comes_first_leaves_nobody_alone(new_stage: NewStage) -> None:
    """The session counts as ended by the time it hears that the caller is in the room."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.chaos("delay,seconds=31,kind=call-status,event=completed")
    with stage.database_away():
        stage.twilio.hang_up(_dialled(stage))
        stage.pass_time(30)
    stage.pass_time(15)
    _gone(stage)


def test_process_that_died_with_its_answer_leaves_the_caller_to_the_next_look(
    new_stage: NewStage,
) -> None:
    """Nothing but the carrier's lists tells that the caller is in the room."""
    stage = new_stage()
    stage.bridge_in()
    with stage.database_away():
        stage.twilio.hang_up(_dialled(stage))
        stage.pass_time(30)
    stage.crash()
    stage.pass_time(125)
    _gone(stage)


def test_dial_that_nobody_answered_is_asked_about_again(new_stage: NewStage) -> None:
    """It can be no conversion: the carrier repeats its question."""
    stage = new_stage()
    stage.ring_in(ann_answers_after=60)
    stage.phone(stage.ann).just_rings()
    with ExitStack() as until:
        _goes_away(stage, until)
        stage.pass_time(60)
    assert {503} == {status for status, _ in _answers(stage)}
    assert [] == stage.twilio.conferences()


def test_room_of_a_row_written_before_is_kept_and_brought_together(new_stage: NewStage) -> None:
    """Its name did not follow from the id: the caller is fetched from the other conference."""
    stage = new_stage()
    stage.bridge_in()
    path = path_of(stage)
    _rename_room(stage, "room-of-before")
    with ExitStack() as until:
        _goes_away(stage, until)
        stage.request("POST", f"{path}/conference", {})
        stage.pass_time(3)
        assert [1, 1] == [len(room.participants) for room in stage.twilio.conferences()]
    stage.pass_time(16)
    assert [2] == [len(r.participants) for r in stage.twilio.conferences() if r.participants]


def _rename_room(stage: Stage, name: str) -> None:
    """As if a program before had chosen the name."""
    with stage.context.database.writing() as work:
        work.connection.execute(_RENAME, {"name": name})


_RENAME = text("UPDATE call_sessions SET room_name = :name, version = version + 1")


@pytest.mark.parametrize("who", ["agent", "customer"])
def test_reports_that_were_lost_meanwhile_are_made_up_for_by_a_look(
    new_stage: NewStage, who: str
) -> None:
    """A talk that is a conference for long: the other hangs up while nobody can be told."""
    stage = new_stage()
    customer = stage.bridge_in()
    stage.request("POST", f"{path_of(stage)}/conference", {})
    stage.pass_time(30)
    with stage.database_away():
        stage.twilio.hang_up(_dialled(stage) if who == "agent" else customer)
        stage.pass_time(30)
        assert 1 == len(stage.living())
    stage.pass_time(15)
    _gone(stage)


def test_session_that_somebody_changes_right_after_the_outage_is_looked_at_too(
    new_stage: NewStage,
) -> None:
    """What was reported before that is lost all the same."""
    stage = new_stage()
    customer = stage.bridge_in()
    path = path_of(stage)
    stage.request("POST", f"{path}/conference", {})
    stage.pass_time(15)
    with stage.database_away():
        stage.twilio.hang_up(customer)
        stage.pass_time(10)
    stage.twilio.advance(0.1)
    assert 200 == stage.request("PATCH", path, {"consoleData": "a note"}).status_code
    stage.pass_time(10)
    _gone(stage)


def _goes_away_with_an_order(stage: Stage, until: ExitStack) -> None:
    """The database, once the carrier has taken the next order."""
    carrier = stage.context.carrier
    usual = carrier.carry_out

    def carry_out(order: Order, ref: SessionRef) -> tuple[Fact, ...]:
        facts = usual(order, ref)
        vars(carrier).pop("carry_out")
        until.enter_context(stage.database_away())
        return facts

    vars(carrier)["carry_out"] = carry_out


def test_add_that_is_stored_before_the_database_goes_away_is_no_error_and_rings_once_c77(
    new_stage: NewStage,
) -> None:
    """It is ordered: an error would say that it does not happen later."""
    stage = new_stage()
    stage.bridge_in()
    assert 200 == stage.request("POST", f"{path_of(stage)}/conference", {}).status_code
    stage.pass_time(2)
    stage.twilio.phone(THIRD).answers_after(10)
    with ExitStack() as until:
        _goes_away_with_an_order(stage, until)
        session = stage.session()
        mine = next(m["callSid"] for m in session["members"] if m["role"] == "Agent")
        body = {"callSid": mine, "destination": THIRD}
        response = stage.request("POST", f"/sessions/{session['id']}/conference/members", body)
    assert 200 == response.status_code
    assert ["Caller", "Agent", "Transfer"] == [m["role"] for m in response.json["members"]]
    stage.pass_time(60)
    assert 1 == len([r for r in stage.rest() if r.startswith("POST") and "Participants" in r])
    assert "Connected" == stage.state_of("Transfer")


COMMANDS = {
    "hold": ("POST", "hold", {}, 200),
    "hold by state": ("PATCH", "", {"callState": "Hold"}, 200),
    "hold one": ("PATCH", "conference/members/{third}", {"hold": True}, 200),
    "remove": ("DELETE", "conference/members/{third}", None, 200),
    "leave": ("POST", "conference/leave", {}, 200),
    "hand over": ("POST", "redirect", {"destination": FOURTH}, 204),
    "end": ("DELETE", "", None, 204),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_command_that_is_stored_before_the_database_goes_away_is_no_error_c77(
    new_stage: NewStage, name: str
) -> None:
    """As with an add: what is stored as ordered happens, whoever cannot read it back."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(3)
    third = next(m["callSid"] for m in stage.session()["members"] if m["role"] == "Transfer")
    method, below, body, status = COMMANDS[name]
    path = f"{path_of(stage)}/{below.format(third=third)}".rstrip("/")
    with ExitStack() as until:
        _goes_away_with_an_order(stage, until)
        response = stage.request(method, path, body)
    assert status == response.status_code, response.text


def test_placed_call_that_is_stored_before_the_database_goes_away_is_no_error_c77(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    boss = stage._user("Boss", Role.MANAGER)
    key = administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key
    with ExitStack() as until:
        _goes_away_with_an_order(stage, until)
        body = {"numberToDial": CUSTOMER}
        response = stage.request("POST", "/sessions/outgoing", body, key=key)
    assert 204 == response.status_code, response.text
    stage.pass_time(5)
    assert 1 == len([r for r in stage.rest() if r == "POST Calls"])


def test_each_request_that_the_database_fails_is_a_warning_with_its_id(
    new_stage: NewStage,
) -> None:
    """Nobody may be asking /readyz, and what has the error 503 is asked for by its request."""
    stage = new_stage()
    stage.bridge_in()
    path = path_of(stage)
    with lines_written() as lines, stage.database_away():
        call_sid = stage.twilio.place_call(FOURTH, OURS)
        stage.pass_time(5)
        response = stage.request("DELETE", path)
    assert 503 == response.status_code
    told = lines.records("evovoice.web.errors")
    assert {("warning", "The database is not ready")} == {
        (one["level"], one["event"]) for one in told
    }
    assert response.json["responseStatus"]["meta"]["requestId"] == told[-1]["request_id"]
    assert call_sid == told[0]["call_sid"]
    assert all("cannot be reached" in one["why"] for one in told)
