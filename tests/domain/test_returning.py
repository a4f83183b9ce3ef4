"""How long a call waits for a device that was lost (E2)."""

from datetime import timedelta

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.facts import observe
from evovoice.domain.instructions import NOBODY_HERE, after_dial
from evovoice.domain.messages import DialFinished, Fact, JoinConference
from evovoice.domain.order_derivation import derive_orders
from evovoice.domain.orders import AdjustLeg, HangUpLeg, Order
from evovoice.domain.returning import may_return
from evovoice.domain.room_claim import room_name_of
from evovoice.domain.states import Outcome
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    CALLER,
    ConferenceReports,
    answered,
    at,
    bridged,
    ended,
    in_conference,
    taken,
    tell,
)

_WITHIN = timedelta(seconds=20)


def _tell(session: CallSession, seconds: float, *facts: Fact) -> list[Order]:
    """Facts at that moment, with the setting in force."""
    observe(session, facts, at(seconds))
    derive_orders(session, at(seconds), _WITHIN)
    return taken(session)


@pytest.mark.parametrize("first", ["leg", "dial"])
def test_caller_of_a_plain_call_waits_in_the_room_with_music(first: str) -> None:
    """Whichever report comes first."""
    session = bridged()
    facts = [
        ended("leg-u-ann", AGENT, seconds=30), DialFinished(CALLER, Outcome.COMPLETED, at(30)),
    ]  # fmt: skip
    for fact in facts if first == "leg" else reversed(facts):
        assert [] == _tell(session, 30, fact)
    assert JoinConference(room_name_of("s-1"), with_music=True) == after_dial(session)
    assert at(50) == session.return_until


def test_call_is_looked_at_when_the_time_is_over_and_ends() -> None:
    session = bridged()
    _tell(session, 30, ended("leg-u-ann", AGENT, seconds=30))
    _tell(session, 44)
    assert session.next_check is not None
    assert session.next_check <= at(50)
    assert [] != _tell(session, 50)
    assert session.return_until is None


def test_only_the_one_who_was_lost_may_return_while_the_call_waits() -> None:
    session = bridged()
    _tell(session, 30, ended("leg-u-ann", AGENT, seconds=30))
    assert (True, False) == (may_return(session, ANN), may_return(session, BOB))
    _tell(session, 51)
    assert not may_return(session, ANN)


def test_customer_alone_in_a_conference_is_on_hold_meanwhile() -> None:
    """The room would be silent."""
    session, reports = in_conference(ConferenceReports()), ConferenceReports(sequence=10)
    tell(session, answered("leg-third", "CA" + "0" * 31 + "3"))
    tell(session, ended("leg-third", None, seconds=40))
    left = (reports.leaves(AGENT), ended("leg-u-ann", AGENT, seconds=41))
    orders = _tell(session, 41, *left)
    assert [("leg-caller", True)] == [
        (o.leg_id, o.held) for o in orders if isinstance(o, AdjustLeg)
    ]
    assert session.return_hold == "leg-caller"


def test_two_who_talk_on_are_not_held_for_a_lost_colleague() -> None:
    session = in_conference(ConferenceReports())
    tell(session, answered("leg-third", "CA" + "0" * 31 + "3"))
    assert [] == _tell(session, 41, ended("leg-u-ann", AGENT, seconds=41))


@pytest.mark.parametrize("lost_at", [20, 41])
def test_customer_hears_that_nobody_came_once_the_lost_agent_is_not_awaited(lost_at: float) -> None:
    """Whoever was added may have failed before or after that; only then had nobody told them."""
    session = in_conference(ConferenceReports())
    _tell(session, lost_at, ended("leg-u-ann", AGENT, seconds=lost_at))
    orders = _tell(session, 30, ended("leg-third", None, Outcome.NO_ANSWER, seconds=30))
    orders += _tell(session, 62)
    sentences = [
        o.sentence for o in orders if isinstance(o, HangUpLeg) and o.leg_id == "leg-caller"
    ]
    assert ([NOBODY_HERE] if lost_at < 30 else []) == sentences


def test_without_the_setting_the_call_ends() -> None:
    session = bridged()
    tell(session, ended("leg-u-ann", AGENT, seconds=30))
    assert session.ended_at is not None
