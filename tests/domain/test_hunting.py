"""Several destinations for one party: in turn or at once, one of them is in (C114, C115)."""

import itertools
from dataclasses import replace

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.failures import failure_of
from evovoice.domain.hunt import Candidate, Hunt, HuntStrategy
from evovoice.domain.hunt_commands import same_hunt, start_hunt, without_those_there
from evovoice.domain.hunt_parties import HuntState, hunt_of, hunt_state
from evovoice.domain.hunting import TAKEN
from evovoice.domain.messages import Fact, LegEnded, LegProgressed, RedirectFailed
from evovoice.domain.order_derivation import derive_orders
from evovoice.domain.orders import CancelLeg, DialLeg, HangUpLeg, Order
from evovoice.domain.requests import EndCall, RemoveMember
from evovoice.domain.states import Failure, HangupLevel, LegProgress, Outcome
from evovoice.domain.still_wanted import facts_of_failure, is_wanted
from tests.domain.builders import (
    AGENT,
    ANN,
    CALLER,
    OURS,
    THIRD,
    ConferenceReports,
    add,
    answered,
    ask,
    at,
    bridged,
    ended,
    in_conference,
    progressed,
    taken,
    tell,
)

NUMBERS = {"a": "+12025550101", "b": "+12025550102", "c": "+12025550103"}


def _sid(name: str) -> str:
    return "CA" + "0" * 31 + name


def _candidate(name: str, seconds: int = 15) -> Candidate:
    number = NUMBERS[name]
    return Candidate(f"m-{name}", f"leg-{name}", number, number, number, seconds)


def _hunt(strategy: HuntStrategy = HuntStrategy.SEQUENTIAL, names: str = "abc") -> Hunt:
    waiting = tuple(_candidate(name, 15 + n) for n, name in enumerate(names))
    return Hunt("h-1", strategy, ANN.id, OURS, at(20), len(waiting), waiting)


def _started(strategy: HuntStrategy = HuntStrategy.SEQUENTIAL) -> CallSession:
    """Agent, customer; the destinations are tried."""
    session = in_conference(ConferenceReports())
    tell(session, ended("leg-third", THIRD, Outcome.BUSY, 15))
    start_hunt(session, _hunt(strategy), ANN, at(20))
    derive_orders(session, at(20))
    return session


def _accept(session: CallSession, name: str, seconds: float = 21) -> list[Order]:
    return tell(session, progressed(f"leg-{name}", _sid(name), LegProgress.RINGING, seconds))


def _fails(name: str, seconds: float, outcome: Outcome = Outcome.NO_ANSWER) -> LegEnded:
    return ended(f"leg-{name}", _sid(name), outcome, seconds)


def _answers(name: str, seconds: float) -> LegProgressed:
    return replace(answered(f"leg-{name}", _sid(name), seconds), since=at(seconds))


def _dialled(orders: list[Order]) -> list[tuple[str, int]]:
    return [(one.leg_id, one.ring_seconds) for one in orders if isinstance(one, DialLeg)]


def _state(session: CallSession) -> HuntState:
    return hunt_state(session, session.hunts[-1])


def _in_call(session: CallSession) -> list[str]:
    """Who is connected, and is not sent away."""
    stay = [m for m in session.connected() if m.leg.hangup_level < HangupLevel.HANG_UP]
    return [m.id for m in stay]


# --- in turn -------------------------------------------------------------------------------------


def test_next_destination_is_rung_once_the_one_before_was_not_reached_c114() -> None:
    session = _started()
    assert [("leg-a", 15)] == _dialled(taken(session))
    _accept(session, "a")
    assert [("leg-b", 16)] == _dialled(tell(session, _fails("a", 40)))
    _accept(session, "b", 41)
    assert [("leg-c", 17)] == _dialled(tell(session, _fails("b", 45, Outcome.BUSY)))
    assert HuntState.RINGING is _state(session)
    assert [] == tell(session, _fails("c", 60))
    assert HuntState.FAILED is _state(session)
    reasons = [failure_of(session, m) for m in session.members[-3:]]
    assert [Failure.NO_ANSWER, Failure.BUSY, Failure.NO_ANSWER] == reasons


def test_who_answers_is_in_and_nobody_else_is_rung_c114() -> None:
    session = _started()
    tell(session, _fails("a", 30))
    assert [] == tell(session, _answers("b", 35))
    assert ["m-caller", "m-u-ann", "m-b"] == _in_call(session)
    tell(session, _fails("b", 90, Outcome.COMPLETED))
    assert (HuntState.REACHED, ()) == (_state(session), session.hunts[0].waiting)
    assert [] == _dialled(taken(session))


def test_reports_of_an_end_that_come_twice_ring_nobody_twice_c114() -> None:
    session = _started()
    taken(session)
    rung = [*tell(session, _fails("a", 30), _fails("a", 30)), *tell(session, _fails("a", 30))]
    assert [("leg-b", 16)] == _dialled(rung)


