"""What the log says of an ending: by which rule, on whose command, and what befell the call."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.endings import EndRule, ending_of
from evovoice.domain.looking import mark_as_asked
from evovoice.domain.messages import ConferenceEnded, RedirectFailed, SessionEvent
from evovoice.domain.requests import EndCall
from evovoice.domain.states import Outcome
from tests.domain.builders import (
    AGENT,
    ANN,
    CALLER,
    ROOM,
    THIRD,
    ConferenceReports,
    add,
    answered,
    ask,
    at,
    bridged,
    ended,
    in_conference,
    incoming,
    tell,
)


def _talking() -> CallSession:
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.joins(THIRD, "leg-third"), answered("leg-third", THIRD, 20))
    return session


def _lines(session: CallSession, kind: str) -> list[SessionEvent]:
    return [event for event in session.events if event.type == kind]


def _rule(session: CallSession) -> str:
    (line,) = _lines(session, "SessionEnded")
    rule = line.data["rule"]
    session.orders.clear()
    assert rule == ending_of(session, rule).rule.value
    return rule


def test_everybody_who_leaves_at_the_same_moment_is_e1() -> None:
    """Nobody had to be hung up."""
    session = bridged()
    add(session)
    reports = ConferenceReports()
    tell(session, reports.joins(AGENT), reports.joins(CALLER), reports.starts())
    tell(session, ended("leg-third", None, Outcome.BUSY, 30))
    for sid in (AGENT, CALLER):
        session.member_on_call(sid).leg.finish(ended(None, sid, seconds=60))  # type: ignore[union-attr]
    tell(session, ended(None, CALLER, seconds=60))
    assert EndRule.EVERYBODY_LEFT.value == _rule(session)


def test_who_ends_a_call_for_all_is_in_the_log_once() -> None:
    session = _talking()
    ask(session, EndCall(ANN), 40)
    ask(session, EndCall(ANN), 41)
    (line,) = _lines(session, "SessionEnding")
    assert ("Ann ends the call for everybody", ANN.id) == (line.message, line.user_id)


def test_call_that_nobody_answers_and_one_that_is_given_up_are_told_apart() -> None:
    unanswered, abandoned = incoming(), incoming()
    tell(unanswered, ended("leg-u-ann", AGENT, Outcome.NO_ANSWER, 30))
    tell(unanswered, ended(None, CALLER, seconds=35))
    assert "unanswered" == _rule(unanswered)
    tell(abandoned, ended(None, CALLER, seconds=5))
    assert "abandoned" == _rule(abandoned)


def test_refused_conversion_says_the_carriers_code() -> None:
    """In its own line, and in that of whoever waited for it."""
    session = bridged()
    add(session)
    tell(session, RedirectFailed("leg-u-ann", at(6), "no", 21220))
    codes = [line.data.get("twilioCode") for line in session.events[-2:]]
    assert ["21220", "21220"] == codes


def test_conference_closed_by_others_is_told_once_and_one_closed_by_us_never() -> None:
    session, ours = _talking(), _talking()
    closed = ConferenceEnded(ROOM, at(40), was_closed=True)
    tell(session, closed, closed)
    lines = [e for e in session.events if e.data.get("cause") == "closed-at-carrier"]
    assert 1 == len(lines)
    ask(ours, EndCall(ANN), 39)
    tell(ours, closed)
    assert [] == [e for e in ours.events if "cause" in e.data]


def test_what_was_asked_for_is_marked_in_the_log_and_keeps_its_data() -> None:
    session = _talking()
    before = len(session.events)
    tell(session, ended(None, THIRD, seconds=50))
    mark_as_asked(session, before)
    assert {"outcome": "completed", "source": "look"} == session.events[before].data
    assert "source" not in session.events[before - 1].data
