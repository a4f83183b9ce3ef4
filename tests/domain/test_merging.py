"""Whole call stories, shuffled and repeated: the end state must not care."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evovoice.domain import views
from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import Conference, ParticipantState
from evovoice.domain.messages import (
    LOOK,
    ConferenceEnded,
    Fact,
    LegEnded,
    LegPresence,
    RecordingEnded,
    RecordingStarted,
)
from evovoice.domain.orders import DialLeg
from evovoice.domain.states import EndSource, LegProgress, Outcome
from tests.domain.builders import (
    AGENT,
    CALLER,
    ROOM,
    THIRD,
    ConferenceReports,
    add,
    answered,
    at,
    bridged,
    ended,
    progressed,
    taken,
    tell,
)

Story = list[Fact]
SECOND_ROOM = "CF" + "0" * 31 + "2"


def _conversion(reports: ConferenceReports) -> Story:
    return [reports.joins(AGENT), reports.joins(CALLER), reports.starts()]


def _third_answers(reports: ConferenceReports) -> Story:
    return [
        progressed("leg-third", THIRD, LegProgress.INITIATED, 20),
        progressed("leg-third", THIRD, LegProgress.RINGING, 21),
        reports.joins(THIRD, "leg-third"),
        answered("leg-third", THIRD, 25),
    ]


def all_talking() -> Story:
    reports = ConferenceReports()
    return _conversion(reports) + _third_answers(reports)


def held_and_resumed() -> Story:
    reports = ConferenceReports()
    story = _conversion(reports) + _third_answers(reports)
    return [*story, reports.holds(CALLER), reports.holds(CALLER, held=False), reports.mutes(THIRD)]


def agent_leaves_and_others_talk() -> Story:
    reports = ConferenceReports()
    story = _conversion(reports) + _third_answers(reports)
    return [*story, reports.leaves(AGENT), ended(None, AGENT, seconds=40)]


def third_is_busy() -> Story:
    reports = ConferenceReports()
    story = _conversion(reports)
    story.append(progressed("leg-third", THIRD, LegProgress.INITIATED, 20))
    return [*story, ended("leg-third", THIRD, Outcome.BUSY, 22)]


def third_joins_while_ringing_and_is_not_there() -> Story:
    """S1 = ringing: a join and a leave of a leg that was never answered."""
    reports = ConferenceReports()
    story = _conversion(reports)
    story += [reports.joins(THIRD, "leg-third"), reports.leaves(THIRD, "leg-third")]
    return [*story, ended("leg-third", THIRD, Outcome.NO_ANSWER, 60)]


def everybody_leaves_in_turn() -> Story:
    reports = ConferenceReports()
    story = _conversion(reports) + _third_answers(reports)
    story += [reports.leaves(AGENT), ended(None, AGENT, seconds=40)]
    story += [reports.leaves(THIRD), ended("leg-third", THIRD, seconds=50)]
    return [*story, reports.leaves(CALLER), ended(None, CALLER, seconds=51), reports.closes()]


def recorded_until_the_customer_leaves() -> Story:
    reports = ConferenceReports()
    story = _conversion(reports) + _third_answers(reports)
    story.append(RecordingStarted("leg-caller", at(30), "RE1"))
    story += [reports.leaves(CALLER), ended(None, CALLER, seconds=40)]
    return [*story, RecordingEnded("leg-caller", at(41), "RE1", 11)]


def held_and_resumed_and_both_reports_are_lost() -> Story:
    """Looks tell it: the last of them is later than every event."""
    reports = ConferenceReports()
    story = _conversion(reports) + _third_answers(reports)
    looks = [(30.2, True), (60.9, True), (90.4, False)]
    return [*story, *(reports.looks(CALLER, when, held=held) for when, held in looks)]


def held_after_a_look_that_is_told_late() -> Story:
    """An event that is later than the look counts; one of that moment does too."""
    reports = ConferenceReports()
    story = _conversion(reports) + _third_answers(reports)
    hold, mute = reports.holds(CALLER), reports.mutes(THIRD)
    story += [reports.looks(CALLER, 16), reports.looks(THIRD, 14)]
    return [*story, hold, replace(mute, at=at(12))]


def hold_that_is_answered_and_reported_late() -> Story:
    """The answer to an order counts more than every event of its second."""
    reports = ConferenceReports()
    story = _conversion(reports) + _third_answers(reports)
    answer = replace(reports.looks(CALLER, 12.3, held=True), is_answer=True)
    return [*story, answer, reports.looks(THIRD, 80, inside=False)]


def conference_is_not_found_and_goes_on() -> Story:
    """It is presumed to be over, and then somebody in it is muted."""
    reports = ConferenceReports()
    story = _conversion(reports) + _third_answers(reports)
    story.append(ConferenceEnded(ROOM, at(16), is_guess=True))
    reports.sequence = 20
    return [*story, reports.mutes(THIRD)]


def third_is_not_found_and_talks_on() -> Story:
    """Two looks in vain, and then a report."""
    reports = ConferenceReports()
    story = _conversion(reports) + _third_answers(reports)
    story += [_look(30), _look(35)]
    reports.sequence = 30
    return [*story, reports.mutes(THIRD)]


def third_is_not_found_any_more() -> Story:
    """Two looks in vain, and all reports are from before."""
    reports = ConferenceReports()
    return [*_conversion(reports), *_third_answers(reports), _look(130), _look(135)]


def _look(seconds: float) -> LegEnded:
    source = EndSource.INFERRED
    return LegEnded("leg-third", THIRD, Outcome.COMPLETED, source, at(seconds), "gone", 20404)


def leg_moves_through_two_rooms() -> Story:
    """A new conference SID starts its own numbering; the older room must not win by its numbers."""
    first, second = ConferenceReports(), ConferenceReports(SECOND_ROOM)
    story: Story = [first.joins(AGENT), first.leaves(AGENT), first.closes()]
    second.sequence = 0
    later = [second.joins(CALLER), second.joins(AGENT), second.starts()]
    return story + [_later(fact) for fact in later]


def _later(fact: Any) -> Any:

    return replace(fact, at=fact.at + timedelta(seconds=100))


def given_up_and_rings_all_the_same() -> Story:
    """We told that nobody will be rung; the carrier did it later."""
    given_up = LegEnded("leg-third", None, Outcome.FAILED, EndSource.ORDER, at(19), "not reached")
    story = _conversion(ConferenceReports())
    story += [given_up, progressed("leg-third", THIRD, LegProgress.RINGING, 21)]
    return [*story, ended("leg-third", THIRD, Outcome.CANCELED, 23)]


STORIES = [
    given_up_and_rings_all_the_same,
    all_talking,
    held_and_resumed,
    agent_leaves_and_others_talk,
    third_is_busy,
    third_joins_while_ringing_and_is_not_there,
    everybody_leaves_in_turn,
    recorded_until_the_customer_leaves,
    leg_moves_through_two_rooms,
    held_and_resumed_and_both_reports_are_lost,
    held_after_a_look_that_is_told_late,
    hold_that_is_answered_and_reported_late,
    conference_is_not_found_and_goes_on,
    third_is_not_found_and_talks_on,
    third_is_not_found_any_more,
]


def _start() -> CallSession:
    """A bridged call into which the third party has been added."""
    session = bridged()
    add(session)
    return session


def end_state(session: CallSession) -> dict[str, Any]:
    """All that clients see, but for the moments at which we learned of it."""
    room = session.current_conference()
    return {
        "call": views.call_state(session),
        "dial": views.dial_state(session),
        "ended": session.has_ended,
        "outcome": views.outcome(session),
        "missed": views.was_missed(session),
        "recorded": [m.leg.settings.recording for m in session.members],
        "conference": room.conference_sid if room else None,
        "members": [
            (
                m.id,
                m.leg.call_sid,
                views.member_state(session, m),
                views.member_status(session, m),
                views.is_muted(session, m),
            )
            for m in views.visible_members(session)
        ],
    }


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
@settings(max_examples=150)
@given(data=st.data())
def test_end_state_does_not_depend_on_order_or_repeats(
    story: Callable[[], Story], data: st.DataObject
) -> None:
    facts = story()
    expected = _start()
    tell(expected, *facts)
    repeats = data.draw(st.lists(st.sampled_from(range(len(facts))), max_size=8))
    order = data.draw(st.permutations([*range(len(facts)), *repeats]))
    shuffled = _start()
    tell(shuffled, *(facts[i] for i in order))
    assert end_state(expected) == end_state(shuffled)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_repeated_story_rings_nobody_twice(story: Callable[[], Story]) -> None:
    """Every fact three times, in order: one dial at most for the third party."""
    session = _start()
    orders = taken(session)
    for fact in story():
        orders += tell(session, fact, fact, fact)
    assert sum(isinstance(order, DialLeg) for order in orders) <= 1


def test_two_thousand_shuffled_stories_end_alike() -> None:
    """The same without a strategy's preference for small cases, from a fixed seed."""
    dice = random.Random(20260301)
    for _ in range(2000):
        story = dice.choice(STORIES)
        facts = story()
        expected, shuffled = _start(), _start()
        tell(expected, *facts)
        chaos = facts + dice.choices(facts, k=dice.randrange(len(facts)))
        dice.shuffle(chaos)
        tell(shuffled, *chaos)
        assert end_state(expected) == end_state(shuffled), story.__name__


