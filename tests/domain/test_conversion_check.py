"""When a conversion is looked at, and what a look leads to."""

from dataclasses import replace

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import LOOK, Fact, LegPresence, RedirectFailed, RoomsSeen
from evovoice.domain.orders import DialLeg, HangUpLeg, Order, RedirectLeg
from evovoice.domain.requests import StartConference
from tests.domain.builders import (
    AGENT,
    ANN,
    CALLER,
    ConferenceReports,
    add,
    ask,
    at,
    bridged,
    taken,
    tell,
)

_ONE, _TWO = "CF" + "1" * 32, "CF" + "2" * 32
_MOVED = 5.0  # when Ann adds somebody


def _converting() -> CallSession:
    session = bridged()
    add(session)
    taken(session)
    return session


def _look(seconds: float, **inside: str) -> tuple[Fact, ...]:
    """A look after so many seconds; who is inside which conference, by call SID."""
    when = at(_MOVED + seconds)
    sids = {"caller": CALLER, "agent": AGENT}
    seen = [
        LegPresence(None, sids[who], room, LOOK, inside=True, held=False, muted=False, at=when)
        for who, room in inside.items()
    ]
    return (*seen, RoomsSeen(when, {_ONE: "us1", _TWO: "ie1"} if inside else {}))


def _see(session: CallSession, seconds: float, **inside: str) -> list[Order]:
    return tell(session, *_look(seconds, **inside))


def _checks(session: CallSession) -> float:
    assert session.next_check is not None
    return (session.next_check - at(_MOVED)).total_seconds()


def test_conversion_is_looked_at_four_times_however_it_is_put_off() -> None:
    session, moments = _converting(), [4.0]
    for _ in range(3):
        assert moments[-1] == _checks(session)
        _see(session, moments[-1], caller=_ONE)
        moments.append(_checks(session))
    assert [4, 10, 13, 15] == moments


def test_early_look_that_finds_nobody_decides_nothing() -> None:
    session = _converting()
    assert [] == _see(session, 4)
    assert session.is_converting


def test_look_of_after_ten_seconds_that_finds_nobody_undoes_the_conversion() -> None:
    session = _converting()
    assert [] == _see(session, 10)
    assert not session.is_converting
    assert ["ConversionFailed", "MemberFailed"] == [e.type for e in session.events[-2:]]


def test_late_look_of_an_earlier_conversion_does_not_undo_the_next() -> None:
    session = _converting()
    _see(session, 10)
    ask(session, StartConference(ANN, None), 30)
    taken(session)
    tell(session, *_look(11))
    assert session.is_converting


def test_leg_that_is_elsewhere_follows_the_caller_once() -> None:
    """Into the region where the caller's conference is."""
    session = _converting()
    orders = _see(session, 10, caller=_ONE, agent=_TWO)
    assert [RedirectLeg("leg-u-ann", AGENT, "room-s-1", "us1")] == orders
    assert [] == _see(session, 13, caller=_ONE, agent=_TWO)


def test_calling_leg_follows_where_the_dialled_one_alone_has_arrived() -> None:
    """It is tied to no leg any more (R2, R6)."""
    session = _converting()
    assert [RedirectLeg("leg-caller", CALLER, "room-s-1", "ie1")] == _see(session, 10, agent=_TWO)


def test_refusal_of_the_second_redirect_leaves_nobody_unwatched() -> None:
    """The claim stays until the parties are together or told that it is over."""
    session = _converting()
    _see(session, 10, caller=_ONE, agent=_TWO)
    tell(session, RedirectFailed("leg-u-ann", at(_MOVED + 11), "no", 16001))
    assert session.is_converting


def test_parties_who_do_not_come_together_hear_why() -> None:
    session = _converting()
    _see(session, 10, caller=_ONE, agent=_TWO)
    orders = _see(session, 15, caller=_ONE, agent=_TWO)
    told = [o.leg_id for o in orders if isinstance(o, HangUpLeg) and o.sentence]
    assert ["leg-caller", "leg-u-ann"] == told
    assert 2 == len(orders)


def test_reports_after_the_second_redirect_end_the_conversion() -> None:
    session, reports = _converting(), ConferenceReports(_ONE)
    _see(session, 10, caller=_ONE, agent=_TWO)
    tell(session, reports.joins(AGENT))
    assert session.converted_at is not None


def test_whoever_was_added_a_minute_ago_is_not_rung_by_a_conversion_that_ends_late() -> None:
    """Nobody expects the call any more: the two go on talking, and the log says why."""
    session = _converting()
    reports = ConferenceReports()
    joins = [reports.joins(AGENT), reports.joins(CALLER)]
    orders = tell(session, *(replace(one, at=at(_MOVED + 90)) for one in joins))
    assert session.converted_at is not None
    assert not [order for order in orders if isinstance(order, DialLeg)]
    failed = [event for event in session.events if event.type == "MemberFailed"]
    assert ["They could not be called in time"] == [e.message.split(": ")[1] for e in failed]
