"""Who hears whom: mute, hold, coaching, waiting and ringing, and the picture made of it."""

from twilio.rest import Client

from evovoice.emulator import console_hearing as hearing
from evovoice.emulator.console import view
from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.state.conference import Participant
from evovoice.emulator.state.expected import Expected

from .scripted_app import BASE
from .stories import AGENT, CUSTOMER, OURS, Line, conference, dial, number, response

HEARS = ""


def three(line: Line) -> tuple[str, Participant, Participant, Participant]:
    """A conference of three: its sid, customer, agent and third party."""
    parent, child, room = line.convert()
    third = line.add_third(room.sid)
    line.twilio.advance(5)
    customer, agent, guest = (room.participants[sid] for sid in (parent.sid, child.sid, third))
    return room.sid, customer, agent, guest


def api(client: Client, room: str, one: Participant, **changes: object) -> None:
    """Change a participant by REST."""
    client.conferences(room).participants(one.leg.sid).update(**changes)  # type: ignore[arg-type]


def test_in_a_conference_everybody_hears_everybody(line: Line) -> None:
    _, customer, _, _ = three(line)
    off = [[None if row == column else HEARS for column in range(3)] for row in range(3)]
    assert off == hearing.in_conference(customer.conference)
    assert "talking" == hearing.condition(customer)


def test_the_muted_is_not_heard_but_hears(line: Line) -> None:
    room, customer, agent, guest = three(line)
    api(line.client, room, agent, muted=True)
    assert "muted" == hearing.silence(customer, agent) == hearing.silence(guest, agent)
    assert HEARS == hearing.silence(agent, customer)
    assert "muted" == hearing.condition(agent)


def test_who_is_on_hold_neither_hears_nor_is_heard(line: Line) -> None:
    room, customer, agent, guest = three(line)
    api(line.client, room, customer, hold=True)
    assert "on hold" == hearing.silence(agent, customer)
    assert "hold music" == hearing.silence(customer, agent)
    assert HEARS == hearing.silence(agent, guest)
    assert "on hold" == hearing.condition(customer)


def test_a_coach_is_heard_by_one_alone_and_hears_all(line: Line) -> None:
    room, customer, agent, guest = three(line)
    api(line.client, room, guest, coaching=True, call_sid_to_coach=agent.leg.sid)
    assert HEARS == hearing.silence(agent, guest)
    assert "whispers" == hearing.silence(customer, guest)
    assert HEARS == hearing.silence(guest, customer)
    assert "coaching" == hearing.condition(guest)
    (told,) = line.twilio.state()["conferences"]
    assert [None, None, agent.leg.sid] == [one["coaching"] for one in told["participants"]]


def test_the_state_tells_whom_a_dial_bridges_to_whom(line: Line) -> None:
    """Whoever compares an application's picture with ours needs no guess."""
    parent, child = line.bridge()
    calls = {one["sid"]: one for one in line.twilio.state()["calls"]}
    assert (child.sid, parent.sid) == (calls[parent.sid]["talksTo"], calls[child.sid]["talksTo"])
    line.client.calls(parent.sid).update(status="completed")
    line.twilio.advance(1)
    assert [] == [one for one in line.twilio.state()["calls"] if "talksTo" in one]


def test_any_update_of_a_coach_that_does_not_say_coaching_lets_all_hear_it(line: Line) -> None:
    room, customer, agent, guest = three(line)
    api(line.client, room, guest, coaching=True, call_sid_to_coach=agent.leg.sid)
    api(line.client, room, guest, muted=True, coaching=True, call_sid_to_coach=agent.leg.sid)
    api(line.client, room, guest, muted=False, coaching=True)
    assert "whispers" == hearing.silence(customer, guest)
    line.twilio.advance(1)
    line.app.received.clear()
    api(line.client, room, guest, hold=True)
    api(line.client, room, guest, hold=False)
    assert HEARS == hearing.silence(customer, guest)
    line.twilio.advance(1)
    assert [("participant-hold", "false"), ("participant-modify", "false")] == [
        (form["StatusCallbackEvent"], form["Coaching"]) for form in line.app.at("/conf")[:2]
    ]
    assert "participant-unhold" == line.app.room_events()[-1]


def test_an_update_of_anybody_else_changes_no_coaching(line: Line) -> None:
    room, customer, agent, guest = three(line)
    api(line.client, room, guest, coaching=True, call_sid_to_coach=agent.leg.sid)
    line.twilio.advance(1)
    line.app.received.clear()
    api(line.client, room, customer, muted=True)
    line.twilio.advance(1)
    assert "whispers" == hearing.silence(customer, guest)
    assert ["participant-mute"] == line.app.room_events()


