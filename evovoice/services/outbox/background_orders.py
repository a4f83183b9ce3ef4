"""Orders that no request waits for: those that follow from a report, and those that are due."""

import logging
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from evovoice.domain.urgency import is_urgent
from evovoice.services.outbox.order_lanes import OTHERS_AT_ONCE, URGENT_AT_ONCE, Lane, Submit
from evovoice.services.outbox.session_changes import SessionChanges
from evovoice.storage.unit_of_work import (
    Database,
    DatabaseUnavailable,
    StoredOrder,
    UnreadableRow,
)

_log = logging.getLogger(__name__)
GIVE_UP = timedelta(minutes=10)  # an order that nobody could carry out or clear up by then
_UNREADABLE_PAUSE = timedelta(minutes=1)  # until a process comes that can read the session
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0


def backoff(tries: int, most: float = LONGEST_PAUSE) -> timedelta:
    """How long an order waits for its next try: full jitter, so that many waiting orders do not
    come back together. `most`: seconds at most.
    """
    longest = min(FIRST_PAUSE * 2**tries, most)
    return timedelta(seconds=random.uniform(FIRST_PAUSE / 2, longest))  # noqa: S311


class BackgroundOrders:
    """Gives leased orders to the threads of this process. `submit` runs a function soon, in another
    thread; `submit_urgent` in threads of their own, for orders that end or release somebody.
    """

    def __init__(
        self,
        *,
        database: Database,
        changes: SessionChanges,
        clock: Callable[[], datetime],
        carry_out: Callable[[StoredOrder], object],
        submit: Submit,
        submit_urgent: Submit,
    ) -> None:
        self._database = database
        self._changes = changes
        self._clock = clock
        self._carry_out = carry_out
        self._urgent = Lane(submit_urgent, URGENT_AT_ONCE)
        self._others = Lane(submit, OTHERS_AT_ONCE)

    def begin(self, orders: list[StoredOrder]) -> None:
        """Have leased orders carried out soon. One for which there is no place is given back: it is
        taken up by the process that has one first.
        """
        for order in orders:
            work = partial(self._carry_out_alone, order)
            if is_urgent(order.order) and self._urgent.begin(work):
                continue
            if not self._others.begin(work):
                self._give_back(order)

    def take_up_due(self) -> int:
        """Take up orders whose time has come or whose process died, urgent ones first and no more
        than can be carried out at once; how many there were.

        Looked for first: nearly always there is nothing, and nobody need wait for that.
        """
        with self._database.autocommit() as work:
            if not work.outbox.has_due(self._clock()):
                return 0
        return self._take_up(self._urgent, only_urgent=True) + self._take_up(self._others)

    def _take_up(self, lane: Lane, *, only_urgent: bool = False) -> int:
        room, now = lane.room, self._clock()
        if not room:
            return 0
        with self._database.writing() as work:
            lease = self._changes.lease()
            orders = work.outbox.take_due(now, lease, room, only_urgent=only_urgent)
        self.begin(orders)
        return len(orders)

    def _give_back(self, order: StoredOrder) -> None:
        with suppress(DatabaseUnavailable), self._database.writing() as work:
            work.outbox.postpone(order, self._clock(), order.uncertain)

    def _carry_out_alone(self, order: StoredOrder) -> None:
        """What fails unexpectedly is put off, and given up after minutes."""
        try:
            self._carry_out(order)
        except DatabaseUnavailable:
            raise  # it stays leased, and is taken up once the lease has run out
        except UnreadableRow as error:
            _log.error("%s: its order %s is put off, and others go on", error, order.id)
            self._put_off(order, _UNREADABLE_PAUSE, "Unreadable")
        except Exception as error:
            error.add_note(f"order {order.id} of session {order.session_id}")
            self._put_off(order, backoff(order.tries), "Failed")
            raise

    def _put_off(self, order: StoredOrder, pause: timedelta, result: str) -> None:
        now = self._clock()
        with self._database.writing() as work:
            if now - order.created_at > GIVE_UP:
                work.outbox.finish(order, result)
            else:
                work.outbox.postpone(order, now + pause, uncertain=True)