def test_carrier_is_asked_once_a_ringing_should_be_over_c114() -> None:
    """The report of its end may be lost, and somebody waits for their turn."""
    session = _started()
    _accept(session, "a", 24)
    assert session.next_check is not None
    assert session.next_check <= at(20 + 15 + 10)


def test_refused_dial_goes_on_with_the_next_c114() -> None:
    session = _started()
    (dial,) = taken(session)
    facts = facts_of_failure(dial, "no such number", 21211, at(21), failure=Failure.INVALID_NUMBER)
    assert [("leg-b", 16)] == _dialled(tell(session, *facts))


def test_call_that_becomes_no_conference_rings_nobody_c114() -> None:
    session = bridged()
    start_hunt(session, _hunt(), ANN, at(20))
    derive_orders(session, at(20))
    assert [] == _dialled(taken(session))
    tell(session, RedirectFailed(session.moving_leg_id or "", at(21), "refused", 21220))
    assert HuntState.FAILED is _state(session)
    assert [] == _dialled(taken(session))


def test_plain_call_becomes_a_conference_before_the_first_is_rung_c114() -> None:
    session, reports = bridged(), ConferenceReports()
    start_hunt(session, _hunt(), ANN, at(5))
    derive_orders(session, at(5))
    orders = tell(session, reports.joins(AGENT), reports.joins(CALLER), reports.starts())
    assert [("leg-a", 15)] == _dialled(orders)


def test_nobody_is_rung_for_an_agent_whom_the_customer_has_left_e3() -> None:
    session = _started()
    _accept(session, "a")
    taken(session)
    orders = tell(session, ended("leg-caller", CALLER, seconds=30))
    assert [CancelLeg("leg-a", _sid("a"))] == orders
    tell(session, _fails("a", 31, Outcome.CANCELED))
    assert [] == _dialled(taken(session))
    assert ["m-caller", "m-u-ann", "m-third", "m-a"] == [m.id for m in session.members]


def test_customer_whom_the_agent_has_left_waits_for_the_next_destination_e4() -> None:
    session = _started()
    _accept(session, "a")
    tell(session, ended("leg-u-ann", AGENT, seconds=30))
    assert [("leg-b", 16)] == _dialled(tell(session, _fails("a", 31)))


def test_who_came_into_the_call_meanwhile_is_not_rung_again_c114() -> None:
    session = _started()
    add(session, NUMBERS["b"], "other")
    tell(session, answered("leg-other", _sid("9"), 25))
    taken(session)
    assert [("leg-c", 17)] == _dialled(tell(session, _fails("a", 30)))


# --- at once -------------------------------------------------------------------------------------


def test_all_ring_at_once_and_the_first_to_answer_stops_the_others_c115() -> None:
    session = _started(HuntStrategy.SIMULTANEOUS)
    assert [("leg-a", 15), ("leg-b", 16), ("leg-c", 17)] == _dialled(taken(session))
    for name in "abc":
        _accept(session, name)
    orders = tell(session, _answers("b", 30))
    assert [CancelLeg("leg-a", _sid("a")), CancelLeg("leg-c", _sid("c"))] == orders
    assert HuntState.REACHED is _state(session)
    for name in "ac":
        tell(session, _fails(name, 31, Outcome.CANCELED))
    last = next(m for m in session.members if m.id == "m-c")
    assert (Failure.NOT_CALLED, "+12025550102 answered first") == (
        failure_of(session, last), last.leg.withdrawn,
    )  # fmt: skip


def test_who_answers_second_hears_a_sentence_and_is_hung_up_c115() -> None:
    session = _started(HuntStrategy.SIMULTANEOUS)
    for name in "abc":
        _accept(session, name)
    tell(session, _answers("b", 30))
    assert [HangUpLeg("leg-a", _sid("a"), TAKEN)] == tell(session, _answers("a", 31))
    assert ["m-caller", "m-u-ann", "m-b"] == _in_call(session)
    assert [] == tell(session, _answers("a", 31))


