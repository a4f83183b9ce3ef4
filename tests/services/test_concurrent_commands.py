"""Real threads on real databases: a double click rings once, and nobody's event is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Lock

import pytest

from evovoice.carrier.device_route import DeviceRoute
from evovoice.carrier.device_token import TwilioDeviceTokens
from evovoice.carrier.port import SessionRef
from evovoice.domain.messages import Fact, LegProgressed
from evovoice.domain.orders import DialLeg, Order, RedirectLeg
from evovoice.domain.states import LegProgress
from evovoice.domain.values import Account, Role, User
from evovoice.services import intake
from evovoice.services.app_context import AppContext
from evovoice.services.calls import AddRequest, add_member
from evovoice.services.live.change_notifier import InProcessNotifier
from evovoice.services.live.live_feed import LiveFeed
from evovoice.services.outbox.dispatch import Dispatch
from evovoice.services.outbox.order_lanes import LOOKS_AT_ONCE, Lane
from evovoice.services.outbox.outage import Outage
from evovoice.services.outbox.session_changes import SessionChanges
from evovoice.storage.unit_of_work import Database
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.domain.builders import AGENT, CALLER, CUSTOMER, OURS, ConferenceReports, answered

__all__ = ["database", "database_url", "migrated_file", "migrated_postgres", "postgres_server"]

ANN = User("u-ann", "a-1", "Ann", "ann@acme.test", Role.USER, "ann_1")
THREADS = 8


class FakeCarrier:
    """Accepts every order at once and remembers it."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self._lock = Lock()

    def carry_out(self, order: Order, ref: SessionRef) -> tuple[Fact, ...]:
        del ref
        with self._lock:
            self.orders.append(order)
            sid = f"CA{len(self.orders) + 100:032x}"
        if isinstance(order, DialLeg):
            now = datetime.now(UTC)
            return (LegProgressed(order.leg_id, sid, LegProgress.QUEUED, now),)
        return ()

    def find_out(self, order: Order) -> None:
        raise AssertionError("nothing was uncertain")

    def look_up(self, leg_id: str, call_sid: str) -> tuple[Fact, ...]:
        raise AssertionError("nothing was overdue")

    def look_up_dialled(self, call_sid: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        raise AssertionError("nothing was overdue")


@pytest.fixture
def carrier() -> FakeCarrier:
    return FakeCarrier()


@pytest.fixture
def context(database: Database, carrier: FakeCarrier) -> Iterator[AppContext]:
    ids = iter(range(10**6))
    lock = Lock()

    def new_id(prefix: str) -> str:
        with lock:
            return f"{prefix}-{next(ids)}"

    def clock() -> datetime:
        return datetime.now(UTC)

    def pause(_seconds: float) -> None:
        return None

    notifier = InProcessNotifier()
    with database.writing() as work:
        work.directory.add_account("a-1", "Acme", "US")
        work.directory.add_user(ANN, "no password")
        work.directory.add_number("a-1", OURS, [ANN.id])
    changes = SessionChanges(database=database, clock=clock, new_id=new_id, notifier=notifier)
    dispatch = Dispatch(
        database=database,
        carrier=carrier,
        changes=changes,
        clock=clock,
        submit=lambda work: work(),
        pause=pause,
    )
    return AppContext(
        database, carrier, changes, dispatch, clock, new_id, notifier,
        LiveFeed(database, notifier, clock, new_id, lambda _event: b"", 1, 1),
        TwilioDeviceTokens("AC", None, None, None), Outage(clock),
        Lane(lambda work: work(), LOOKS_AT_ONCE), DeviceRoute(),
        max_members=100, max_pending=100, adds_per_minute=1000, calls_at_once=1000,
    )  # fmt: skip


def _bridged(context: AppContext) -> SessionRef:
    _, ref = intake.instruct_incoming(context, CALLER, CUSTOMER, OURS)
    assert ref is not None
    with context.database.reading() as work:
        session = work.sessions.get(ref.session_id, ref.account_id)
    assert session is not None
    leg = session.dialled()[0].leg.id
    intake.receive(context, ref, "answered", (answered(leg, AGENT),))
    return ref


def _conference(context: AppContext) -> SessionRef:
    ref = _bridged(context)
    reports = ConferenceReports()
    with context.database.writing() as work:
        session = work.sessions.for_update(ref.account_id, ref.session_id)
        assert session is not None
        session.room_name = "room-1"
        work.sessions.save(session)
    facts = (reports.joins(AGENT), reports.joins(CALLER), reports.starts())
    intake.receive(context, ref, "in the room", facts)
    return ref


def test_account_fixture_is_what_the_story_needs(context: AppContext) -> None:
    with context.database.reading() as work:
        assert Account("a-1", "Acme", "US") == work.directory.account("a-1")


def test_eight_clicks_at_once_ring_the_same_party_once(
    context: AppContext, carrier: FakeCarrier
) -> None:
    ref = _conference(context)
    request = AddRequest(ref.session_id, AGENT, "+13125550142", None)
    with ThreadPoolExecutor(THREADS) as pool:
        sessions = list(pool.map(lambda _: add_member(context, ANN, request), range(THREADS)))
    assert 1 == len([order for order in carrier.orders if isinstance(order, DialLeg)])
    assert {3} == {len(session.members) for session in sessions}


def test_eight_different_parties_at_once_are_each_rung_once(
    context: AppContext, carrier: FakeCarrier
) -> None:
    ref = _conference(context)
    requests = [AddRequest(ref.session_id, AGENT, f"+1312555014{n}", None) for n in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda request: add_member(context, ANN, request), requests))
    dialled = [order.to for order in carrier.orders if isinstance(order, DialLeg)]
    assert sorted(f"+1312555014{n}" for n in range(THREADS)) == sorted(dialled)


def test_same_incoming_call_asked_by_eight_threads_is_one_session(context: AppContext) -> None:
    """The carrier repeats a question whose answer it did not get in time."""

    def ask(_: int) -> str:
        _, ref = intake.instruct_incoming(context, CALLER, CUSTOMER, OURS)
        return ref.session_id if ref else ""

    with ThreadPoolExecutor(THREADS) as pool:
        assert 1 == len(set(pool.map(ask, range(THREADS))))


def test_first_adds_at_once_claim_the_conversion_once(
    context: AppContext, carrier: FakeCarrier
) -> None:
    ref = _bridged(context)
    with context.database.writing() as work:
        session = work.sessions.for_update(ref.account_id, ref.session_id)
    assert session is not None
    requests = [AddRequest(ref.session_id, AGENT, f"+1312555014{n}", None) for n in range(4)]
    reports = ConferenceReports()
    facts = (reports.joins(AGENT), reports.joins(CALLER))
    with ThreadPoolExecutor(THREADS) as pool:
        adding = [pool.submit(add_member, context, ANN, request) for request in requests]
        while not any(isinstance(order, RedirectLeg) for order in list(carrier.orders)):
            pass
        intake.receive(context, ref, "in the room", facts)
        for future in adding:
            future.result(timeout=20)
    assert 1 == len([order for order in carrier.orders if isinstance(order, RedirectLeg)])
    assert 4 == len([order for order in carrier.orders if isinstance(order, DialLeg)])


def test_looking_for_orders_waits_for_nobody_who_writes(
    context: AppContext, database_url: str
) -> None:
    """Each process looks twice a second, nearly always in vain."""
    other = Database(database_url)
    with other.writing() as work:
        work.directory.add_account("a-2", "Other", "US")
        assert 0 == context.dispatch.run_due()
    other.dispose()
