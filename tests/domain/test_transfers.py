"""A transfer as an object of the session, whatever happens to its parties (C108 to C110)."""

import pytest

from evovoice.domain.announcements import Announcement
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import (
    MemberNotConnected,
    PartyInCall,
    TransferHandedOver,
    TransferIsOver,
    TransferNotFound,
    TransferUnderWay,
)
from evovoice.domain.given_up import note_given_up
from evovoice.domain.messages import AdjustRefused, LegAdjusted
from evovoice.domain.orders import AdjustLeg, AnnounceToLeg, CancelLeg, DialLeg, HangUpLeg, Order
from evovoice.domain.requests import (
    CancelTransfer,
    CompleteTransfer,
    HandOver,
    LeaveCall,
    ResumeCall,
    StartTransfer,
    SwapTransfer,
)
from evovoice.domain.states import EndPolicy, LegProgress, Outcome
from evovoice.domain.still_wanted import is_wanted
from evovoice.domain.transfer import TransferEnd, TransferKind
from evovoice.domain.transfer_parties import transfer_state, why_ended
from evovoice.web.dto.transfer_info import transfer_info
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    CALLER,
    FALLBACK,
    PLAN,
    ROOM,
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

RECALL = "CA" + "0" * 31 + "8"
INSTEAD = "CA" + "0" * 31 + "9"


class _Call:
    """Ann holds the customer and has a third party rung."""

    def __init__(self) -> None:
        self.reports = ConferenceReports()
        self.session = in_conference(self.reports)
        taken(self.session)
        ask(self.session, StartTransfer(ANN, AGENT, "m-third", PLAN), 20)
        self.done()

    def done(self) -> list[Order]:
        """The carrier carries out every hold and release; all that was ordered."""
        orders = taken(self.session)
        for order in orders:
            if isinstance(order, AdjustLeg) and order.held is not None:
                held = self.reports.holds(order.call_sid, order.held)
                orders += tell(self.session, LegAdjusted(order.leg_id, at(21)), held)
        return orders

    def answers(self) -> None:
        tell(
            self.session,
            self.reports.joins(THIRD, "leg-third"),
            answered("leg-third", THIRD, 25),
        )

    def agent_goes(self) -> list[Order]:
        return tell(self.session, ended("leg-u-ann", AGENT, seconds=30))

    def third_fails(self, outcome: Outcome = Outcome.BUSY) -> list[Order]:
        return tell(self.session, ended("leg-third", THIRD, outcome, 31))

    @property
    def state(self) -> str:
        return transfer_state(self.session, self.session.transfers[-1]).value

    @property
    def end(self) -> TransferEnd | None:
        return self.session.transfers[-1].end

    @property
    def on_hold(self) -> list[str]:
        return [m.id for m in self.session.connected() if m.leg.settings.held]

    @property
    def inside(self) -> list[str]:
        return [m.id for m in self.session.connected()]


@pytest.fixture
def call() -> _Call:
    return _Call()


def _dialled(orders: list[Order]) -> list[str]:
    return [order.to for order in orders if isinstance(order, DialLeg)]


def _said(orders: list[Order]) -> list[Announcement]:
    return [order.announcement for order in orders if isinstance(order, AnnounceToLeg)]


# --- consulting ----------------------------------------------------------------------------------


def test_others_are_held_for_a_transfer_while_the_third_party_rings_c108(call: _Call) -> None:
    assert ("Dialing", ["m-caller"]) == (call.state, call.on_hold)
    assert "Transferring" == call.session.hold_reason


def test_plain_call_becomes_a_conference_before_anybody_is_held_or_rung_c108() -> None:
    session, reports = bridged(), ConferenceReports()
    add(session)
    ask(session, StartTransfer(ANN, AGENT, "m-third", PLAN), 6)
    assert not [one for one in taken(session) if isinstance(one, AdjustLeg | DialLeg)]
    orders = tell(session, reports.joins(AGENT), reports.joins(CALLER), reports.starts())
    assert ["leg-caller"] == [one.leg_id for one in orders if isinstance(one, AdjustLeg)]
    assert 1 == len(_dialled(orders))


