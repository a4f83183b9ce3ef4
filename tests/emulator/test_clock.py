"""Virtual time, and that the same seed tells the same story."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.state.clock import Clock

from .scripted_app import BASE, ScriptedApp
from .stories import CUSTOMER, OURS, dial, number

START = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=200))
def test_events_run_in_order_of_time_then_of_insertion(plan: list[tuple[int, bool]]) -> None:
    clock = Clock(START)
    ran: list[tuple[int, int]] = []
    timers = []
    for place, (due, _) in enumerate(plan):
        timers.append(clock.after(due / 10, lambda due=due, place=place: ran.append((due, place))))
    for timer, (_, cancelled) in zip(timers, plan, strict=True):
        if cancelled:
            timer.cancel()
            timer.cancel()
    clock.advance_to(clock.micros + 10_000_000)
    expected = sorted((due, place) for place, (due, gone) in enumerate(plan) if not gone)
    assert expected == ran
    assert clock.next_due() is None
    assert not clock.has_prompt_events()


def test_cancelled_timers_do_not_pile_up() -> None:
    clock = Clock(START)
    for _ in range(10_000):
        clock.after(14_400, lambda: None).cancel()
    assert len(clock._heap) < 200


def test_the_same_seed_tells_the_same_story() -> None:
    def story() -> list[tuple[str, tuple[tuple[str, str], ...], str]]:
        app = ScriptedApp()
        app.on("/voice", dial(number()))
        twilio = InProcessTwilio(deliver=app, seed=7)
        twilio.add_number(OURS, f"{BASE}/voice")
        parent = twilio.place_call(CUSTOMER, OURS)
        twilio.advance(10)
        twilio.hang_up(parent)
        twilio.run_until_quiet()
        return [(one.url, one.params, one.token) for one in app.received]

    assert story() == story()


def test_quiet_means_that_no_limit_is_waited_out() -> None:
    app = ScriptedApp()
    app.on("/voice", dial(number()))
    twilio = InProcessTwilio(deliver=app)
    twilio.add_number(OURS, f"{BASE}/voice")
    twilio.place_call(CUSTOMER, OURS)
    twilio.run_until_quiet()
    assert 2 == len(twilio.living_calls()), "they talk; the time limit of four hours is not quiet"


def test_ended_calls_are_forgotten_when_there_are_too_many() -> None:
    twilio = InProcessTwilio()
    twilio.add_number(OURS)
    register = twilio.exchange.network.legs
    for _ in range(10_050):
        twilio.place_call(CUSTOMER, OURS)
    assert 10_000 == len(list(register))
