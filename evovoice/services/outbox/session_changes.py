"""The one way in which a session changes, and the only place that saves one.

Load under the lock, act, derive the orders that follow, save all of it in one commit, tell those
who wait. What the database lost before its commit, as in a failover, is run once more. No request
to the carrier is made here: `dispatch` gives the orders.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from evovoice import logs
from evovoice.carrier.port import SessionRef
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.facts import observe
from evovoice.domain.messages import Fact, SessionEvent
from evovoice.domain.order_derivation import derive_orders
from evovoice.domain.presence import missed_by
from evovoice.domain.values import User
from evovoice.services.live.change_notifier import ChangeNotifier
from evovoice.services.outbox.audited_supervision import record_supervision
from evovoice.services.outbox.counted_changes import count_events
from evovoice.services.session_access import locked
from evovoice.storage.unit_of_work import (
    CommitUncertain,
    Conflict,
    Database,
    Lease,
    StaleVersion,
    StoredOrder,
    TransactionLost,
    UnitOfWork,
)

LEASE = timedelta(seconds=25)  # longer than the carrier's time-outs added up
_MOST_TRIES = 3  # of a change that somebody else was faster than

C = TypeVar("C")
R = TypeVar("R")

# What is to be done is a value; these plain functions do it, perhaps more than once, and nothing
# else: they may refuse by an error, which undoes everything.
Act = Callable[[UnitOfWork, CallSession, C, datetime], R]
Find = Callable[[UnitOfWork, C, datetime], CallSession | None]
Create = Callable[[UnitOfWork, C, datetime], CallSession | None]
Beside = Callable[[UnitOfWork, CallSession, C, datetime], None]


@dataclass(frozen=True, slots=True)
class OfUser:
    """The session with that id as far as the user may see it."""

    user: User
    session_id: str


Target = OfUser | SessionRef


@dataclass(frozen=True, slots=True)
class Changed(Generic[R]):
    """A committed change: the session after it, its new orders, what the act returned, and the
    new lines of the log.
    """

    session: CallSession
    orders: list[StoredOrder]
    result: R
    events: tuple[SessionEvent, ...] = ()


class SessionChanges:
    """Changes sessions for one process. `new_id(prefix)` makes ids nobody can guess;
    `returns_within`: how long a call waits for a device that was lost.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Callable[[], datetime],
        new_id: Callable[[str], str],
        notifier: ChangeNotifier,
        returns_within: timedelta = timedelta(0),
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._notifier = notifier
        self._returns_within = returns_within

    def lease(self) -> Lease:
        """A fresh claim on orders, for this process, from now."""
        return Lease(self._new_id("lease"), self._clock() + LEASE)

    def apply(self, target: Target, act: Act[C, R], command: C) -> Changed[R]:
        """Change a session that is there. Errors: `SessionNotFound`, and what `act` raises."""
        logs.bind(session_id=target.session_id)

        def once() -> Changed[R]:
            return self._apply_once(target, act, command)

        for _ in range(_MOST_TRIES - 1):
            try:
                return self._told(self._database.once_more(once))
            except StaleVersion:
                continue
        return self._told(self._database.once_more(once))

    def open(
        self, find: Find[C], create: Create[C], command: C, beside: Beside[C] | None = None
    ) -> Changed[bool] | None:
        """The session that `find` finds, or else a new one; None where `create` makes none. The
        result says whether it is new. `beside` stores what belongs to a new one, in its commit.
        Errors: what `create` raises.
        """

        def once() -> Changed[bool] | None:
            return self._database.once_more(lambda: self._open_once(find, create, command, beside))

        for _ in range(_MOST_TRIES - 1):
            try:
                return self._told_if_new(once())
            except Conflict:  # a twin of the same request stored it first: now it is found
                continue
        return self._told_if_new(once())

    def _apply_once(self, target: Target, act: Act[C, R], command: C) -> Changed[R]:
        now, orders = self._clock(), list[StoredOrder]()
        with self._made_certain(orders), self._database.writing() as work:
            session = _loaded(work, target, now)
            check = session.next_check
            result = act(work, session, command, now)
            derive_orders(session, now, self._returns_within)
            if isinstance(target, OfUser):
                session.next_check = _not_put_off(session.next_check, check)
            events, missed = tuple(session.events), missed_by(session)
            record_supervision(work, session, events, now, is_asked=isinstance(target, OfUser))
            orders += work.sessions.save(session, self.lease())
            _note_missed(work, session.account_id, missed, now)
        return Changed(session, orders, result, events)

    def _open_once(
        self, find: Find[C], create: Create[C], command: C, beside: Beside[C] | None
    ) -> Changed[bool] | None:
        now, orders = self._clock(), list[StoredOrder]()
        with self._made_certain(orders), self._database.writing() as work:
            found = find(work, command, now)
            if found is not None:
                return Changed(found, [], result=False)
            session = create(work, command, now)
            if session is None:
                return None
            derive_orders(session, now, self._returns_within)
            events = tuple(session.events)
            orders += work.sessions.save(session, self.lease())
            if beside is not None:
                beside(work, session, command, now)
        return Changed(session, orders, result=True, events=events)

    @contextmanager
    def _made_certain(self, orders: list[StoredOrder]) -> Iterator[None]:
        """Find out whether a commit without an answer took place, by the orders that it was to
        store: what is ordered happens, so to say it had failed would be false. Errors:
        `TransactionLost` where it did not; `CommitUncertain` where nothing was ordered.
        """
        try:
            yield
        except CommitUncertain as error:
            if not orders:
                raise
            if not self._is_stored(orders[0]):
                raise TransactionLost(str(error), error.reason) from error

    def _is_stored(self, order: StoredOrder) -> bool:
        with self._database.autocommit() as work:
            work.sessions.for_update(order.account_id, order.session_id)  # once the other has ended
            stored = work.outbox.open_of(order.account_id, order.session_id)
        return order.id in {each.id for each in stored}

    def _told(self, changed: Changed[R]) -> Changed[R]:
        count_events(changed.session, changed.events)
        self._notifier.notify(changed.session.id)
        return changed

    def _told_if_new(self, changed: Changed[bool] | None) -> Changed[bool] | None:
        if changed is not None:
            logs.bind(session_id=changed.session.id, account_id=changed.session.account_id)
        return self._told(changed) if changed is not None and changed.result else changed


def merge_facts(
    work: UnitOfWork, session: CallSession, facts: tuple[Fact, ...], now: datetime
) -> None:
    """The act of taking in what the carrier told, and nothing else."""
    del work
    observe(session, facts, now)


def _note_missed(
    work: UnitOfWork, account_id: str, user_ids: tuple[str, ...], now: datetime
) -> None:
    """Who was ready and has let a call ring is rung no more until they say that they are back."""
    for user_id in sorted(user_ids):  # in one order everywhere: nobody waits for each other
        if work.presences.note_missed(account_id, user_id, now):
            work.feed.add_presence_change(account_id, user_id, now)


def _not_put_off(check: datetime | None, before: datetime | None) -> datetime | None:
    """What a person asks says nothing of how the carrier is: it is asked no later for it."""
    return min(check, before) if check and before else check


def _loaded(work: UnitOfWork, target: Target, now: datetime) -> CallSession:
    if isinstance(target, OfUser):
        return locked(work, target.user, target.session_id, now)
    session = work.sessions.for_update(target.account_id, target.session_id)
    if session is None:
        raise SessionNotFound(target.session_id)
    return session