def test_conference_of_an_ended_story_is_remembered() -> None:
    session = _start()
    tell(session, *everybody_leaves_in_turn())
    assert end_state(session)["conference"] == ROOM


def _held(*facts: LegPresence) -> bool:
    session = _start()
    tell(session, *_conversion(ConferenceReports()), *facts)
    return session.conferences[ROOM].states[CALLER].held


@pytest.mark.parametrize(
    ("event_at", "look_at", "look_counts"), [(20, 22, False), (20, 22.5, True), (20, 60, True)]
)
@pytest.mark.parametrize("look_first", [True, False])
def test_look_counts_where_it_is_surely_later_than_the_newest_event(
    event_at: float, look_at: float, look_counts: bool, look_first: bool
) -> None:
    """The carrier's times are whole seconds."""
    reports = ConferenceReports(sequence=40)
    event = replace(reports.holds(CALLER), at=at(event_at))
    facts = [event, reports.looks(CALLER, look_at)]
    assert look_counts is not _held(*(facts[::-1] if look_first else facts))


@pytest.mark.parametrize("look_first", [True, False])
def test_look_at_who_has_left_since_brings_nobody_back(look_first: bool) -> None:
    reports = ConferenceReports(sequence=40)
    leave = replace(reports.leaves(CALLER), at=at(30))
    answer = replace(reports.looks(CALLER, 30.5, held=True), is_answer=True)
    session = _start()
    told = [
        *_conversion(ConferenceReports()),
        *([answer, leave] if look_first else [leave, answer]),
    ]
    tell(session, *told)
    assert not session.conferences[ROOM].has_inside(CALLER)


