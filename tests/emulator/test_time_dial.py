"""Time is a dial: ten virtual minutes in a moment, the same story every time; or real, or fast."""

import time

from twilio.rest import Client

from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.soak import soak

from .scripted_app import BASE, ScriptedApp
from .stories import CUSTOMER, OURS, THIRD, Line, conference, dial, response
from .test_server import TinyApp, app, ask, emulator, wait_for

__all__ = ["app"]
Event = tuple[str, str, tuple[tuple[str, str], ...]]


def ten_minutes(seed: int) -> list[Event]:
    """A call, a conversion, a third party, hold, mute, and everybody goes."""

    scripted = ScriptedApp()
    twilio = InProcessTwilio(deliver=scripted, seed=seed)
    twilio.add_number(OURS, f"{BASE}/voice", status_callback=f"{BASE}/number")
    client = Client(twilio.account_sid, twilio.auth_token, http_client=twilio.http_client)
    line = Line(twilio, client, scripted)
    twilio.chaos("duplicate,rate=0.2", "delay,rate=0.3,seconds=0,seconds_to=2", seed=seed)
    parent, child, room = line.convert()
    twilio.phone(THIRD).answers_after(20)
    line.add_third(room.sid)
    participant = client.conferences(room.sid).participants(parent.sid)
    for _ in range(9):
        twilio.advance(30)
        participant.update(hold=True)
        twilio.advance(30)
        participant.update(hold=False)
    client.calls(child.sid).update(twiml=response(dial(conference(), "")))
    twilio.advance(30)
    twilio.hang_up(parent.sid)
    client.conferences(room.sid).update(status="completed")
    twilio.advance(30)
    assert [] == twilio.living_calls()
    return [(one.url, one.token, one.params) for one in scripted.received]


def test_r52_ten_minutes_pass_in_a_moment_and_tell_the_same_every_time() -> None:
    started = time.perf_counter()
    first = ten_minutes(seed=3)
    seconds = time.perf_counter() - started
    assert first == ten_minutes(seed=3)
    assert first != ten_minutes(seed=4)
    assert len(first) > 40
    assert seconds < 2


def test_r52_an_hour_of_calls_is_faster_than_real_time_by_far() -> None:
    assert soak(minutes=10, conferences=2).real_seconds < 60


def test_r52_the_dial_turns_while_a_call_goes_on(app: TinyApp) -> None:
    with emulator(app, "--speed", "stepped") as base:
        control = f"{base}/_emulator"
        call = ask("POST", f"{control}/calls", {"from": CUSTOMER, "to": OURS, "hangUpAfter": 600})
        ask("POST", f"{control}/time", {"advance": 5})
        before = ask("GET", f"{control}/view")
        time.sleep(0.05)
        assert before["now"] == ask("GET", f"{control}/view")["now"]
        assert 500 == ask("POST", f"{control}/time", {"speed": 500})["speed"]

        def ended() -> bool:
            calls = ask("GET", f"{control}/view")["calls"]
            return all(one["status"] == "completed" for one in calls)  # type: ignore[attr-defined]

        wait_for(ended)
        ask("POST", f"{control}/time", {"speed": 0})
        still = ask("GET", f"{control}/view")["now"]
        time.sleep(0.02)
        assert still == ask("GET", f"{control}/view")["now"]
    assert str(call["callSid"]).startswith("CA")