def test_agent_talks_to_the_third_party_alone_and_swaps_c108(call: _Call) -> None:
    call.answers()
    assert ("Consulting", ["m-caller"]) == (call.state, call.on_hold)
    ask(call.session, SwapTransfer(ANN, "t-1"), 26)
    call.done()
    assert ("Swapped", ["m-third"]) == (call.state, call.on_hold)
    ask(call.session, SwapTransfer(ANN, "t-1"), 27)
    call.done()
    assert ("Consulting", ["m-caller"]) == (call.state, call.on_hold)


def test_nobody_swaps_to_somebody_who_still_rings_c108(call: _Call) -> None:
    with pytest.raises(MemberNotConnected):
        ask(call.session, SwapTransfer(ANN, "t-1"), 26)


def test_all_join_once_the_carrier_has_released_them_c108(call: _Call) -> None:
    call.answers()
    ask(call.session, CompleteTransfer(ANN, "t-1", joins=True), 26)
    assert "Consulting" == call.state
    call.done()
    assert ("Completed", TransferEnd.JOINED, []) == (call.state, call.end, call.on_hold)
    assert 3 == len(call.inside)


def test_refused_release_leaves_the_consultation_as_it_was_c108(call: _Call) -> None:
    call.answers()
    ask(call.session, CompleteTransfer(ANN, "t-1", joins=True), 26)
    tell(call.session, AdjustRefused("leg-caller", at(27), "no"))
    assert ("Consulting", ["m-caller"]) == (call.state, call.on_hold)


def test_agent_leaves_and_the_others_talk_c108(call: _Call) -> None:
    call.answers()
    ask(call.session, CompleteTransfer(ANN, "t-1", joins=False), 26)
    orders = call.done()
    assert ["leg-u-ann"] == [one.leg_id for one in orders if isinstance(one, HangUpLeg)]
    call.agent_goes()
    assert ("Completed", TransferEnd.HANDED_OVER, []) == (call.state, call.end, call.on_hold)


def test_cancelling_takes_the_third_party_out_and_brings_the_others_back_c108(call: _Call) -> None:
    call.answers()
    ask(call.session, CancelTransfer(ANN, "t-1"), 26)
    orders = call.done()
    assert ["leg-third"] == [one.leg_id for one in orders if isinstance(one, HangUpLeg)]
    assert ("Cancelled", []) == (call.state, call.on_hold)
    ask(call.session, CancelTransfer(ANN, "t-1"), 27)
    assert [] == taken(call.session)


def test_everybody_resumed_while_it_rings_is_a_call_of_three_once_it_is_answered_c108(
    call: _Call,
) -> None:
    ask(call.session, ResumeCall(ANN), 22)
    call.done()
    call.answers()
    assert ("Completed", []) == (call.state, call.on_hold)


def test_who_comes_in_meanwhile_waits_with_the_others_c108(call: _Call) -> None:
    reports, fourth = call.reports, "CA" + "0" * 31 + "4"
    add(call.session, "+442079460999", "fourth")
    call.answers()
    tell(call.session, reports.joins(fourth, "leg-fourth"), answered("leg-fourth", fourth, 26))
    assert ["m-caller", "m-fourth"] == call.on_hold
    ask(call.session, ResumeCall(ANN), 27)
    call.done()
    assert [] == call.on_hold


def test_only_one_transfer_at_a_time_c108(call: _Call) -> None:
    fourth = add(call.session, "+442079460999", "fourth")
    with pytest.raises(TransferUnderWay):
        ask(call.session, StartTransfer(ANN, AGENT, fourth.id, PLAN), 22)
    with pytest.raises(TransferUnderWay):
        ask(call.session, HandOver(ANN, "fourth", fourth.id, PLAN), 22)


def test_the_same_transfer_asked_for_twice_is_one_c108(call: _Call) -> None:
    ask(call.session, StartTransfer(ANN, AGENT, "m-third", PLAN), 22)
    assert (1, []) == (len(call.session.transfers), taken(call.session))


def test_nobody_transfers_to_somebody_who_talks_c108() -> None:
    session = in_conference(ConferenceReports())
    tell(session, answered("leg-third", THIRD))
    with pytest.raises(PartyInCall):
        ask(session, StartTransfer(ANN, AGENT, "m-third", PLAN), 22)


