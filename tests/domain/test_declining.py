"""Declining: who is rung stops ringing, and nobody else is touched."""

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import NothingRings, NotYourCall, SessionHasEnded
from evovoice.domain.orders import CancelLeg, HangUpLeg, Order
from evovoice.domain.requests import EndCall, RejectCall
from evovoice.domain.states import CallState, LegProgress, Outcome
from evovoice.domain.values import User
from evovoice.domain.views import call_state, was_missed
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    BOSS,
    CALLER,
    THIRD,
    answered,
    ask,
    bridged,
    checked_in_vain,
    ended,
    incoming,
    progressed,
    taken,
    tell,
)


def _ringing() -> CallSession:
    session = incoming(ANN, BOB)
    tell(session, progressed("leg-u-ann", AGENT, LegProgress.RINGING))
    tell(session, progressed("leg-u-bob", THIRD, LegProgress.RINGING))
    return session


def _rejects(session: CallSession, user: User) -> list[Order]:
    ask(session, RejectCall(user), 3)
    return taken(session)


def test_only_the_leg_of_whoever_declines_is_cancelled() -> None:
    session = _ringing()
    assert [CancelLeg("leg-u-ann", AGENT)] == _rejects(session, ANN)
    tell(session, ended("leg-u-ann", AGENT, Outcome.CANCELED))
    assert call_state(session) is CallState.RINGING
    assert ["m-caller", "m-u-bob"] == [m.id for m in session.live()]
    assert "Ann declined" == session.events[-1].message


def test_last_one_to_decline_ends_the_call() -> None:
    session = _ringing()
    _rejects(session, ANN)
    tell(session, ended("leg-u-ann", AGENT, Outcome.CANCELED))
    _rejects(session, BOB)
    orders = tell(session, ended("leg-u-bob", THIRD, Outcome.CANCELED))
    assert not orders  # the caller is told so, and their leg ends by itself
    assert not session.has_ended
    tell(session, ended("leg-caller", CALLER))
    assert session.has_ended
    assert was_missed(session)


def test_pressed_twice_it_orders_nothing_twice() -> None:
    session = _ringing()
    _rejects(session, ANN)
    assert [] == _rejects(session, ANN)


def test_leg_without_a_sid_is_cancelled_as_soon_as_it_has_one() -> None:
    session = incoming(ANN, BOB)
    assert [] == _rejects(session, ANN)
    told = tell(session, progressed("leg-u-ann", AGENT, LegProgress.INITIATED))
    assert [CancelLeg("leg-u-ann", AGENT)] == told


def test_who_answered_meanwhile_talks_on() -> None:
    """The answer overtook the cancelling, which spares an answered leg (twilio-voice R12)."""
    session = _ringing()
    _rejects(session, ANN)
    assert [] == tell(session, answered("leg-u-ann", AGENT))
    assert call_state(session) is CallState.CONNECTED
    assert [] == checked_in_vain(session, 20)


def test_leg_that_rings_on_though_it_was_cancelled_is_cancelled_again() -> None:
    session = _ringing()
    _rejects(session, ANN)
    assert [CancelLeg("leg-u-ann", AGENT)] == checked_in_vain(session, 20)


def test_ending_the_call_is_firmer_than_declining() -> None:
    session = _ringing()
    _rejects(session, ANN)
    ask(session, EndCall(BOSS), 5)
    assert [HangUpLeg("leg-caller", CALLER)] == taken(session)


@pytest.mark.parametrize("user", [ANN, BOSS])
def test_declining_is_refused_where_nothing_rings(user: User) -> None:
    """Not when the call was answered, and not for somebody it never rang."""
    session = bridged()
    with pytest.raises(NothingRings):
        _rejects(session, user)
    assert [] == session.orders


def test_declining_somebody_elses_call_is_refused() -> None:
    with pytest.raises(NotYourCall):
        _rejects(incoming(ANN), BOB)


def test_declining_a_call_that_has_ended_is_refused() -> None:
    session = _ringing()
    tell(session, ended(None, CALLER, Outcome.CANCELED))
    with pytest.raises(SessionHasEnded):
        _rejects(session, ANN)