def test_dial_that_was_not_given_yet_is_not_wanted_once_somebody_answered_c115() -> None:
    session = _started(HuntStrategy.SIMULTANEOUS)
    dials = [one for one in taken(session) if isinstance(one, DialLeg)]
    tell(session, _answers("b", 30))
    assert [False, False, False] == [is_wanted(session, one) for one in dials]
    orders = _accept(session, "a", 31)  # it was carried out all the same
    assert [CancelLeg("leg-a", _sid("a"))] == orders


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_earliest_answer_wins_in_whatever_order_it_is_reported_c115(order: tuple[int]) -> None:
    """Also when reported twice, and when nothing was heard of their ringing."""
    facts: list[Fact] = [_answers("c", 33), _answers("a", 31), _answers("b", 30), _answers("a", 31)]
    session = _started(HuntStrategy.SIMULTANEOUS)
    for one in order:
        fact = facts[one]
        tell(session, replace(fact, at=at(34)), fact)
    assert ("m-b", ["m-caller", "m-u-ann", "m-b"]) == (
        session.hunts[0].winner, _in_call(session),
    )  # fmt: skip


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_shuffled_reports_of_a_list_in_turn_come_to_one_end_c114(order: tuple[int]) -> None:
    """Whatever is told before it can have happened is told again."""
    session = _started()
    facts: list[Fact] = [
        _fails("a", 36),
        _answers("b", 40),
        _fails("b", 50, Outcome.COMPLETED),
        progressed("leg-a", _sid("a"), LegProgress.RINGING, 22),
    ]
    for one in order:
        tell(session, facts[one])
    tell(session, *facts)
    assert (HuntState.REACHED, "m-b") == (_state(session), session.hunts[0].winner)
    assert ["m-a", "m-b"] == [m.id for m in session.members[-2:]]


def test_late_report_does_not_send_away_who_has_talked_for_a_while_c115() -> None:
    session = _started(HuntStrategy.SIMULTANEOUS)
    _accept(session, "a")
    tell(session, _answers("b", 30))
    orders = tell(session, replace(_answers("a", 29), at=at(40)))
    assert [HangUpLeg("leg-a", _sid("a"), TAKEN)] == orders
    assert "m-b" == session.hunts[0].winner


# --- taking it back ------------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", list(HuntStrategy))
def test_who_removes_one_of_them_stops_all_c114(strategy: HuntStrategy) -> None:
    session = _started(strategy)
    for name in "abc" if strategy is HuntStrategy.SIMULTANEOUS else "a":
        _accept(session, name)
    taken(session)
    ask(session, RemoveMember(ANN, "m-a"), 30)
    assert all(isinstance(one, HangUpLeg) for one in taken(session))
    assert HuntState.CANCELLED is _state(session)
    tell(session, _fails("a", 31, Outcome.CANCELED))
    assert [] == _dialled(taken(session))
    assert ["m-caller", "m-u-ann"] == [
        m.id for m in session.live() if m.leg.hangup_level is HangupLevel.NOT
    ]


def test_who_removes_one_that_was_tried_before_stops_the_present_one_c114() -> None:
    """Two things cross: the agent gives up as the next one begins to ring."""
    session = _started()
    tell(session, _fails("a", 30))
    _accept(session, "b", 31)
    taken(session)
    ask(session, RemoveMember(ANN, "m-a"), 32)
    assert [HangUpLeg("leg-b", _sid("b"))] == taken(session)
    assert HuntState.CANCELLED is _state(session)


def test_removing_who_failed_leaves_who_has_answered_c114() -> None:
    session = _started()
    tell(session, _fails("a", 30), _answers("b", 35))
    ask(session, RemoveMember(ANN, "m-a"), 40)
    assert ("m-b" in _in_call(session), []) == (True, taken(session))


def test_end_of_the_call_ends_the_list_c114() -> None:
    session = _started()
    _accept(session, "a")
    ask(session, EndCall(ANN), 30)
    tell(session, _fails("a", 31, Outcome.CANCELED))
    tell(session, ended("leg-u-ann", AGENT, seconds=32), ended("leg-caller", CALLER, seconds=32))
    assert session.has_ended
    assert (HuntState.FAILED, ()) == (_state(session), session.hunts[0].waiting)
    assert [] == _dialled(taken(session))


# --- repeated ------------------------------------------------------------------------------------


def test_same_list_again_is_the_one_under_way_c114() -> None:
    session = _started()
    tell(session, _fails("a", 30))
    assert session.hunts[0] is same_hunt(session, _hunt())
    assert same_hunt(session, _hunt(names="ab")) is None
    assert session.hunts[0] is hunt_of(session, "m-b")


def test_who_is_in_the_call_already_is_left_out_of_a_list_c114() -> None:
    session = _started()
    hunt = _hunt(names="ab")
    there = without_those_there(session, hunt)
    assert (["m-a"], 1, ["m-b"]) == (
        [m.id for m in there], hunt.total, [one.member_id for one in hunt.waiting],
    )  # fmt: skip


def test_digits_wait_for_the_answer_of_the_one_they_are_for_c111() -> None:
    session = in_conference(ConferenceReports())
    hunt = _hunt()
    first, second, _ = hunt.waiting
    hunt.waiting = (first, replace(second, digits_key="d-b", digits_seconds=1.0))
    start_hunt(session, hunt, ANN, at(20))
    tell(session, _fails("a", 30))
    keys = {m.id: m.leg.digits.waiting for m in session.members}
    assert ("", "d-b") == (keys["m-a"], keys["m-b"])