def test_transfer_that_is_over_or_unknown_takes_no_command_c108(call: _Call) -> None:
    with pytest.raises(TransferNotFound):
        ask(call.session, SwapTransfer(ANN, "t-2"), 22)
    call.third_fails()
    with pytest.raises(TransferIsOver):
        ask(call.session, CompleteTransfer(ANN, "t-1", joins=True), 40)


def test_colleague_who_was_consulted_takes_the_call_over_c108() -> None:
    """Bob, whom Ann asks, completes it himself: Ann leaves, not he."""
    call = _Call()
    call.session.member_of("leg-third").user_id = BOB.id  # type: ignore[union-attr]
    call.answers()
    ask(call.session, CompleteTransfer(BOB, "t-1", joins=False), 26)
    call.done()
    call.agent_goes()
    assert ("Completed", ["m-caller", "m-third"]) == (call.state, sorted(call.inside))
    assert [] == call.on_hold


# --- what happens meanwhile ----------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.BUSY, Outcome.NO_ANSWER, Outcome.FAILED])
def test_third_party_does_not_come_and_the_held_come_back_c109(
    call: _Call, outcome: Outcome
) -> None:
    call.third_fails(outcome)
    call.done()
    assert ("Failed", []) == (call.state, call.on_hold)
    assert "was not reached" in (why_ended(call.session, call.session.transfers[0]) or "")


def test_third_party_hangs_up_while_it_is_held_c109(call: _Call) -> None:
    call.answers()
    ask(call.session, SwapTransfer(ANN, "t-1"), 26)
    call.done()
    call.third_fails(Outcome.COMPLETED)
    assert (TransferEnd.PARTY_LEFT, []) == (call.end, call.on_hold)
    assert ["m-caller", "m-u-ann"] == call.inside


@pytest.mark.parametrize("swapped", [False, True])
def test_customer_hangs_up_during_the_consultation_c109(call: _Call, swapped: bool) -> None:
    call.answers()
    if swapped:
        ask(call.session, SwapTransfer(ANN, "t-1"), 26)
        call.done()
    tell(call.session, ended("leg-caller", CALLER))
    assert (TransferEnd.OTHERS_LEFT, []) == (call.end, call.on_hold)
    assert ["m-u-ann", "m-third"] == call.inside


def test_customer_hangs_up_while_the_third_party_rings_e3(call: _Call) -> None:
    orders = tell(call.session, ended("leg-caller", CALLER))
    assert ["leg-third"] == [one.leg_id for one in orders if isinstance(one, CancelLeg)]


def test_agents_device_dies_and_the_others_find_each_other_c109(call: _Call) -> None:
    call.answers()
    call.agent_goes()
    assert (TransferEnd.HANDED_OVER, []) == (call.end, call.on_hold)
    assert ["m-caller", "m-third"] == call.inside


def test_agents_device_dies_while_the_third_party_rings_e4(call: _Call) -> None:
    call.agent_goes()
    assert ("Dialing", []) == (call.state, call.on_hold)
    call.answers()
    assert (TransferEnd.HANDED_OVER, ["m-caller", "m-third"]) == (call.end, call.inside)


def test_refused_hold_takes_the_third_party_back_c109() -> None:
    session = in_conference(ConferenceReports())
    ask(session, StartTransfer(ANN, AGENT, "m-third", PLAN), 20)
    taken(session)
    orders = tell(session, AdjustRefused("leg-caller", at(21), "no"))
    assert ["leg-third"] == [one.leg_id for one in orders if isinstance(one, HangUpLeg)]
    assert TransferEnd.HOLD_REFUSED is session.transfers[0].end


def test_repeated_and_late_reports_change_no_end_c109(call: _Call) -> None:
    call.third_fails()
    call.done()
    late = progressed("leg-third", THIRD, LegProgress.RINGING, 40)
    tell(call.session, ended("leg-third", THIRD, Outcome.BUSY, 31), late)
    assert (TransferEnd.NOT_REACHED, "Failed") == (call.end, call.state)
    assert 1 == [event.type for event in call.session.events].count("TransferFailed")


def test_call_that_ends_ends_its_transfer_c109(call: _Call) -> None:
    call.answers()
    for leg, sid in (("caller", CALLER), ("u-ann", AGENT), ("third", THIRD)):
        tell(call.session, ended(f"leg-{leg}", sid))
    assert call.session.has_ended
    assert "Failed" == call.state


