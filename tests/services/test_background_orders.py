"""Orders that end somebody wait for nobody: neither for slow orders nor for slow questions. And
questions about one session wait for those about others only where there are very many.

Real threads on real databases, and a carrier that answers when it is told to.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Lock
from typing import Any

import pytest
from sqlalchemy import select, update

from evovoice.carrier.device_route import DeviceRoute
from evovoice.carrier.port import SessionRef
from evovoice.domain.messages import Fact
from evovoice.domain.orders import CancelLeg, HangUpLeg, Order, RecordLeg
from evovoice.externals import new_id
from evovoice.services.app_context import AppContext
from evovoice.services.live.change_notifier import InProcessNotifier
from evovoice.services.outbox.dispatch import Dispatch
from evovoice.services.outbox.order_lanes import (
    LOOKS_AT_ONCE,
    OTHERS_AT_ONCE,
    URGENT_AT_ONCE,
    Lane,
    ProcessEnds,
    Work,
)
from evovoice.services.outbox.outage import Outage
from evovoice.services.outbox.session_changes import SessionChanges
from evovoice.services.reconcile import reconcile
from evovoice.services.worker import Worker
from evovoice.storage.tables import CallSessionRow, MemberRow, OrderRow, table
from evovoice.storage.unit_of_work import Database, Lease, StoredOrder
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.storage.builders import ringing_session

__all__ = ["database", "database_url", "migrated_file", "migrated_postgres", "postgres_server"]

PATIENCE = 20.0
SLOW, ENDING = RecordLeg("l-2", "CA2"), HangUpLeg("l-2", "CA2")


class SlowCarrier:
    """Keeps recordings and questions waiting until `answer` is set; notes what it was asked."""

    def __init__(self) -> None:
        self.answer, self.hung_up, self.asked = Event(), Event(), Event()
        self.begun: list[Order] = []
        self.looked_up: list[str] = []
        self._lock = Lock()

    def carry_out(self, order: Order, ref: SessionRef) -> tuple[Fact, ...]:
        del ref
        with self._lock:
            self.begun.append(order)
        if isinstance(order, RecordLeg):
            assert self.answer.wait(PATIENCE)
        elif isinstance(order, HangUpLeg):
            self.hung_up.set()
        return ()

    def find_out(self, order: Order) -> None:
        del order

    def look_up(self, leg_id: str, call_sid: str, conference_sid: str | None) -> tuple[Fact, ...]:
        del leg_id, conference_sid
        with self._lock:
            self.looked_up.append(call_sid)
        self.asked.set()
        assert self.answer.wait(PATIENCE)
        return ()

    def look_up_dialled(self, call_sid: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        del call_sid, legs
        return ()


@pytest.fixture
def carrier() -> SlowCarrier:
    return SlowCarrier()


@pytest.fixture
def context(database: Database, carrier: SlowCarrier) -> Iterator[AppContext]:
    notifier = InProcessNotifier()
    changes = SessionChanges(database=database, clock=_now, new_id=new_id, notifier=notifier)
    with (
        ThreadPoolExecutor(OTHERS_AT_ONCE) as others,
        ThreadPoolExecutor(URGENT_AT_ONCE) as urgent,
        ThreadPoolExecutor(LOOKS_AT_ONCE) as looks,
    ):
        dispatch = Dispatch(
            database=database, carrier=carrier, changes=changes, clock=_now,
            submit=others.submit, submit_urgent=urgent.submit, pause=Event().wait,
        )  # fmt: skip
        unused: Any = None
        yield AppContext(
            database, carrier, changes, dispatch, _now, new_id, notifier, unused, unused,
            Outage(_now), Lane(looks.submit, LOOKS_AT_ONCE), DeviceRoute(),
        )  # fmt: skip
        carrier.answer.set()


def _now() -> datetime:
    return datetime.now(UTC)


def _store(database: Database, orders: list[Order], session_id: str, lease: Lease | None) -> Any:
    session = ringing_session(session_id, f"CA-{session_id}")
    session.modified_at = _now()
    session.orders.extend(orders)
    with database.writing() as work:
        return work.sessions.save(session, lease)


def _lease() -> Lease:
    return Lease("lease-1", _now() + timedelta(seconds=25))


def _until(is_so: Callable[[], bool]) -> bool:
    """Whether that comes true before patience ends."""
    waiting, until = Event(), datetime.now(UTC) + timedelta(seconds=PATIENCE)
    while not is_so() and datetime.now(UTC) < until:
        waiting.wait(0.02)
    return is_so()


def _leased(database: Database) -> int:
    orders = table(OrderRow)
    with database.reading() as work:
        query = select(orders.c.id).where(orders.c.lease_token.is_not(None))
        return len(work.connection.execute(query).all())


def test_hang_up_does_not_queue_behind_slow_orders(
    context: AppContext, carrier: SlowCarrier
) -> None:
    """Those that follow from reports: twenty recordings wait for a carrier that takes its time."""
    slow = _store(context.database, [SLOW] * (OTHERS_AT_ONCE + 5), "s-1", _lease())
    context.dispatch.hand_over(slow)
    context.dispatch.hand_over(_store(context.database, [ENDING], "s-2", _lease()))
    assert carrier.hung_up.wait(PATIENCE)
    assert not carrier.answer.is_set()


def test_due_hang_up_waits_neither_for_questions_nor_for_due_orders(
    context: AppContext, carrier: SlowCarrier
) -> None:
    """The whole background of a process, while the carrier answers nothing that it is asked."""
    _store(context.database, [SLOW] * (OTHERS_AT_ONCE + 5), "s-1", None)
    _make_overdue(context.database, "s-1")
    worker = Worker(context)
    worker.start()
    try:
        assert carrier.asked.wait(PATIENCE)
        assert _until(lambda: OTHERS_AT_ONCE == len(carrier.begun))
        _store(context.database, [ENDING], "s-2", None)
        assert carrier.hung_up.wait(PATIENCE)
        assert not carrier.answer.is_set()
    finally:
        carrier.answer.set()
        worker.stop()


def _make_overdue(database: Database, session_id: str) -> None:
    sessions, members = table(CallSessionRow), table(MemberRow)
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    with database.writing() as work:
        work.connection.execute(
            update(sessions).where(sessions.c.id == session_id).values(next_check=long_ago)
        )
        work.connection.execute(update(members).values(leg_call_sid=members.c.leg_id))


def test_sessions_are_asked_about_at_the_same_time_and_each_once(
    context: AppContext, carrier: SlowCarrier
) -> None:
    """After an outage all are due at once. What is more than a process can ask about is left to
    the others, and to its own next rounds.
    """
    for number in range(LOOKS_AT_ONCE + 3):
        _store(context.database, [], f"s-{number}", None)
        _make_overdue(context.database, f"s-{number}")
    assert LOOKS_AT_ONCE == reconcile(context)
    assert _until(lambda: LOOKS_AT_ONCE == len(carrier.looked_up))
    assert 0 == reconcile(context)
    carrier.answer.set()
    assert _until(lambda: LOOKS_AT_ONCE == context.looks.room)
    assert 3 == reconcile(context)


def test_process_leases_no_more_orders_than_it_can_carry_out(
    context: AppContext, carrier: SlowCarrier
) -> None:
    """The rest is free for other processes; a lease would run out in a queue."""
    _store(context.database, [SLOW] * (OTHERS_AT_ONCE + 20), "s-1", None)
    assert OTHERS_AT_ONCE == context.dispatch.run_due()
    assert OTHERS_AT_ONCE == _leased(context.database)
    assert 0 == context.dispatch.run_due()
    carrier.answer.set()
    assert _until(lambda: 0 == _leased(context.database))
    assert 20 == context.dispatch.run_due()


def test_order_for_which_there_is_no_place_is_given_back(context: AppContext) -> None:
    """Leased when it was stored, by a report, while every thread is busy: free for the others."""
    orders = _store(context.database, [SLOW] * (OTHERS_AT_ONCE + 3), "s-1", _lease())
    context.dispatch.hand_over(orders)
    assert OTHERS_AT_ONCE == _leased(context.database)
    with context.database.writing() as work:
        taken = work.outbox.take_due(context.clock(), _lease(), 99)
    assert 3 == len(taken)
    assert not any(order.uncertain for order in taken)


def test_urgent_order_may_use_any_place(context: AppContext) -> None:
    """Where its own are taken, it goes among the others; it is not given back."""
    begun: list[Callable[[], object]] = []
    dispatch = Dispatch(
        database=context.database, carrier=context.carrier, changes=context.changes,
        clock=context.clock, submit=begun.append, pause=context.pause,
    )  # fmt: skip
    orders = [CancelLeg("l-2", f"CA{n}") for n in range(URGENT_AT_ONCE + 1)]
    dispatch.hand_over(_store(context.database, list(orders), "s-1", _lease()))
    assert URGENT_AT_ONCE + 1 == len(begun)


def test_place_is_free_again_after_work_that_failed() -> None:
    begun: list[Callable[[], object]] = []
    lane = Lane(begun.append, 1)

    def fail() -> None:
        raise ValueError("a bug")

    assert lane.begin(fail)
    assert not lane.begin(fail)
    with pytest.raises(ValueError, match="a bug"):
        begun.pop()()
    assert 1 == lane.room


class FailingCarrier(SlowCarrier):
    """Has a bug."""

    def carry_out(self, order: Order, ref: SessionRef) -> tuple[Fact, ...]:
        del order, ref
        raise ValueError("a bug")


@pytest.mark.parametrize(("minutes", "result"), [(1, None), (11, "Failed")])
def test_order_that_fails_unexpectedly_is_put_off_and_given_up_after_minutes(
    context: AppContext, minutes: int, result: str | None
) -> None:
    """The error is raised to whoever runs the thread, with the order's name."""
    begun: list[Callable[[], object]] = []
    dispatch = Dispatch(
        database=context.database, carrier=FailingCarrier(), changes=context.changes,
        clock=context.clock, submit=begun.append, pause=context.pause,
    )  # fmt: skip
    (order,) = _store(context.database, [ENDING], "s-1", _lease())
    aged: StoredOrder = replace(order, created_at=context.clock() - timedelta(minutes=minutes))
    dispatch.hand_over([aged])
    with pytest.raises(ValueError, match="a bug") as raised:
        begun.pop()()
    assert [f"order {order.id} of session s-1"] == raised.value.__notes__
    assert (result, None) == _row(context.database)


def _row(database: Database) -> tuple[str | None, str | None]:
    orders = table(OrderRow)
    with database.reading() as work:
        found = work.connection.execute(select(orders.c.result, orders.c.lease_token)).one()
    return found.result, found.lease_token


def test_order_that_another_process_took_is_not_given_whatever_the_clock_says(
    context: AppContext, carrier: SlowCarrier
) -> None:
    """Somebody has set the clock back while this process stood still."""
    (order,) = _store(context.database, [ENDING], "s-1", _lease())
    stood_still = replace(order, taken=order.taken - 60)
    with context.database.writing() as work:
        assert 1 == len(work.outbox.take_due(_now() + timedelta(seconds=26), _lease(), 1))
    context.dispatch.carry_out(stood_still)
    assert [] == carrier.begun


def test_an_order_that_no_thread_takes_any_more_is_given_back() -> None:
    """The process ends: the lane says no, and has its place free again."""

    def submit(work: Work) -> None:
        del work
        raise ProcessEnds

    lane = Lane(submit, 1)
    assert [False, False] == [lane.begin(lambda: None), lane.begin(lambda: None)]
    assert 1 == lane.room
