"""Who holds a call is told once the carrier did it; a hold that cannot be ordered is an error."""

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import (
    ConferenceIsOver,
    ConferenceNotOpen,
    NobodyElseConnected,
    NobodyEndsHold,
)
from evovoice.domain.messages import AdjustRefused, LegAdjusted, RedirectFailed
from evovoice.domain.orders import AdjustLeg
from evovoice.domain.requests import Command, HoldCall, PatchMember, ResumeCall
from evovoice.domain.values import ClientAddress, User
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    BOSS,
    CALLER,
    THIRD,
    ConferenceReports,
    answered,
    ask,
    at,
    bridged,
    ended,
    in_conference,
    taken,
    tell,
)


def _hold(by: User = ANN, reason: str = "None") -> HoldCall:
    return HoldCall(by, None, reason)


def _with_bob() -> CallSession:
    """Ann, the customer and Bob talk; the reports of their conference go on from there."""
    reports = ConferenceReports()
    session = in_conference(reports)
    bob = session.members[-1]
    bob.user_id, bob.address, bob.display_name = BOB.id, ClientAddress(BOB.identity), "Bob"
    tell(session, reports.joins(THIRD, "leg-third"), answered("leg-third", THIRD, 20))
    return session


def _asked(session: CallSession, command: Command, seconds: float) -> list[tuple[str, bool]]:
    """The command's orders: who is put on hold or released."""
    ask(session, command, seconds)
    orders = [order for order in taken(session) if isinstance(order, AdjustLeg)]
    return [(order.leg_id, bool(order.held)) for order in orders if order.held is not None]


def _done(session: CallSession, *leg_ids: str) -> None:
    tell(session, *[LegAdjusted(leg_id, at(70)) for leg_id in leg_ids])


def _lines(session: CallSession) -> list[str]:
    return [e.message for e in session.events if e.type in {"Held", "Resumed"}]


def test_hold_stands_in_the_log_once_the_carrier_has_taken_it() -> None:
    session = _with_bob()
    _asked(session, _hold(reason="Transferring"), 60)
    assert ([], None) == (_lines(session), session.held_by)
    _done(session, "leg-caller", "leg-third")
    assert ["Ann holds the call"] == _lines(session)
    assert (ANN.id, "Transferring") == (session.held_by, session.hold_reason)


def test_refused_hold_stands_in_the_log_as_refused_alone() -> None:
    session = _with_bob()
    _asked(session, _hold(), 60)
    refused = [AdjustRefused(leg, at(61), "no") for leg in ("leg-caller", "leg-third")]
    tell(session, *refused)
    assert ([], None, None) == (_lines(session), session.held_by, session.hold_change)
    assert "Bob stays as before: no" == session.events[-1].message


def test_hold_of_which_one_party_is_refused_is_a_hold() -> None:
    session = _with_bob()
    _asked(session, _hold(), 60)
    tell(session, AdjustRefused("leg-caller", at(61), "no"), LegAdjusted("leg-third", at(62)))
    assert ["Ann holds the call"] == _lines(session)


def test_refused_resume_stands_not_in_the_log_and_the_holder_stays() -> None:
    session = _held_by_ann()
    _asked(session, ResumeCall(ANN), 80)
    refused = [AdjustRefused(leg, at(81), "no") for leg in ("leg-caller", "leg-third")]
    tell(session, *refused)
    assert ["Ann holds the call"] == _lines(session)
    assert ANN.id == session.held_by


def _held_by_ann() -> CallSession:
    session, reports = _with_bob(), ConferenceReports(sequence=20)
    _asked(session, _hold(), 60)
    _done(session, "leg-caller", "leg-third")
    tell(session, reports.holds(CALLER), reports.holds(THIRD))
    return session


def test_resume_stands_in_the_log_once_it_is_done() -> None:
    session = _held_by_ann()
    assert [("leg-caller", False), ("leg-third", False)] == _asked(session, ResumeCall(ANN), 80)
    _done(session, "leg-caller", "leg-third")
    assert ["Ann holds the call", "Ann resumes the call"] == _lines(session)


def test_resume_of_nobody_says_nothing() -> None:
    session = _with_bob()
    assert [] == _asked(session, ResumeCall(ANN), 60)
    assert [] == _lines(session)


