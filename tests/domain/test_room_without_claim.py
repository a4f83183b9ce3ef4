"""The calling leg is in a conference for which there was no claim: the database was away."""

import pytest

from evovoice.domain.instructions import may_be_moved
from evovoice.domain.messages import DialFinished, LegEnded, SentToRoom
from evovoice.domain.orders import EndConference, HangUpLeg
from evovoice.domain.room_claim import room_name_of
from evovoice.domain.states import EndSource, Outcome
from tests.domain.builders import (
    AGENT,
    CALLER,
    ROOM,
    ConferenceReports,
    add,
    at,
    bridged,
    ended,
    taken,
    tell,
)


@pytest.mark.parametrize(
    ("outcome", "moved"),
    [
        (Outcome.COMPLETED, True),
        (None, True),
        (Outcome.BUSY, False),
        (Outcome.NO_ANSWER, False),
        (Outcome.FAILED, False),
        (Outcome.CANCELED, False),
    ],
)
def test_dial_that_somebody_answered_may_be_over_by_a_move(
    outcome: Outcome | None, moved: bool
) -> None:
    """No word for it is certain (twilio-voice 1.2), but nobody moves a leg that did not answer."""
    assert moved is may_be_moved((DialFinished(CALLER, outcome, at(9)),))


def test_caller_who_has_hung_up_is_sent_nowhere() -> None:
    over = LegEnded(None, CALLER, Outcome.COMPLETED, EndSource.CALL, at(9))
    assert not may_be_moved((DialFinished(CALLER, Outcome.COMPLETED, at(9)), over))


@pytest.mark.parametrize("first", ["sent", "ended"])
def test_caller_in_the_room_is_hung_up_when_the_other_has_ended(first: str) -> None:
    """In whatever order it becomes known; the session may count as ended by then."""
    session = bridged()
    facts = [SentToRoom(at(9)), ended("leg-u-ann", AGENT, seconds=9)]
    orders = tell(session, *(facts if first == "sent" else reversed(facts)))
    assert [HangUpLeg("leg-caller", CALLER)] == orders


def test_caller_in_the_room_is_looked_for_at_once() -> None:
    """The outage has lasted longer than any look would wait."""
    session = bridged()
    tell(session, SentToRoom(at(9)))
    assert session.is_converting
    assert session.next_check is not None
    assert session.next_check <= at(9 + 4)


def test_report_of_joining_alone_makes_the_claim() -> None:
    session = bridged()
    orders = tell(session, ended("leg-u-ann", AGENT, seconds=9), ConferenceReports().joins(CALLER))
    assert [EndConference(ROOM)] == orders


def test_claim_of_a_conversion_stays_what_it_is() -> None:
    session = bridged()
    add(session)
    taken(session)
    tell(session, SentToRoom(at(9)))
    assert ("leg-u-ann", at(5), "room-s-1") == (
        session.moving_leg_id, session.moved_at, session.room_name,
    )  # fmt: skip


def test_name_of_a_room_follows_from_the_session_alone() -> None:
    assert "room-s-1" == room_name_of("s-1")
