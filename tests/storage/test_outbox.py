"""Orders outlive the process, are held by one worker at a time, and are finished once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import update

from evovoice.domain.orders import AdjustLeg, CancelLeg, Order
from evovoice.storage.tables import OrderRow, table
from evovoice.storage.unit_of_work import Database, Lease, StoredOrder
from tests.storage.builders import ALL_ORDERS, NOW, later, ringing_session

LEASE = Lease("worker-1", later(20))
OTHER = Lease("worker-2", later(60))


def store(database: Database, *orders: Order, lease: Lease | None = None) -> list[StoredOrder]:
    session = ringing_session()
    session.orders.extend(orders)
    with database.writing() as unit:
        return unit.sessions.save(session, lease)


def take(database: Database, seconds: float, lease: Lease, limit: int = 10) -> list[StoredOrder]:
    with database.writing() as unit:
        return unit.outbox.take_due(later(seconds), lease, limit)


def test_every_kind_of_order_comes_back_in_the_order_given(database: Database) -> None:
    """Each order is the same dataclass with the same fields after storage."""
    stored = store(database, *ALL_ORDERS)
    with database.reading() as unit:
        found = unit.outbox.open_of("a-acme", "s-1")
    assert ALL_ORDERS == [order.order for order in found]
    assert stored == found


def test_a_new_order_without_lease_is_free_and_due(database: Database) -> None:
    """The next worker takes it: first try, nothing uncertain."""
    (stored,) = store(database, ALL_ORDERS[0])
    assert (0, False, None) == (stored.tries, stored.uncertain, stored.lease_token)
    (taken,) = take(database, 0, LEASE)
    assert (stored.id, 1, False, "worker-1") == (
        taken.id, taken.tries, taken.uncertain, taken.lease_token,
    )  # fmt: skip
    assert NOW == taken.created_at


def _waiting_since(database: Database, seconds: float) -> object:
    with database.autocommit() as unit:
        return unit.outbox.waiting_since(later(seconds))


def test_what_waits_longest_tells_since_when(database: Database) -> None:
    """From its time on; whoever holds it lets nothing wait, until the lease has run out."""
    assert _waiting_since(database, 100) is None
    (stored,) = store(database, ALL_ORDERS[0])
    assert _waiting_since(database, -1) is None
    assert NOW == _waiting_since(database, 100)
    (taken,) = take(database, 0, LEASE)
    assert (None, later(20)) == (_waiting_since(database, 19), _waiting_since(database, 100))
    with database.writing() as unit:
        unit.outbox.postpone(taken, later(30), uncertain=False)
    assert (None, later(30)) == (_waiting_since(database, 29), _waiting_since(database, 100))
    (again,) = take(database, 40, OTHER)
    with database.writing() as unit:
        unit.outbox.finish(again, "done")
    assert _waiting_since(database, 100) is None
    assert stored.id == again.id


def test_an_order_that_somebody_holds_is_not_taken(database: Database) -> None:
    """Neither one leased when it was stored nor one that was taken."""
    store(database, ALL_ORDERS[0], lease=LEASE)
    assert take(database, 19, OTHER) == []


def test_orders_are_due_while_somebody_may_take_them(database: Database) -> None:
    """Not while they are held, not once they are finished."""

    def is_due(seconds: float) -> bool:
        with database.autocommit() as unit:
            return unit.outbox.has_due(later(seconds))

    assert not is_due(0)
    store(database, ALL_ORDERS[0], lease=LEASE)
    assert [False, True] == [is_due(19), is_due(20)]
    (taken,) = take(database, 20, OTHER)
    assert not is_due(20)
    with database.writing() as unit:
        unit.outbox.finish(taken, "done")
    assert not is_due(90)


def test_an_expired_lease_makes_the_order_uncertain(database: Database) -> None:
    """Its holder never came back, so it may have been carried out."""
    store(database, ALL_ORDERS[0], lease=LEASE)
    (taken,) = take(database, 20, OTHER)
    assert (2, True, "worker-2") == (taken.tries, taken.uncertain, taken.lease_token)


def test_a_paused_worker_cannot_finish_what_was_taken_from_it(database: Database) -> None:
    """Finishing and postponing need the lease; the new holder is not disturbed."""
    (old,) = store(database, ALL_ORDERS[0], lease=LEASE)
    (new,) = take(database, 20, OTHER)
    with database.writing() as unit:
        assert not unit.outbox.finish(old, "done")
        assert not unit.outbox.postpone(old, later(90), uncertain=False)
        assert unit.outbox.finish(new, "done")


def test_a_lease_taken_again_by_the_same_worker_is_another_one(database: Database) -> None:
    """A slow thread of a worker cannot finish what its own process has taken anew."""
    (old,) = store(database, ALL_ORDERS[0], lease=LEASE)
    (new,) = take(database, 20, Lease("worker-1", later(40)))
    with database.writing() as unit:
        assert not unit.outbox.finish(old, "done")
        assert unit.outbox.finish(new, "done")


def test_a_finished_order_is_not_open_any_more(database: Database) -> None:
    """Nobody takes it, nobody finishes it again."""
    (order,) = store(database, ALL_ORDERS[0], lease=LEASE)
    with database.writing() as unit:
        assert unit.outbox.finish(order, "done")
        assert not unit.outbox.finish(order, "done")
        assert unit.outbox.open_of("a-acme", "s-1") == []
    assert take(database, 999, OTHER) == []


def test_a_postponed_order_is_free_again_when_it_is_due(database: Database) -> None:
    """Not before; and certain or uncertain as its holder said."""
    for uncertain, seconds in ((False, 0), (True, 100)):
        lease = Lease("worker-1", later(seconds + 20))
        if not uncertain:
            (order,) = store(database, ALL_ORDERS[0], lease=lease)
        else:
            (order,) = take(database, seconds, lease)
        with database.writing() as unit:
            assert unit.outbox.postpone(order, later(seconds + 10), uncertain=uncertain)
        assert take(database, seconds + 9, OTHER) == []
    (taken,) = take(database, 110, OTHER)
    assert (3, True) == (taken.tries, taken.uncertain)


def test_a_limit_takes_the_oldest(database: Database) -> None:
    """In the order in which they were given, but those that end or release somebody first."""
    store(database, *ALL_ORDERS)
    move, dial, cancel, hang_up, close, hold = ALL_ORDERS
    assert [cancel, hang_up] == [order.order for order in take(database, 0, LEASE, limit=2)]
    assert [close, move, dial, hold] == [order.order for order in take(database, 0, LEASE)]


def test_orders_that_end_or_release_somebody_can_be_taken_alone(database: Database) -> None:
    """They have threads of their own; holding somebody is not among them."""
    release = AdjustLeg("l-3", "CA3", "CF1", held=False)
    store(database, *ALL_ORDERS, release)
    with database.writing() as unit:
        urgent = unit.outbox.take_due(NOW, LEASE, 10, only_urgent=True)
    assert [*ALL_ORDERS[2:5], release] == [order.order for order in urgent]


def test_lease_is_renewed_by_its_holder_only(database: Database) -> None:
    """Right before a request, so that nobody else takes the order while it is made."""
    (old,) = store(database, ALL_ORDERS[0], lease=LEASE)
    with database.writing() as unit:
        assert unit.outbox.renew(old, later(40))
    assert [] == take(database, 30, OTHER)
    (new,) = take(database, 40, OTHER)
    with database.writing() as unit:
        assert not unit.outbox.renew(old, later(80))
        assert unit.outbox.renew(new, later(80))


@pytest.mark.parametrize(
    "unknown",
    [{"kind": "TransmogrifyLeg"}, {"body": {"leg_id": "l-2"}}, {"body": ["l-2"]}, {"body": None}],
)
def test_order_of_another_version_is_put_aside_and_the_others_are_taken(
    database: Database, unknown: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """A word, a missing or another shape of the document: whoever wrote it may come for it. After
    ten minutes it is closed, and the log of errors names session and row each time.
    """
    strange, plain = store(database, *ALL_ORDERS[:2])
    _change(database, strange, unknown)
    (taken,) = take(database, 0, LEASE)
    assert plain.id == taken.id
    with database.writing() as unit:
        unit.outbox.finish(taken, "done")
        assert not unit.outbox.has_due(later(59))
        assert unit.outbox.has_due(later(60))
    assert [] == take(database, 601, OTHER)
    with database.writing() as unit:
        assert not unit.outbox.has_due(later(9999))
    (first, second) = [r.message for r in caplog.records if "ERROR" == r.levelname]
    assert first == second
    assert strange.id in first
    assert "s-1" in first


def _change(database: Database, stored: StoredOrder, values: dict[str, Any]) -> None:
    orders = table(OrderRow)
    engine = database._engine
    with engine.begin() as connection:
        connection.execute(update(orders).where(orders.c.id == stored.id).values(values))


def test_workers_never_take_the_same_order(database: Database) -> None:
    """Four of them draw from 60 orders at once: each order is taken exactly once."""
    store(database, *[CancelLeg(f"l-{n}", f"CA{n}") for n in range(60)])

    def work(name: int) -> list[str]:
        taken: list[str] = []
        while batch := take(database, 0, Lease(f"worker-{name}", later(20)), limit=3):
            taken += [order.id for order in batch]
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [order_id for batch in pool.map(work, range(4)) for order_id in batch]
    assert len(taken) == len(set(taken))
    remaining = take(database, 0, LEASE, limit=99)  # skipped while locked by somebody who took less
    assert len(taken) + len(remaining) == 60


def test_only_old_orders_that_were_carried_out_are_forgotten(database: Database) -> None:
    """One that is still open is kept whatever its age: somebody may be on the line."""
    done, still_open = store(database, *ALL_ORDERS[:2], lease=LEASE)
    with database.writing() as unit:
        unit.outbox.finish(done, "done")
        assert 0 == unit.outbox.forget_before(NOW)
        assert 1 == unit.outbox.forget_before(later(1))
    with database.reading() as unit:
        kept = unit.outbox.open_of("a-acme", "s-1")
    assert [still_open.id] == [order.id for order in kept]
