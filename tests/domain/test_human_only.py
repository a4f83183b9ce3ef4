"""Destinations that are for people only: a voicemail that answers is nobody (C120)."""

import itertools
from dataclasses import replace

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.failures import ADVICE, failure_of
from evovoice.domain.hunt import Candidate, Hunt, HuntStrategy
from evovoice.domain.hunt_commands import start_hunt
from evovoice.domain.hunt_parties import HuntState, hunt_state
from evovoice.domain.hunting import TAKEN
from evovoice.domain.member import Member
from evovoice.domain.messages import AnswererHeard, Fact, LegEnded, LegProgressed
from evovoice.domain.order_derivation import derive_orders
from evovoice.domain.orders import CancelLeg, DialLeg, HangUpLeg, Order
from evovoice.domain.requests import RemoveMember
from evovoice.domain.states import AnsweredBy, Failure, HangupLevel, LegProgress, Outcome
from evovoice.domain.views import member_status
from evovoice.storage.mapping.hunt_documents import hunt_documents, hunts_from
from tests.domain.builders import (
    AGENT,
    ANN,
    OURS,
    THIRD,
    ConferenceReports,
    answered,
    ask,
    at,
    ended,
    in_conference,
    progressed,
    taken,
    tell,
)

NUMBERS = {"a": "+12025550101", "b": "+12025550102", "c": "+12025550103"}
BOTH = pytest.mark.parametrize("strategy", list(HuntStrategy))
MACHINES = pytest.mark.parametrize(
    ("heard", "failure", "sentence"),
    [
        (AnsweredBy.MACHINE, Failure.VOICEMAIL, "A voicemail answered"),
        (AnsweredBy.FAX, Failure.FAX, "A fax machine answered"),
    ],
)


def _sid(name: str) -> str:
    return "CA" + "0" * 31 + name


def _started(strategy: HuntStrategy = HuntStrategy.SEQUENTIAL, names: str = "abc") -> CallSession:
    """Agent and customer; the destinations are tried, and the first rings or all."""
    session = in_conference(ConferenceReports())
    tell(session, ended("leg-third", THIRD, Outcome.BUSY, 15))
    waiting = tuple(
        Candidate(f"m-{one}", f"leg-{one}", NUMBERS[one], NUMBERS[one], NUMBERS[one], 15)
        for one in names
    )
    hunt = Hunt("h-1", strategy, ANN.id, OURS, at(20), len(names), waiting, human_only=True)
    start_hunt(session, hunt, ANN, at(20))
    derive_orders(session, at(20))
    for one in names if strategy is HuntStrategy.SIMULTANEOUS else names[0]:
        tell(session, progressed(f"leg-{one}", _sid(one), LegProgress.RINGING, 21))
    return session


def _answers(name: str, seconds: float) -> LegProgressed:
    return replace(answered(f"leg-{name}", _sid(name), seconds), since=at(seconds))


def _heard(name: str, by: AnsweredBy, seconds: float) -> AnswererHeard:
    return AnswererHeard(f"leg-{name}", _sid(name), by, at(seconds))


def _ends(name: str, seconds: float, outcome: Outcome = Outcome.COMPLETED) -> LegEnded:
    return ended(f"leg-{name}", _sid(name), outcome, seconds)


def _passes(session: CallSession, seconds: float) -> list[Order]:
    """The carrier is asked, and tells nothing new."""
    derive_orders(session, at(seconds))
    return taken(session)


def _dialled(orders: list[Order]) -> list[str]:
    return [one.leg_id for one in orders if isinstance(one, DialLeg)]


def _state(session: CallSession) -> HuntState:
    return hunt_state(session, session.hunts[0])


def _in_call(session: CallSession) -> list[str]:
    stay = [m for m in session.connected() if m.leg.hangup_level < HangupLevel.HANG_UP]
    return [m.id for m in stay][2:]


def _member(session: CallSession, name: str) -> Member:
    return next(m for m in session.members if m.id == f"m-{name}")


# --- what is asked of the carrier ----------------------------------------------------------------