def test_state_of_which_no_time_is_known_gives_way_to_a_look() -> None:
    """A row of an earlier version has none."""
    session = _start()
    tell(session, *_conversion(ConferenceReports()))
    room = session.conferences[ROOM]
    room.states[CALLER] = ParticipantState(7, True, True, False)
    tell(session, ConferenceReports().looks(CALLER, 20))
    assert not room.states[CALLER].held
    assert 7 == getattr(room.event_of(CALLER), "sequence", None)


_FLAGS = st.booleans()
_EVENTS = st.lists(
    st.builds(
        LegPresence, st.none(), st.just(CALLER), st.just(ROOM), st.integers(0, 8), _FLAGS, _FLAGS,
        _FLAGS, st.integers(0, 12).map(at), _FLAGS,
    ),
    max_size=5, unique_by=lambda fact: fact.sequence,
)  # fmt: skip
_LOOKS = st.lists(
    st.builds(
        LegPresence, st.none(), st.just(CALLER), st.just(ROOM), st.just(LOOK), _FLAGS, _FLAGS,
        _FLAGS, st.floats(0, 15).map(at), _FLAGS, _FLAGS,
    ),
    max_size=4, unique_by=lambda fact: fact.at,
)  # fmt: skip


@settings(max_examples=400)
@given(events=_EVENTS, looks=_LOOKS, data=st.data())
def test_what_counts_depends_on_neither_order_nor_repeats(
    events: list[LegPresence], looks: list[LegPresence], data: st.DataObject
) -> None:
    """Of whatever is told of one leg: the newest event and the latest look, and one of the two."""
    facts = [*events, *looks]
    repeats = data.draw(st.lists(st.sampled_from(facts), max_size=4)) if facts else []
    shuffled = data.draw(st.permutations([*facts, *repeats]))
    one, other = Conference(ROOM, at(0)), Conference(ROOM, at(0))
    for fact in facts:
        one.note(fact)
    for fact in shuffled:
        other.note(fact)
    assert one == other
    last = max((fact.sequence for fact in events), default=None)
    assert last == getattr(one.event_of(CALLER), "sequence", None)
    assert max((fact.at for fact in looks), default=None) == getattr(
        one.look_of(CALLER), "at", None
    )