# --- nobody is hung up without a word ------------------------------------------------------------


def _left_while_it_rings() -> _Call:
    """Ann has left before the third party has answered."""
    call = _Call()
    ask(call.session, CompleteTransfer(ANN, "t-1", joins=False), 26)
    assert "Dialing" == call.state
    call.done()
    call.agent_goes()
    return call


def test_agent_who_has_left_is_called_back_and_the_customer_told_so_c109() -> None:
    call = _left_while_it_rings()
    orders = call.third_fails()
    assert ["client:ann_1"] == _dialled(orders)
    assert [Announcement.RETURNING] == _said(orders)
    assert "Returning" == call.state
    tell(call.session, call.reports.joins(RECALL, "leg-recall"))
    tell(call.session, answered("leg-recall", RECALL, 40))
    assert (TransferEnd.AGENT_BACK, ["m-caller", "m-recall"]) == (call.end, call.inside)


def test_agent_who_is_gone_is_followed_by_the_fallback_number_c109() -> None:
    call = _left_while_it_rings()
    call.third_fails()
    orders = tell(call.session, ended("leg-recall", RECALL, Outcome.NO_ANSWER, 60))
    assert ([FALLBACK], [Announcement.FALLING_BACK]) == (_dialled(orders), _said(orders))
    tell(call.session, call.reports.joins(INSTEAD, "leg-fallback"))
    tell(call.session, answered("leg-fallback", INSTEAD, 70))
    assert (TransferEnd.FALLBACK, ["m-caller", "m-fallback"]) == (call.end, call.inside)


def test_customer_whom_nobody_takes_hears_a_sentence_before_the_end_c109() -> None:
    call = _left_while_it_rings()
    call.third_fails()
    tell(call.session, ended("leg-recall", RECALL, Outcome.NO_ANSWER, 60))
    orders = tell(call.session, ended("leg-fallback", INSTEAD, Outcome.BUSY, 65))
    (goodbye,) = [one for one in orders if isinstance(one, HangUpLeg)]
    assert ("leg-caller", True) == (goodbye.leg_id, bool(goodbye.sentence))
    assert TransferEnd.NOBODY is call.end


def test_customer_who_hangs_up_while_the_agent_is_called_back_ends_it_e1() -> None:
    call = _left_while_it_rings()
    call.third_fails()
    tell(call.session, progressed("leg-recall", RECALL, LegProgress.RINGING, 35))
    orders = tell(call.session, ended("leg-caller", CALLER))
    assert "leg-recall" in [one.leg_id for one in orders if isinstance(one, CancelLeg | HangUpLeg)]


def _handed_over() -> _Call:
    """Ann hands the call over without a talk, and her leg is told to end."""
    call = _Call.__new__(_Call)
    call.reports = ConferenceReports()
    call.session = in_conference(call.reports)
    ask(call.session, HandOver(ANN, "third", "m-third", PLAN), 20)
    taken(call.session)
    return call


def test_blind_transfer_is_an_object_as_well_c109() -> None:
    call = _handed_over()
    assert TransferKind.BLIND is call.session.transfers[0].kind
    call.agent_goes()
    call.answers()
    assert ("Completed", ["m-caller", "m-third"]) == (call.state, call.inside)


@pytest.mark.parametrize("agent_first", [True, False])
def test_blind_transfer_to_somebody_busy_brings_the_agent_back_in_any_order_c109(
    agent_first: bool,
) -> None:
    call = _handed_over()
    moves = [call.agent_goes, call.third_fails]
    orders = [one for move in (moves if agent_first else moves[::-1]) for one in move()]
    assert ["client:ann_1"] == _dialled(orders)
    assert "Returning" == call.state


def test_two_who_talk_need_nobody_else_when_the_third_party_is_not_reached_c109() -> None:
    call = _handed_over()
    reports, fourth = call.reports, "CA" + "0" * 31 + "4"
    add(call.session, "+442079460999", "fourth")
    tell(call.session, reports.joins(fourth, "leg-fourth"), answered("leg-fourth", fourth, 26))
    call.agent_goes()
    assert [] == _dialled(call.third_fails())
    assert TransferEnd.NOT_REACHED is call.end