def test_carrier_is_to_listen_where_only_a_person_counts_c120() -> None:
    session = in_conference(ConferenceReports())
    tell(session, ended("leg-third", THIRD, Outcome.BUSY, 15))
    number = Candidate("m-a", "leg-a", NUMBERS["a"], "A", NUMBERS["a"])
    digits = replace(number, member_id="m-b", leg_id="leg-b", address=NUMBERS["b"], digits_key="d")
    device = replace(
        number, member_id="m-c", leg_id="leg-c", address="client:bea_1", user_id="u-bea"
    )
    hunt = Hunt(
        "h-1", HuntStrategy.SIMULTANEOUS, ANN.id, OURS, at(20), 3, (number, digits, device),
        human_only=True,
    )  # fmt: skip
    start_hunt(session, hunt, ANN, at(20))
    derive_orders(session, at(20))
    dials = [one for one in taken(session) if isinstance(one, DialLeg)]
    assert {"leg-a": True, "leg-b": False, "leg-c": False} == {
        one.leg_id: one.detect_machine for one in dials
    }


# --- in turn -------------------------------------------------------------------------------------


@MACHINES
def test_machine_that_answers_is_hung_up_and_the_next_one_rings_c120(
    heard: AnsweredBy, failure: Failure, sentence: str
) -> None:
    session = _started()
    assert [] == _dialled(tell(session, _answers("a", 30)))
    assert HuntState.RINGING is _state(session)
    assert [HangUpLeg("leg-a", _sid("a"))] == tell(session, _heard("a", heard, 34))
    assert ["leg-b"] == _dialled(tell(session, _ends("a", 35)))
    first = _member(session, "a")
    assert (failure, "failed") == (failure_of(session, first), member_status(session, first))
    assert (sentence, "anotherNumber") == ADVICE[failure]
    lines = [one for one in session.events if one.member_id == "m-a"]
    assert ("MemberFailed", failure.value) == (lines[-1].type, lines[-1].data["reasonCode"])


@pytest.mark.parametrize("heard", [AnsweredBy.HUMAN, AnsweredBy.UNKNOWN])
def test_person_or_who_cannot_be_told_is_in_c120(heard: AnsweredBy) -> None:
    session = _started()
    tell(session, _answers("a", 30), _heard("a", heard, 33))
    assert (HuntState.REACHED, ["m-a"]) == (_state(session), _in_call(session))
    assert ((), []) == (session.hunts[0].waiting, taken(session))


def test_last_one_that_is_a_machine_fails_the_whole_c120() -> None:
    session = _started(names="a")
    tell(session, _answers("a", 30), _heard("a", AnsweredBy.MACHINE, 34), _ends("a", 35))
    assert (HuntState.FAILED, []) == (_state(session), _in_call(session))


def test_customer_whom_the_agent_has_left_waits_for_the_next_one_e4_c120() -> None:
    session = _started()
    tell(session, _answers("a", 30), ended("leg-u-ann", AGENT, seconds=31))
    tell(session, _heard("a", AnsweredBy.MACHINE, 34))
    orders = tell(session, _ends("a", 35))
    assert (["leg-b"], False) == (_dialled(orders), session.end_wanted)


# --- late, twice, never, in any order ------------------------------------------------------------


def test_nothing_is_told_and_who_has_answered_counts_as_a_person_c120() -> None:
    session = _started()
    tell(session, _answers("a", 30))
    assert session.next_check is not None
    assert session.next_check <= at(50)
    assert (HuntState.RINGING, []) == (_state(session), _passes(session, 49))
    _passes(session, 50)
    assert (HuntState.REACHED, ["m-a"]) == (_state(session), _in_call(session))


def test_machine_that_is_told_too_late_sends_nobody_away_c120() -> None:
    session = _started()
    tell(session, _answers("a", 30))
    _passes(session, 50)
    assert [] == tell(session, _heard("a", AnsweredBy.MACHINE, 51))
    tell(session, _ends("a", 90))
    assert (HuntState.REACHED, None) == (
        _state(session),
        failure_of(session, _member(session, "a")),
    )


def test_who_hangs_up_before_anything_is_told_was_reached_c120() -> None:
    session = _started()
    assert [] == tell(session, _answers("a", 30), _ends("a", 32))
    assert HuntState.RINGING is _state(session)
    assert [] == _passes(session, 37)
    assert HuntState.REACHED is _state(session)


