"""Reports of the carrier that never come: what is shown is so within a minute all the same."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from twilio.rest import Client

from evovoice.emulator.state.leg import Leg
from evovoice.services import administration
from tests.journeys.calls import three_talk
from tests.journeys.conftest import NewStage
from tests.journeys.stage import BASE, CUSTOMER, THIRD, TOKEN, Stage

GROUP = "+14155550177"
LOST = "lose,kind=conference-status,event="


def _member(stage: Stage, role: str) -> dict[str, Any]:
    found: dict[str, Any] = next(m for m in stage.session()["members"] if m["role"] == role)
    return found


def _leg_in_room(stage: Stage, role: str) -> Any:
    """How the carrier itself has that member in the conference."""
    (room,) = stage.twilio.conferences()
    return room.participants[_member(stage, role)["callSid"]]


def _patch(stage: Stage, role: str, **wish: object) -> float:
    """Ann changes how that member takes part; how many seconds she waited for the answer."""
    path = f"/sessions/{stage.session()['id']}/conference/members/{_member(stage, role)['callSid']}"
    began = stage.twilio.now()
    response = stage.request("PATCH", path, wish)
    assert 200 == response.status_code, response.text
    return (stage.twilio.now() - began).total_seconds()


def _seen_within(stage: Stage, seconds: float, is_so: Callable[[], bool]) -> bool:
    for _ in range(round(seconds)):
        if is_so():
            return True
        stage.pass_time(1)
    return is_so()


# --- changes of a participant ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "wish", "read"),
    [
        ("participant-hold", {"hold": True}, lambda p: p.hold),
        ("participant-mute", {"muted": True}, lambda p: p.muted),
        ("participant-modify", {"coaching": "Agent"}, lambda p: p.coaching),
    ],
)
def test_change_whose_report_is_lost_is_shown_at_once_by_its_answer(
    new_stage: NewStage, event: str, wish: dict[str, object], read: Callable[[Any], bool]
) -> None:
    """The answer to an order is a report too (twilio-voice 10.1), so nobody waits for the other."""
    stage = new_stage()
    three_talk(stage)
    stage.pass_time(5)
    stage.twilio.chaos(f"{LOST}{event}", f"{LOST}participant-un*")
    if "coaching" in wish:
        wish = {"coaching": _member(stage, "Agent")["callSid"]}
    assert _patch(stage, "Transfer", **wish) < 1
    shown = _shown(stage)
    assert True is read(_leg_in_room(stage, "Transfer")) is shown[event]
    off: dict[str, object] = {key: "" if key == "coaching" else False for key in wish}
    assert _patch(stage, "Transfer", **off) < 1
    assert False is read(_leg_in_room(stage, "Transfer")) is _shown(stage)[event]
    stage.pass_time(130)
    assert False is read(_leg_in_room(stage, "Transfer")) is _shown(stage)[event]
    assert not stage.session()["stale"]


def _shown(stage: Stage) -> dict[str, bool]:
    third = _member(stage, "Transfer")
    return {
        "participant-hold": third["callState"] == "Hold",
        "participant-mute": third["muted"],
        "participant-modify": "coaching" in third["applicationData"],
    }


def test_resume_whose_answer_and_report_are_lost_is_not_given_again_and_a_hold_holds(
    new_stage: NewStage,
) -> None:
    """Given again it would be refused (R39), and the wish be taken back: the next hold would
    order nothing, and the customer hear the agents talk.
    """
    stage = new_stage()
    path = three_talk(stage)
    assert 200 == stage.request("POST", f"{path}/hold", {}).status_code
    stage.pass_time(5)
    stage.twilio.chaos(f"{LOST}participant-*hold")
    customer = _member(stage, "Caller")["callSid"]
    stage.twilio.fail_next("POST", f"*/Participants/{customer}.json", "timeout-after")
    assert 200 == stage.request("POST", f"{path}/resume", {}).status_code
    assert not _leg_in_room(stage, "Caller").hold
    assert "Connected" == _member(stage, "Caller")["callState"]
    assert 200 == stage.request("POST", f"{path}/hold", {}).status_code
    assert _leg_in_room(stage, "Caller").hold
    assert "Hold" == _member(stage, "Caller")["callState"]


def test_change_that_others_make_at_the_carrier_is_shown_and_the_next_wish_ordered(
    new_stage: NewStage,
) -> None:
    """Somebody releases the customer in the carrier's console, and no report tells it."""
    stage = new_stage()
    three_talk(stage)
    _patch(stage, "Caller", hold=True)
    stage.twilio.chaos("lose")
    _leg_in_room(stage, "Caller").hold = False
    assert _seen_within(stage, 60, lambda: "Connected" == _member(stage, "Caller")["callState"])
    _patch(stage, "Caller", hold=True)
    assert _leg_in_room(stage, "Caller").hold