def test_nobody_hears_anybody_before_the_start_or_while_it_rings(line: Line) -> None:
    waiting = conference(attributes='startConferenceOnEnter="false"')
    parent, child, room = line.convert(dial(waiting, ""))
    one, other = room.participants[parent.sid], room.participants[child.sid]
    assert "waiting" == hearing.silence(one, other)
    assert "waiting in silence" == hearing.condition(one)
    line.twilio.phone("+15554445555").just_rings()
    third = room.participants[line.add_third(room.sid)]
    assert "being dialled" == hearing.condition(third)
    line.twilio.advance(1)
    assert "ringing" == hearing.condition(third)
    assert "not here yet" == hearing.silence(one, third)
    assert "still ringing" == hearing.silence(third, one)


def test_two_bridged_people_hear_each_other_once_the_whisper_is_over(line: Line) -> None:
    whisper = f'<Number url="https://app.test/whisper">{AGENT}</Number>'
    line.app.on("/whisper", "<Pause length='20'/>")
    parent, child = line.bridge(dial(whisper))
    assert [] == hearing.bridges(line.twilio.exchange.network)
    line.twilio.advance(20)
    assert [(parent, child)] == hearing.bridges(line.twilio.exchange.network)
    assert [[None, HEARS], [HEARS, None]] == hearing.in_bridge((parent, child))


def test_a_child_that_was_redirected_is_bridged_to_nobody(line: Line) -> None:
    _, child, _ = line.convert()
    line.client.calls(child.sid).update(twiml=response("<Pause length='60'/>"))
    line.twilio.advance(1)
    assert [] == hearing.bridges(line.twilio.exchange.network)


def picture(twilio: InProcessTwilio) -> dict[str, list[dict[str, object]]]:
    """What the page gets."""
    return view(twilio.exchange, 0.0)  # type: ignore[return-value]


def test_the_picture_shows_calls_conversations_and_logs(line: Line) -> None:
    line.bridge()
    (bridge,) = picture(line.twilio)["conversations"]
    assert ("bridge", [[None, ""], ["", None]]) == (bridge["kind"], bridge["hears"])
    assert {f"talks to {AGENT}", f"talks to {CUSTOMER}"} == {
        call["doing"] for call in picture(line.twilio)["calls"]
    }
    assert "voice" == picture(line.twilio)["webhooks"][-1]["kind"]


def test_the_picture_knows_on_which_side_of_its_beep_a_voicemail_is(line: Line) -> None:
    line.twilio.phone(AGENT).is_a_voicemail(greeting=10)
    line.bridge()

    def child() -> object:
        return {call["to"]: call for call in picture(line.twilio)["calls"]}[AGENT]["doing"]

    assert f"voicemail talks, talks to {CUSTOMER}" == child()
    line.twilio.advance(10)
    assert f"voicemail has beeped, talks to {CUSTOMER}" == child()


def test_the_picture_shows_what_is_said_what_was_heard_and_what_was_detected(line: Line) -> None:
    line.app.on("/hello", "<Play digits='19'/><Pause length='60'/>")
    line.twilio.phone(AGENT).says("good morning", at=3, seconds=9)
    line.twilio.phone(AGENT).expects("1", then=Expected())
    call = line.client.calls.create(
        to=AGENT, from_=OURS, url=f"{BASE}/hello", machine_detection="Enable", async_amd="true"
    )
    line.twilio.advance(7)
    said = "listens; says “good morning”; heard the keys 19; 1 was expected; 9 was not expected"
    assert f"{said}; detected as human" == picture(line.twilio)["calls"][0]["doing"]
    line.twilio.hang_up(str(call.sid))
    heard = "heard the keys 19; 1 was expected; 9 was not expected; detected as human"
    assert heard == picture(line.twilio)["calls"][0]["doing"]


def test_the_picture_knows_who_can_do_what(line: Line) -> None:
    line.twilio.phone(AGENT).just_rings()
    gather = '<Gather timeout="60"/>'
    line.call_in(dial(number()))
    line.twilio.advance(1)
    ringing = {call["to"]: call for call in picture(line.twilio)["calls"]}[AGENT]
    assert (True, True, False) == (
        ringing["canAnswer"],
        ringing["canHangUp"],
        ringing["canPress"],
    )
    line.call_in(gather)
    line.twilio.advance(1)
    asked = picture(line.twilio)["calls"][0]
    assert (True, "is asked for keys") == (asked["canPress"], asked["doing"])
