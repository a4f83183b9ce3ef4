"""Recording: one leg at a time, never twice, and on to another leg when the first one leaves."""

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import NotConnectedYet, NotYourCall, SessionHasEnded
from evovoice.domain.messages import RecordingEnded, RecordingRefused, RecordingStarted
from evovoice.domain.orders import Order, RecordLeg
from evovoice.domain.requests import EndCall, RecordCall
from evovoice.domain.still_wanted import facts_of_failure, has_happened, is_wanted
from evovoice.domain.values import User
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    BOSS,
    CALLER,
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
    outgoing,
    taken,
    tell,
)

OF_CALLER = RecordLeg("leg-caller", CALLER)
STARTED = RecordingStarted("leg-caller", at(6), "RE1")


def _record(session: CallSession, user: User = ANN) -> list[Order]:
    ask(session, RecordCall(user), 5)
    return taken(session)


def _kinds(session: CallSession) -> list[str]:
    return [event.type for event in session.events if event.type.startswith("Recording")]


def test_leg_that_made_the_call_is_recorded() -> None:
    """It is never redirected, so a conversion does not touch it."""
    assert [OF_CALLER] == _record(bridged())
    session = outgoing()
    tell(session, answered("leg-caller", CALLER))
    assert [RecordLeg("leg-agent", AGENT)] == _record(session)


def test_asked_again_nothing_is_recorded_twice() -> None:
    session = bridged()
    _record(session)
    assert [] == _record(session)
    tell(session, STARTED)
    assert [] == _record(session)


def test_reports_are_merged_in_any_order_and_told_once() -> None:
    session = bridged()
    _record(session)
    over = RecordingEnded("leg-caller", at(40), "RE1", 34)
    tell(session, over, STARTED, over)
    assert ["RecordingEnded"] == _kinds(session)
    assert {"recordingSid": "RE1", "seconds": "34"} == session.events[-1].data
    assert "The recording is over after 34 seconds" == session.events[-1].message


def test_recording_that_was_not_kept_is_told_as_failed() -> None:
    session = bridged()
    _record(session)
    tell(session, STARTED, RecordingEnded("leg-caller", at(40), "RE1", None, is_kept=False))
    assert ["RecordingStarted", "RecordingFailed"] == _kinds(session)


def test_recording_whose_length_is_not_told_is_over_all_the_same() -> None:
    session = bridged()
    _record(session)
    tell(session, STARTED, RecordingEnded("leg-caller", at(40), "RE1", None))
    assert ["RecordingStarted", "RecordingEnded"] == _kinds(session)
    assert "The recording is over" == session.events[-1].message


def test_refused_recording_can_be_asked_for_again() -> None:
    session = bridged()
    _record(session)
    tell(session, RecordingRefused("leg-caller", at(6), "no"))
    assert ["RecordingFailed"] == _kinds(session)
    assert [OF_CALLER] == _record(session)


def test_recording_goes_on_with_an_outside_party_when_the_customer_leaves() -> None:
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, answered("leg-third", THIRD), reports.joins(THIRD, "leg-third"))
    _record(session)
    tell(session, STARTED)
    orders = tell(session, reports.leaves(CALLER), ended(None, CALLER))
    assert [RecordLeg("leg-third", THIRD)] == orders
    assert [] == tell(session, RecordingEnded("leg-caller", at(70), "RE1", 50))


def test_conversation_nobody_recorded_is_not_recorded_because_somebody_leaves() -> None:
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, answered("leg-third", THIRD), reports.joins(THIRD, "leg-third"))
    assert [] == tell(session, reports.leaves(CALLER), ended(None, CALLER))


def test_recording_stopped_at_the_carrier_stays_stopped() -> None:
    session = in_conference(ConferenceReports())
    tell(session, answered("leg-third", THIRD))
    _record(session)
    assert [] == tell(session, STARTED, RecordingEnded("leg-caller", at(20), "RE1", 14))


def test_nothing_more_is_recorded_of_a_call_that_ends() -> None:
    session = bridged()
    _record(session)
    tell(session, STARTED)
    assert [] == tell(session, ended(None, CALLER))
    tell(session, RecordingEnded("leg-caller", at(70), "RE1", 50))
    assert "RecordingEnded" == session.events[-1].type
    assert session.has_ended


@pytest.mark.parametrize("user", [ANN, BOSS])
def test_who_is_in_the_call_or_oversees_may_record_it(user: User) -> None:
    assert [OF_CALLER] == _record(bridged(), user)


def test_recording_is_refused_to_others_and_out_of_time() -> None:
    with pytest.raises(NotYourCall):
        _record(bridged(), BOB)
    with pytest.raises(NotConnectedYet):
        _record(incoming())
    session = bridged()
    ask(session, EndCall(ANN), 4)
    with pytest.raises(NotConnectedYet):
        _record(session)
    tell(session, ended(None, CALLER))
    with pytest.raises(SessionHasEnded):
        _record(session)


def test_order_is_wanted_until_its_leg_is_gone_and_done_when_told() -> None:
    session = bridged()
    _record(session)
    assert (True, False) == (is_wanted(session, OF_CALLER), has_happened(session, OF_CALLER))
    tell(session, STARTED)
    assert has_happened(session, OF_CALLER)
    tell(session, ended(None, CALLER))
    assert not is_wanted(session, OF_CALLER)
    (refused,) = facts_of_failure(OF_CALLER, "away", None, at(9))
    assert RecordingRefused("leg-caller", at(9), "away") == refused


def test_recording_that_moves_on_is_refused_twice_at_most() -> None:
    """What is wrong is not the leg then: not every party is tried, with a line for each."""
    reports = ConferenceReports()
    session = in_conference(reports)
    for place in range(4, 9):
        add(session, f"+1312555014{place}", f"guest-{place}")
        tell(session, answered(f"leg-guest-{place}", f"CA{place:032}"))
    _record(session)
    orders = tell(session, STARTED, reports.leaves(CALLER), ended(None, CALLER))
    tries = 0
    while orders and tries < 9:
        (order,) = orders
        tries += 1
        orders = tell(session, *facts_of_failure(order, "no", None, at(61 + tries)))
    assert 2 == tries == _kinds(session).count("RecordingFailed")