@pytest.mark.parametrize("ahead", [-5, 5])
def test_clock_of_ours_that_is_wrong_by_five_seconds_decides_nothing(
    new_stage: NewStage, ahead: float
) -> None:
    """Events and answers have the carrier's time, so an older look never beats a newer report."""
    stage = new_stage()
    three_talk(stage)
    stage.ahead = timedelta(seconds=ahead)
    stage.pass_time(60)
    for held in (True, False, True):
        stage.pass_time(3)
        _patch(stage, "Transfer", hold=held)
        stage.pass_time(0.5)
        assert held is _leg_in_room(stage, "Transfer").hold is _shown(stage)["participant-hold"]
    stage.twilio.chaos("lose,kind=conference-status")
    for held in (False, True, False):
        assert _patch(stage, "Transfer", hold=held) < 1
        assert held is _leg_in_room(stage, "Transfer").hold is _shown(stage)["participant-hold"]
        stage.pass_time(20)
        assert held is _leg_in_room(stage, "Transfer").hold is _shown(stage)["participant-hold"]


# --- who is in the conference ---------------------------------------------------------------------


def test_party_whose_join_is_lost_is_looked_for_and_held_with_the_others(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.request("POST", f"/sessions/{stage.session()['id']}/conference", {})
    stage.pass_time(3)
    stage.twilio.chaos(f"{LOST}participant-join")
    stage.add()
    stage.pass_time(4)
    assert "Connected" == stage.state_of("Transfer")
    path = f"/sessions/{stage.session()['id']}"
    assert 200 == stage.request("POST", f"{path}/hold", {}).status_code
    assert _seen_within(stage, 10, lambda: _leg_in_room(stage, "Transfer").hold)
    stage.pass_time(1)
    assert "Hold" == stage.state_of("Transfer")


def test_conference_that_reports_nothing_is_asked_about(new_stage: NewStage) -> None:
    """Neither its start nor anybody in it was told."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.twilio.chaos("lose,kind=conference-status")
    stage.add()
    assert _seen_within(stage, 15, lambda: "Connected" == stage.state_of("Transfer"))
    assert _patch(stage, "Caller", hold=True) < 1
    assert _leg_in_room(stage, "Caller").hold
    stage.twilio.hang_up(stage.twilio.leg_at(THIRD).sid)
    assert _seen_within(stage, 60, lambda: None is stage.state_of("Transfer"))


def test_party_that_left_unreported_is_missed_within_a_minute(new_stage: NewStage) -> None:
    """Neither the conference nor the call told it; the others talk on."""
    stage = new_stage()
    three_talk(stage)
    stage.twilio.chaos("lose")
    stage.twilio.hang_up(_member(stage, "Transfer")["callSid"])
    assert _seen_within(stage, 60, lambda: None is stage.state_of("Transfer"))
    assert ["Connected", "Connected"] == [stage.state_of(role) for role in ("Caller", "Agent")]


def test_call_that_was_taken_out_of_the_conference_is_not_shown_as_held(
    new_stage: NewStage,
) -> None:
    """Somebody gives the held party another document in the carrier's console; they live on."""
    stage = new_stage()
    three_talk(stage)
    _patch(stage, "Transfer", hold=True)
    sid = _member(stage, "Transfer")["callSid"]
    stage.twilio.chaos("lose,kind=conference-status")
    client = Client(stage.twilio.account_sid, TOKEN, http_client=stage.twilio.http_client)
    client.calls(sid).update(twiml="<Response><Pause length='600'/></Response>")
    assert _seen_within(stage, 60, lambda: "Connected" == stage.state_of("Transfer"))
    assert 3 == len(stage.living())


# --- several devices ------------------------------------------------------------------------------


def _answered_group(stage: Stage) -> None:
    """A number rings Ann and Bob; Ann answers, and the report that Bob's device is over is lost."""
    database = stage.context.database
    administration.add_number(database, stage.account.id, GROUP, [stage.ann.id, stage.bob.id])
    status = f"{BASE}/twilio/voice/status"
    stage.twilio.add_number(GROUP, f"{BASE}/twilio/voice/incoming", status_callback=status)
    for user in (stage.ann, stage.bob):
        stage.phone(user).just_rings()
    stage.twilio.place_call(CUSTOMER, GROUP)
    stage.pass_time(2)
    stage.twilio.chaos("lose,kind=call-status,event=canceled")
    stage.twilio.answer(stage.twilio.leg_at(f"client:{stage.ann.identity}").sid)
    stage.pass_time(1)


def test_colleague_rings_no_more_once_somebody_has_answered(new_stage: NewStage) -> None:
    """Of several devices that a dial rings the others are over then (R57)."""
    stage = new_stage()
    _answered_group(stage)
    session = stage.session()
    assert ["Caller", "Agent"] == [m["role"] for m in session["members"]]
    assert stage.ann.id == session["members"][1]["endpointId"]
    bob = administration.add_key(stage.context.database, stage.bob.id, stage.twilio.now()).key
    assert [] == stage.request("GET", "/sessions/active", key=bob).json["sessions"]
    ended = stage.get(f"/sessions/{session['id']}/conference/members?includeEnded=true")["members"]
    (gone,) = [m for m in ended if m.get("endpointId") == stage.bob.id]
    assert "canceled" == gone["applicationData"]["status"]


@pytest.mark.parametrize("way", ["plain", "conference"])
def test_customer_is_not_left_alone_with_a_device_that_rings_no_more(
    new_stage: NewStage, way: str
) -> None:
    stage = new_stage()
    _answered_group(stage)
    if way == "conference":
        stage.request("POST", f"/sessions/{stage.session()['id']}/conference", {})
        stage.pass_time(3)
    stage.twilio.hang_up(stage.twilio.leg_at(f"client:{stage.ann.identity}").sid)
    stage.pass_time(5)
    assert [] == stage.living()
    assert stage.session()["ended"]


# --- the carrier's own line -----------------------------------------------------------------------


def _waiting_dial(stage: Stage) -> Leg:
    """The third party's dial was accepted, and stands in the carrier's line for 100 seconds."""
    stage.bridge_in()
    stage.twilio.choose(participants_per_second=1 / 100)
    stage.twilio.phone("+13125550143").answers_after(1)
    stage.add("+13125550143")
    assert 200 == stage.add(THIRD).status_code
    leg = stage.twilio.leg_at(THIRD)
    assert "queued" == leg.status
    return leg


def _lines(stage: Stage, kind: str) -> list[dict[str, Any]]:
    found = stage.get(f"/sessions/{stage.session()['id']}/events?count=200")["events"]
    return [line for line in found if line["type"] == kind]


def test_dial_that_waits_in_the_carriers_line_is_ended_after_half_a_minute(
    new_stage: NewStage,
) -> None:
    """It would ring when nobody expects it any more (R58)."""
    stage = new_stage()
    leg = _waiting_dial(stage)
    stage.pass_time(25)
    assert "queued" == leg.status
    stage.pass_time(10)
    assert "canceled" == leg.status
    (failed,) = _lines(stage, "MemberFailed")
    assert "The carrier had not begun to call after 30 seconds" in failed["message"]
    stage.pass_time(120)
    assert (None, "canceled") == (leg.started, leg.status)
    assert 3 == len(stage.living())


def test_dial_that_rings_though_it_was_given_up_is_hung_up(new_stage: NewStage) -> None:
    """The order to end it does not reach the carrier until it rings."""
    stage = new_stage()
    leg = _waiting_dial(stage)
    stage.twilio.phone(THIRD).just_rings()
    stage.twilio.fail_next("POST", f"*/Calls/{leg.sid}.json", "connect-refused", count=0)
    stage.pass_time(105)
    assert "ringing" == leg.status
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(32)  # orders that were not heard wait for 30 seconds at most
    assert "canceled" == leg.status
    assert 3 == len(stage.living())


def test_dial_whose_reports_are_lost_is_not_taken_for_waiting(new_stage: NewStage) -> None:
    """It rings and is answered; none of it was told."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(20)
    stage.twilio.chaos("lose,kind=call-status")
    stage.add()
    assert _seen_within(stage, 15, lambda: "Ringing" == stage.state_of("Transfer"))
    stage.pass_time(10)
    assert _seen_within(stage, 60, lambda: "Connected" == stage.state_of("Transfer"))
    assert 3 == len(stage.living())


# --- the log --------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["in", "out"])
def test_quiet_call_is_looked_at_and_its_log_says_nothing_new(
    new_stage: NewStage, way: str
) -> None:
    """Whoever made the call was connected by the dial's answer; a look is no news of it."""
    stage = new_stage()
    stage.bridge_in() if way == "in" else stage.bridge_out()
    before = stage.events()
    stage.pass_time(200)
    assert before == stage.events()


def test_answer_whose_report_was_lost_is_logged_with_its_own_time(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(4)
    stage.twilio.chaos("lose,kind=call-status,event=answered", "lose,kind=conference-status")
    stage.add()
    assert _seen_within(stage, 60, lambda: "Connected" == stage.state_of("Transfer"))
    third = _member(stage, "Transfer")
    known = third["applicationData"]
    (line,) = [m for m in _lines(stage, "MemberAnswered") if m["callSid"] == third["callSid"]]
    answered = (stage.twilio.leg_at(THIRD).started or 0) // 1_000_000
    assert answered == datetime.fromisoformat(line["date"]).timestamp()
    assert line["date"] == known["answeredAt"]


# --- when it was verified -------------------------------------------------------------------------


def test_look_that_finds_nothing_new_moves_verified_at_alone(new_stage: NewStage) -> None:
    """Neither the time of the last change, nor an event; the version rises with what is stored."""
    stage = new_stage()
    three_talk(stage)
    _patch(stage, "Caller", hold=True)
    assert _seen_within(stage, 60, lambda: "verifiedAt" in stage.session())
    before, changes = stage.session(), _changes(stage)
    stage.pass_time(130)
    after = stage.session()
    assert before.pop("verifiedAt") < after.pop("verifiedAt")
    assert before.pop("version") < after.pop("version")
    assert before == after
    assert changes == _changes(stage)


def test_session_is_stale_while_the_carrier_cannot_be_asked(new_stage: NewStage) -> None:
    stage = new_stage()
    three_talk(stage)
    assert _seen_within(stage, 60, lambda: "verifiedAt" in stage.session())
    stage.twilio.fail_next("GET", "*", "error-before", count=0)
    before, changes = stage.session(), _changes(stage)
    assert _seen_within(stage, 60, lambda: bool(stage.session()["stale"]))
    assert before["verifiedAt"] == stage.session()["verifiedAt"]
    assert before["dateLastModified"] < stage.session()["dateLastModified"]
    assert changes + 1 == _changes(stage)
    asked = len(stage.rest())
    stage.pass_time(120)
    assert changes + 1 == _changes(stage)
    about_it = [one for one in stage.rest()[asked:] if one != "GET Calls"]  # whether it is back
    assert len(about_it) <= 5
    stage.twilio.exchange.rest_api.faults.clear()
    assert _seen_within(stage, 40, lambda: not stage.session()["stale"])
    assert before["verifiedAt"] < stage.session()["verifiedAt"]


def _changes(stage: Stage) -> int:
    """How many changes consoles were told of."""
    with stage.context.database.reading() as work:
        return int(work.connection.execute(text("SELECT count(*) FROM feed")).scalar_one())