def test_report_that_contradicts_another_is_read_for_a_person_c120() -> None:
    facts = [_heard("a", AnsweredBy.HUMAN, 33), _heard("a", AnsweredBy.UNKNOWN, 33)]
    for told in (facts, facts[::-1]):
        session = _started()
        tell(session, _answers("a", 30), *told)
        heard = session.hunts[0].detection_of("m-a")
        assert heard is not None
        assert (AnsweredBy.HUMAN, ["m-a"]) == (heard.answered_by, _in_call(session))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_shuffled_reports_of_a_machine_come_to_one_end_c120(order: tuple[int, ...]) -> None:
    """Its answer, what was heard and its end; each twice."""
    facts: list[Fact] = [
        replace(_answers("a", 30), at=at(35)),
        _heard("a", AnsweredBy.MACHINE, 35),
        replace(_ends("a", 34.5), at=at(35)),
    ]
    session = _started()
    dialled = _dialled(taken(session))
    for one in (*order, *order):
        dialled += _dialled(tell(session, facts[one]))
    assert (["leg-b"], HuntState.RINGING) == (dialled, _state(session))
    assert Failure.VOICEMAIL is failure_of(session, _member(session, "a"))


def test_what_is_heard_on_a_leg_of_no_such_list_changes_nothing_c120() -> None:
    session = in_conference(ConferenceReports())
    tell(session, answered("leg-third", THIRD, 20))
    assert [] == tell(session, AnswererHeard("leg-third", THIRD, AnsweredBy.MACHINE, at(25)))
    assert ["m-third"] == _in_call(session)


# --- at once -------------------------------------------------------------------------------------


def test_others_ring_on_until_it_is_told_that_a_person_answered_c120() -> None:
    session = _started(HuntStrategy.SIMULTANEOUS)
    assert [] == tell(session, _answers("a", 30))
    orders = tell(session, _heard("a", AnsweredBy.HUMAN, 33))
    assert [CancelLeg("leg-b", _sid("b")), CancelLeg("leg-c", _sid("c"))] == orders


def test_voicemail_that_is_first_leaves_the_others_ringing_c120() -> None:
    session = _started(HuntStrategy.SIMULTANEOUS)
    tell(session, _answers("a", 30))
    assert [HangUpLeg("leg-a", _sid("a"))] == tell(session, _heard("a", AnsweredBy.MACHINE, 34))
    tell(session, _ends("a", 35), _answers("b", 36), _heard("b", AnsweredBy.HUMAN, 39))
    assert (HuntState.REACHED, ["m-b"]) == (_state(session), _in_call(session))


def test_first_person_is_in_though_the_second_was_told_before_c115_c120() -> None:
    session = _started(HuntStrategy.SIMULTANEOUS, "ab")
    tell(session, _answers("a", 30), _answers("b", 31))
    assert [] == tell(session, _heard("b", AnsweredBy.HUMAN, 33))
    orders = tell(session, _heard("a", AnsweredBy.HUMAN, 34))
    assert [HangUpLeg("leg-b", _sid("b"), TAKEN)] == orders
    assert ["m-a"] == _in_call(session)


def test_who_has_talked_for_five_seconds_stays_and_who_is_unclear_goes_c115_c120() -> None:
    session = _started(HuntStrategy.SIMULTANEOUS, "ab")
    tell(session, _answers("a", 30), _answers("b", 31), _heard("b", AnsweredBy.HUMAN, 33))
    assert [HangUpLeg("leg-a", _sid("a"), TAKEN)] == _passes(session, 39)
    tell(session, _heard("a", AnsweredBy.HUMAN, 40))
    assert ["m-b"] == _in_call(session)


# --- taking it back, and what is stored ----------------------------------------------------------


@BOTH
def test_agent_who_removes_who_answered_before_it_is_told_stops_all_c114_c120(
    strategy: HuntStrategy,
) -> None:
    session = _started(strategy)
    tell(session, _answers("a", 30))
    ask(session, RemoveMember(ANN, "m-a"), 31)
    assert all(isinstance(one, HangUpLeg) for one in taken(session))
    tell(session, _ends("a", 32), _heard("a", AnsweredBy.MACHINE, 33))
    assert (HuntState.CANCELLED, []) == (_state(session), _dialled(taken(session)))


def test_what_was_heard_is_stored_with_the_hunt_c120() -> None:
    session = _started()
    tell(session, _answers("a", 30), _heard("a", AnsweredBy.MACHINE, 34))
    documents = hunt_documents(session.hunts)
    assert documents is not None
    assert session.hunts == hunts_from(documents)
    for key in ("human_only", "detections"):
        del documents[0][key]  # as the version before has stored it
    assert (False, ()) == (hunts_from(documents)[0].human_only, hunts_from(documents)[0].detections)
