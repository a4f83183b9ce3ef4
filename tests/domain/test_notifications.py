"""What consoles are told: every kind follows from how a session stood and how it stands."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import LegEnded
from evovoice.domain.notifications import NotificationKind, notifications, session_status
from evovoice.domain.opening import NewLeg, dial_first
from evovoice.domain.requests import EndCall
from evovoice.domain.states import EndSource, LegProgress, Outcome
from tests.domain import builders as b
from tests.domain.builders import AGENT, ANN, BOB, CALLER, THIRD, tell

INVITE, ACTIVE, ANSWERED, HELD, DISCONNECTED, INFO, _ = NotificationKind


class Watched:
    """A session, and what each further change of it has to tell."""

    def __init__(self, session: CallSession, *, is_new: bool = False) -> None:
        self.session = session
        self._before = None if is_new else session_status(session)

    def told(self) -> list[tuple[NotificationKind, tuple[str, ...] | None]]:
        after = session_status(self.session)
        told = notifications(self._before, after)
        self._before = after
        return [(one.kind, one.users) for one in told]


def test_new_call_invites_the_agents_it_rings_c75() -> None:
    watched = Watched(b.incoming(ANN, BOB), is_new=True)
    both = (ANN.id, BOB.id)
    assert [(INVITE, both), (ACTIVE, both), (INFO, None)] == watched.told()


def test_call_by_an_agent_invites_nobody_and_enters_the_agents_list_c75() -> None:
    watched = Watched(b.outgoing(), is_new=True)
    assert [(ACTIVE, (ANN.id,)), (INFO, None)] == watched.told()


def test_colleague_called_by_an_agent_is_invited_c75() -> None:
    session = b.outgoing()
    called = session.dialled()[0]
    called.user_id, called.address = BOB.id, BOB.address
    assert (INVITE, (BOB.id,)) in Watched(session, is_new=True).told()


def test_one_answers_and_the_other_is_left_alone_c75() -> None:
    watched = Watched(b.incoming(ANN, BOB))
    tell(watched.session, b.answered("leg-u-ann", AGENT))
    tell(watched.session, b.ended("leg-u-bob", None, Outcome.CANCELED))
    assert [(ACTIVE, (BOB.id,)), (ANSWERED, None), (INFO, None)] == watched.told()


def test_added_colleague_is_invited_when_their_device_rings_c75() -> None:
    reports = b.ConferenceReports()
    session = b.in_conference(reports)
    session.members[-1].user_id, session.members[-1].address = BOB.id, BOB.address
    watched = Watched(session)
    tell(session, b.progressed("leg-third", THIRD, LegProgress.INITIATED))
    assert [(INFO, None)] == watched.told()
    tell(session, b.progressed("leg-third", THIRD, LegProgress.RINGING))
    assert [(INVITE, (BOB.id,)), (INFO, None)] == watched.told()
    tell(session, b.answered("leg-third", THIRD, 20))
    assert [(INFO, None)] == watched.told()


def test_added_colleague_enters_the_list_with_the_add_and_leaves_it_with_the_leg_c75() -> None:
    session = b.bridged()
    watched = Watched(session)
    member = b.add(session)
    member.user_id, member.address = BOB.id, BOB.address
    assert [(ACTIVE, (BOB.id,)), (INFO, None)] == watched.told()
    tell(session, b.ended(member.leg.id, THIRD, Outcome.BUSY))
    assert [(ACTIVE, (BOB.id,)), (INFO, None)] == watched.told()


def test_hold_is_told_once_and_resuming_is_a_change_c75() -> None:
    reports = b.ConferenceReports()
    session = b.bridged()
    b.add(session)
    tell(session, reports.joins(AGENT), reports.joins(CALLER), reports.starts())
    watched = Watched(session)
    tell(session, reports.holds(CALLER))
    assert [(HELD, None), (INFO, None)] == watched.told()
    session.hold_reason = "Transferring"
    assert [(INFO, None)] == watched.told()
    tell(session, reports.holds(CALLER, held=False))
    assert [(INFO, None)] == watched.told()


def test_end_leaves_the_lists_c75() -> None:
    watched = Watched(b.bridged())
    b.ask(watched.session, EndCall(ANN), 9)
    assert [(INFO, None)] == watched.told()
    tell(watched.session, b.ended(None, AGENT), b.ended(None, CALLER))
    assert [(ACTIVE, (ANN.id,)), (DISCONNECTED, None), (INFO, None)] == watched.told()


def test_agent_who_leaves_is_told_that_their_list_changed_c75() -> None:
    reports = b.ConferenceReports()
    session = b.in_conference(reports)
    tell(session, reports.joins(THIRD, "leg-third"), b.answered("leg-third", THIRD))
    watched = Watched(session)
    gone = LegEnded(None, AGENT, Outcome.COMPLETED, EndSource.CALL, b.at(60))
    tell(session, reports.leaves(AGENT), gone)
    assert [(ACTIVE, (ANN.id,)), (INFO, None)] == watched.told()


def test_facts_that_come_together_are_told_together_c75() -> None:
    """The whole call was over before anybody heard of it."""
    watched = Watched(b.incoming())
    tell(watched.session, b.answered("leg-u-ann", AGENT))
    tell(watched.session, b.ended("leg-u-ann", AGENT), b.ended("leg-caller", CALLER))
    kinds = [kind for kind, _ in watched.told()]
    assert [ACTIVE, ANSWERED, DISCONNECTED, INFO] == kinds


def test_user_with_two_legs_is_told_once_c75() -> None:
    session = b.incoming(ANN)
    dial_first(session, NewLeg("m-x", "leg-x"), ANN.address, "Ann", ANN.id)
    watched = Watched(session, is_new=True)
    assert [(INVITE, (ANN.id,)), (ACTIVE, (ANN.id,)), (INFO, None)] == watched.told()
