"""Whether an agent takes calls: what they set, and what a console or a call makes of it (C99)."""

from dataclasses import replace
from datetime import datetime

import pytest

from evovoice.domain.messages import DialFinished, LegProgressed
from evovoice.domain.presence import NEVER_SET, ConsoleStreams, Presence, missed_by
from evovoice.domain.states import AgentState, AgentStateReason, LegProgress, Outcome
from tests.domain.builders import AGENT, ANN, BOB, CALLER, NOW, at, ended, incoming, outgoing, tell

READY = Presence(AgentState.READY, AgentStateReason.SET_BY_USER, NOW)
BY_SYSTEM = AgentStateReason.SET_BY_SYSTEM


def _streams(left: float | None = None, until: float | None = None) -> ConsoleStreams:
    def moment(seconds: float | None) -> datetime | None:
        return None if seconds is None else at(seconds)

    return ConsoleStreams(True, moment(left), moment(until))


def test_whoever_never_set_a_state_is_rung_whatever_else_is_known_c99() -> None:
    known = Presence(is_registered=False, streams=_streams(left=0), dials=True, is_on_call=True)
    assert (AgentState.READY, AgentStateReason.UNKNOWN) == known.shown(at(900))
    assert known.takes_calls(at(900))
    assert NEVER_SET.takes_calls(NOW)


@pytest.mark.parametrize(
    "state", [AgentState.NOT_READY, AgentState.WRAP_UP, AgentState.OUTGOING, AgentState.LOGGED_OUT]
)
def test_state_that_was_set_stays_and_is_not_rung_c99(state: AgentState) -> None:
    known = replace(READY, set_state=state, streams=_streams(left=0), is_registered=False)
    assert (state, AgentStateReason.SET_BY_USER) == known.shown(at(900))
    assert not known.takes_calls(at(900))


@pytest.mark.parametrize(
    ("streams", "gone"),
    [
        (ConsoleStreams(), False),  # set by a program: there is no console to lose
        (_streams(left=-59), False),
        (_streams(left=-60), True),
        (_streams(left=-60, until=600), False),  # another stream is open
        (_streams(left=-600, until=-59), False),  # its process was killed at most a minute ago
        (_streams(left=-600, until=-60), True),
        (_streams(), True),  # killed so long ago that nothing is known of it any more
    ],
)
def test_console_counts_as_gone_a_minute_after_its_last_stream_c99(
    streams: ConsoleStreams, gone: bool
) -> None:
    known = replace(READY, streams=streams)
    assert gone is (known.shown(NOW) == (AgentState.LOGGED_OUT, BY_SYSTEM))
    assert gone is not known.takes_calls(NOW)


def test_ready_agent_follows_what_the_console_says_of_the_device_c99() -> None:
    assert (AgentState.NOT_READY, BY_SYSTEM) == replace(READY, is_registered=False).shown(NOW)
    assert replace(READY, is_registered=True).takes_calls(NOW)


def test_ready_agent_whose_device_makes_a_call_is_outgoing_c99() -> None:
    assert (AgentState.OUTGOING, BY_SYSTEM) == replace(READY, dials=True).shown(NOW)


def test_agent_who_lets_a_call_ring_to_its_end_has_missed_it_c99() -> None:
    session = incoming(ANN, BOB)
    session.events.clear()
    tell(session, DialFinished(CALLER, Outcome.NO_ANSWER, at(30)))
    assert (ANN.id, BOB.id) == missed_by(session)
    session.events.clear()  # they are stored: told again, nothing is new
    tell(session, DialFinished(CALLER, Outcome.NO_ANSWER, at(30)))
    assert () == missed_by(session)


def test_nobody_misses_a_call_that_a_colleague_answers_or_the_caller_gives_up_c99() -> None:
    answered = incoming(ANN, BOB)
    tell(answered, ended(f"leg-{BOB.id}", None, Outcome.NO_ANSWER, 6))  # whose report is faster
    assert () == missed_by(answered)
    tell(answered, LegProgressed(f"leg-{ANN.id}", AGENT, LegProgress.ANSWERED, at(5)))
    assert () == missed_by(answered)
    given_up = incoming()
    tell(given_up, DialFinished(CALLER, Outcome.CANCELED, at(5)))
    assert () == missed_by(given_up)


def test_colleague_who_does_not_answer_an_agents_call_has_missed_none_c99() -> None:
    session = outgoing()
    tell(session, DialFinished(AGENT, Outcome.NO_ANSWER, at(30)))
    assert () == missed_by(session)