def test_held_colleague_who_holds_is_released_and_holds_the_others_c85() -> None:
    """Everybody but the caller of the operation, each time anew."""
    session = _held_by_ann()
    assert {("leg-third", False), ("leg-u-ann", True)} == set(_asked(session, _hold(BOB), 80))
    _done(session, "leg-third", "leg-u-ann")
    assert BOB.id == session.held_by
    assert ["Ann holds the call", "Bob holds the call"] == _lines(session)
    released = _asked(session, ResumeCall(ANN, AGENT), 90)
    assert {("leg-caller", False), ("leg-u-ann", False)} == set(released)


def test_repeated_hold_takes_over_reason_and_holder_at_once_c85() -> None:
    session = _held_by_ann()
    assert [] == _asked(session, HoldCall(BOSS, AGENT, "Transferring"), 80)
    assert (BOSS.id, "Transferring") == (session.held_by, session.hold_reason)
    assert ["Ann holds the call", "Boss holds the call"] == _lines(session)


def test_release_of_one_party_is_not_the_holders() -> None:
    """Contract 4.2: the last user who held."""
    session = _held_by_ann()
    _asked(session, PatchMember(BOSS, THIRD, hold=False), 80)
    _done(session, "leg-third")
    assert ANN.id == session.held_by


def test_hold_that_came_with_a_failed_conversion_is_forgotten() -> None:
    session = bridged()
    _asked(session, _hold(), 60)
    tell(session, RedirectFailed("leg-u-ann", at(61), "no"))
    assert ([], None, None) == (_lines(session), session.held_by, session.hold_change)


COMMANDS: list[Command] = [
    _hold(),
    PatchMember(ANN, CALLER, hold=True),
    PatchMember(ANN, CALLER, muted=True),
    PatchMember(ANN, "m-u-ann", coaching=THIRD),
]


@pytest.mark.parametrize("command", COMMANDS, ids=["hold", "hold one", "mute", "coach"])
def test_what_cannot_be_ordered_in_a_closed_conference_is_refused_c77(command: Command) -> None:
    session = _with_bob()
    tell(session, ConferenceReports(sequence=30).closes())
    with pytest.raises(ConferenceIsOver):
        ask(session, command, 60)


@pytest.mark.parametrize("command", COMMANDS, ids=["hold", "hold one", "mute", "coach"])
def test_what_cannot_be_ordered_while_somebody_is_elsewhere_is_refused_c77(
    command: Command,
) -> None:
    """The conference has not begun, and the customer has left it without having hung up."""
    session = _with_bob()
    _leave_unstarted(session)
    with pytest.raises(ConferenceNotOpen):
        ask(session, command, 60)


def _leave_unstarted(session: CallSession) -> None:
    next(iter(session.conferences.values())).started = False
    tell(session, ConferenceReports(sequence=30).leaves(CALLER))


def test_resume_that_cannot_be_ordered_is_refused_c77() -> None:
    session = _held_by_ann()
    _leave_unstarted(session)
    with pytest.raises(ConferenceNotOpen):
        ask(session, ResumeCall(ANN), 80)


def test_hold_with_nobody_else_there_is_refused_c77() -> None:
    """The customer has gone and the third party rings still."""
    session = in_conference(ConferenceReports())
    tell(session, ended("leg-caller", CALLER))
    with pytest.raises(NobodyElseConnected):
        ask(session, _hold(), 61)


@pytest.mark.parametrize("by", [ANN, BOSS], ids=["who has left", "manager"])
def test_hold_where_no_agent_is_left_is_refused_c77(by: User) -> None:
    """Customer and third party talk on; nobody there could release who is held, so the hold would
    be undone before it is ordered.
    """
    session, reports = in_conference(ConferenceReports()), ConferenceReports(sequence=20)
    third = session.members[-1].leg.id
    tell(session, reports.joins(THIRD, third), answered(third, THIRD, 20))
    tell(session, ended("leg-u-ann", AGENT))
    with pytest.raises(NobodyEndsHold):
        ask(session, PatchMember(by, CALLER, hold=True), 60)
    ask(session, PatchMember(by, CALLER, hold=False), 61)
    assert [] == taken(session)


def test_hold_of_one_more_party_does_not_replace_the_line_of_the_whole_hold() -> None:
    """Who holds the call is told once the carrier has answered for all of them."""
    session = _with_bob()
    ask(session, _hold(), 60)
    ask(session, PatchMember(BOSS, AGENT, hold=True), 61)
    taken(session)
    _done(session, "leg-caller", "leg-third", "leg-u-ann")
    assert ["Ann holds the call"] == [line for line in _lines(session) if "holds" in line]