def test_handed_over_transfer_is_not_cancelled_under_the_customer_c109() -> None:
    call = _handed_over()
    with pytest.raises(TransferHandedOver):
        ask(call.session, CancelTransfer(ANN, "t-1"), 22)


def test_agent_who_hangs_up_while_it_rings_hands_over_too_c109(call: _Call) -> None:
    ask(call.session, LeaveCall(ANN, AGENT), 22)
    call.done()
    call.agent_goes()
    assert ["client:ann_1"] == _dialled(call.third_fails())


def test_who_adds_and_leaves_while_it_rings_hands_over_c109() -> None:
    """Else the customer would be hung up without a word where the party added does not come."""
    call = _Call.__new__(_Call)
    call.reports = ConferenceReports()
    call.session = in_conference(call.reports)
    ask(call.session, LeaveCall(ANN, AGENT, PLAN), 22)
    assert ("Dialing", TransferKind.BLIND) == (call.state, call.session.transfers[0].kind)
    call.agent_goes()
    assert ["client:ann_1"] == _dialled(call.third_fails())
    assert "Returning" == call.state


def test_who_leaves_two_who_talk_hands_nothing_over_c109() -> None:
    session = in_conference(ConferenceReports())
    tell(session, answered("leg-third", THIRD))
    add(session, "+442079460999", "fourth")
    ask(session, LeaveCall(ANN, AGENT, PLAN), 22)
    assert [] == session.transfers


def test_call_back_and_fallback_hold_by_the_policy_last_agent_c105_c109() -> None:
    """A colleague who does not come: the agent, then the fallback number have the call, though
    nobody of ours is left.
    """
    call = _Call.__new__(_Call)
    call.reports = ConferenceReports()
    call.session = in_conference(call.reports)
    call.session.end_policy = EndPolicy.LAST_AGENT
    call.session.members[-1].user_id = BOB.id
    ask(call.session, HandOver(ANN, "third", "m-third", PLAN), 20)
    call.agent_goes()
    assert ["client:ann_1"] == _dialled(call.third_fails())
    orders = tell(call.session, ended("leg-recall", RECALL, Outcome.NO_ANSWER, 60))
    assert ([FALLBACK], EndPolicy.TWO_LEFT) == (_dialled(orders), call.session.end_policy)
    tell(call.session, call.reports.joins(INSTEAD, "leg-fallback"))
    assert [] == tell(call.session, answered("leg-fallback", INSTEAD, 70))
    assert TransferEnd.FALLBACK is call.end


def test_failed_transfer_says_why_the_third_party_was_not_reached_c106(call: _Call) -> None:
    call.third_fails(Outcome.BUSY)
    told = transfer_info(call.session, call.session.transfers[0])
    assert ("busy", "retry") == (told.reason_code, told.next)
    assert "was not reached. The line is busy" in (told.reason or "")


def _types(session: CallSession) -> list[str]:
    return [event.type for event in session.events if event.type.startswith("Transfer")]


def test_log_tells_a_transfer_from_its_beginning_to_its_end_c108(call: _Call) -> None:
    call.answers()
    ask(call.session, SwapTransfer(ANN, "t-1"), 26)
    call.done()
    ask(call.session, CompleteTransfer(ANN, "t-1", joins=True), 27)
    call.done()
    assert ["TransferStarted", "TransferSwapped", "TransferCompleted"] == _types(call.session)


def test_log_says_whom_the_carrier_would_not_tell_what_happens() -> None:
    session = in_conference(ConferenceReports())
    order = AnnounceToLeg("leg-caller", CALLER, ROOM, Announcement.RETURNING)
    note_given_up(session, order, "refused", at(20))
    assert "cannot be told what happens: refused" in session.events[-1].message


def test_third_party_who_is_taken_back_is_not_rung_by_a_repeated_order_c77() -> None:
    """The hold was refused while nobody knew yet whether the dial had arrived."""
    reports, session = ConferenceReports(), bridged()
    add(session)
    ask(session, StartTransfer(ANN, AGENT, "m-third", PLAN), 6)
    orders = tell(session, reports.joins(AGENT), reports.joins(CALLER), reports.starts())
    (dial,) = [one for one in orders if isinstance(one, DialLeg)]
    assert is_wanted(session, dial)
    tell(session, AdjustRefused("leg-caller", at(21), "no"))
    assert not is_wanted(session, dial)
