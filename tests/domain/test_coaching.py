"""A coach is heard by one party alone, whatever else is changed about the coach."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import AdjustLeg, LegAdjusted
from evovoice.domain.requests import PatchMember
from tests.domain.builders import (
    ANN,
    THIRD,
    ConferenceReports,
    answered,
    ask,
    at,
    in_conference,
    tell,
)


def _talking() -> CallSession:
    """Agent, customer and a third party talk."""
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.joins(THIRD, "leg-third"), answered("leg-third", THIRD, 20))
    return session


def _patch(session: CallSession, **wish: object) -> list[AdjustLeg]:
    command = PatchMember(ANN, "m-u-ann", **wish)  # type: ignore[arg-type]
    ask(session, command, 60)
    orders = [order for order in session.orders if isinstance(order, AdjustLeg)]
    session.orders.clear()
    tell(session, LegAdjusted("leg-u-ann", at(61)))
    return orders


def test_every_change_of_a_coach_names_whom_they_coach() -> None:
    """Else the carrier ends the coaching, and the customer hears the coach (twilio-voice 3.4)."""
    session = _talking()
    (coach,) = _patch(session, coaching=THIRD)
    (mute,) = _patch(session, muted=True)
    (hold,) = _patch(session, hold=True)
    assert [THIRD] * 3 == [coach.coaching, mute.coaching, hold.coaching]


def test_change_of_somebody_who_has_coached_says_nothing_of_it() -> None:
    session = _talking()
    _patch(session, coaching=THIRD)
    (stopped,) = _patch(session, coaching="")
    (mute,) = _patch(session, muted=True)
    assert ("", None) == (stopped.coaching, mute.coaching)
