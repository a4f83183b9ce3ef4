"""The feed as one process hands it out: one reader of the database, however many listen."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock

from evovoice import metrics
from evovoice.domain.notifications import NotificationKind
from evovoice.services.errors import TooManyStreams
from evovoice.services.live.change_notifier import ChangeNotifier
from evovoice.services.live.feed_page import Event, FeedPage, MemberEvent, feed_page
from evovoice.services.live.listener import PLACES, Gap, Interest, Listener
from evovoice.services.periodic_task import PeriodicTask
from evovoice.storage.unit_of_work import Database, DatabaseUnavailable

_LOOK_EVERY, _IDLE = 0.2, 5.0  # seconds between looks into the feed; without listeners
_BREATH = 0.1  # seconds: changes of one session within them are told together
_PAGE = 200  # changes read at once
_SHORTEST, _LONGEST = 600.0, 900.0  # seconds a stream lasts, so that they end one by one
_SHARES_EVERY = timedelta(seconds=2)  # between looks at what other processes have let in


Write = Callable[[Event | MemberEvent], bytes]
_Key = tuple[int, str | None, int | None]


class LiveFeed:
    """Everybody who listens at this process. `write` makes an event what is sent; `capacity`: how
    many may listen, which whoever serves may change before the first of them.
    """

    def __init__(
        self, database: Database, notifier: ChangeNotifier, clock: Callable[[], datetime],
        new_id: Callable[[str], str], write: Write, capacity: int, most_of_user: int,
    ) -> None:  # fmt: skip
        self.notifier = notifier
        self._database, self._clock, self._new_id = database, clock, new_id
        self._write, self.capacity, self._most_of_user = write, capacity, most_of_user
        self._listeners: dict[str, Listener] = {}
        self._cursor = 0  # position up to which the listeners have been told
        self._is_closed = False
        self._shares_at: datetime | None = None
        self._lock = Lock()  # on who listens; never held while the database works
        self._turn = Lock()  # one round, or one who joins, at a time
        self._task = PeriodicTask("evovoice-feed", self.look, self._pause, _BREATH)
        database.on_change = self._wake

    # --- the thread ------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to look into the feed, in a thread of its own. After a fork, not before."""
        self._task.start()

    @property
    def is_running(self) -> bool:
        """Whether the feed is looked into, and consoles are let in."""
        return self._task.is_running and not self._is_closed

    def note_figures(self) -> None:
        """Enter into the metrics how many listen here, and may."""
        metrics.STREAMS.set(len(self._listeners))
        metrics.STREAM_PLACES.set(self.capacity)

    def stop(self) -> None:
        """End every stream and the thread."""
        self.close()
        self._task.stop()

    def close(self) -> None:
        """End every stream soon and let nobody in. May be called by a signal's handler."""
        if self._is_closed:
            return
        self._is_closed = True
        for listener in self._all():
            listener.is_over = True
            self._tell(listener)

    def look(self) -> None:
        """One round: what is new gets its position, and who listens gets what is new."""
        with self._turn:
            self._number()
            self._look_at_shares()
            while self._all() and self._hand_out() == _PAGE:
                pass

    def _pause(self) -> float:
        return _LOOK_EVERY if self._listeners else _IDLE

    def _wake(self) -> None:
        if self._listeners:
            self._task.wake()

    def _tell(self, listener: Listener) -> None:
        """Have whoever sends to that listener look."""
        if listener.wake is None:
            self.notifier.notify(listener.id)
        else:
            listener.wake()

    # --- who listens -----------------------------------------------------------------------------

    def join(self, interest: Interest, last_id: int | None = None) -> Listener:
        """Listen from now on or, with the id of the last event heard, from there.

        Errors: `TooManyStreams` where every place is taken, or the process is about to end.
        """
        with self._turn:
            self._require_capacity()
            listener = self._new_listener(interest, last_id)
            with self._lock:
                self._listeners[listener.id] = listener
                listener.is_over = self._is_closed  # meanwhile
        self._task.wake()  # it may have lain down for long, with nobody listening
        return listener

    def begin(self, listener: Listener) -> None:
        """Count it as a stream of its user; where they have too many now, their oldest yield.

        Those of this process end at once, those of others soon.
        """
        user, until = listener.interest.user, listener.until
        with self._database.writing() as work:
            work.listeners.add(user, listener.id, until)
            if work.presences.note_listening(user):
                work.feed.add_presence_change(user.account_id, user.id, self._clock())
        listener.is_counted = True
        self._let_yield()

    def leave(self, listener: Listener) -> None:
        """Free the place; a second time is harmless."""
        with self._lock:
            self._listeners.pop(listener.id, None)
        if not listener.is_counted:
            return
        listener.is_counted = False
        with suppress(DatabaseUnavailable), self._database.writing() as work:
            work.listeners.remove(listener.id)  # else it counts up to its latest end
            work.presences.note_left(listener.interest.user, self._clock())

    def missed(self, listener: Listener) -> Iterator[bytes]:
        """What somebody who comes back has missed, a page at a time.

        Where it is gone, one event that says so.
        """
        if listener.is_lost:
            yield self._write(Event(listener.start, NotificationKind.ACTIVE))
        gap = listener.gap
        position = _first_missed(gap.after) - 1 if gap else 0
        while gap and position < gap.until:
            page = self._read(position, gap.until, [listener])
            events = page.events(listener.interest)
            yield b"".join(self._write(event) for event in events if event.id > gap.after)
            position = page.changes[-1].position if page.changes else gap.until

    def _require_capacity(self) -> None:
        if self._is_closed or len(self._listeners) >= self.capacity:
            metrics.REFUSED_STREAMS.inc()
            raise TooManyStreams

    def _look_at_shares(self) -> None:
        """Another process may have let in newer streams of those who listen here."""
        now = self._clock()
        if self._all() and (self._shares_at is None or now >= self._shares_at):
            self._shares_at = now + _SHARES_EVERY
            self._let_yield()

    def _let_yield(self) -> None:
        with self._database.autocommit() as work:
            beyond = work.listeners.beyond(self._most_of_user, self._clock())
        for listener in self._all():
            if listener.id in beyond and not listener.is_over:
                listener.has_yielded = listener.is_over = True
                self._tell(listener)

    def _new_listener(self, interest: Interest, last_id: int | None) -> Listener:
        with self._lock:
            is_first = not self._listeners
        if is_first:
            self._number()
        with self._database.autocommit() as work:
            low, high = work.feed.span()
        if is_first:
            self._cursor = high
        now, heard = _all_of(self._cursor), last_id or 0
        is_lost = last_id is not None and not low <= _first_missed(last_id) <= high + 1
        listener = Listener(
            self._new_id("listener"), interest, now if is_lost else max(now, heard), self._end()
        )
        listener.is_lost = is_lost
        if last_id is not None and last_id < now and not is_lost:
            listener.gap = Gap(last_id, self._cursor)
        return listener

    def _end(self) -> datetime:
        return self._clock() + timedelta(seconds=random.uniform(_SHORTEST, _LONGEST))  # noqa: S311

    def _all(self) -> list[Listener]:
        with self._lock:
            return list(self._listeners.values())

    # --- a round ---------------------------------------------------------------------------------

    def _number(self) -> None:
        """Looked for first: on SQLite nobody may be kept from writing for nothing."""
        has_new = True
        while has_new:
            with self._database.autocommit() as work:
                has_new = work.feed.has_new()
            if has_new:
                with self._database.writing() as work:
                    has_new = work.feed.number() > 0

    def _hand_out(self) -> int:
        """Tell the next page of changes; how many there were."""
        listeners = self._all()
        page = self._read(self._cursor, _NO_END, listeners)
        if not page.changes:
            return 0
        self._cursor = page.changes[-1].position
        heard, doubted = _all_of(self._cursor), {change.access_of for change in page.changes}
        written: dict[_Key, bytes] = {}
        for listener in listeners:
            events = page.merged_events(listener.interest)
            texts = [(event.id, self._once(event, written)) for event in events]
            is_doubted = listener.interest.user.id in doubted
            listener.is_doubted = listener.is_doubted or is_doubted
            listener.put(texts, heard)
            if texts or listener.is_over or is_doubted:
                self._tell(listener)
        return len(page.changes)

    def _once(self, event: Event | MemberEvent, written: dict[_Key, bytes]) -> bytes:
        """What is the same for many is written once, and kept once."""
        key = _key(event)
        if key not in written:
            written[key] = self._write(event)
        return written[key]

    def _read(self, after: int, until: int, listeners: list[Listener]) -> FeedPage:
        """A page of changes, with what anybody wants to hear of them."""
        interests = [listener.interest for listener in listeners]
        with self._database.reading() as work:
            changes = work.feed.after(after, until, _PAGE)
            return feed_page(work, changes, interests, self._clock())


_NO_END = 2**62


def _key(event: Event | MemberEvent) -> _Key:
    """What tells an event from every other one."""
    if isinstance(event, MemberEvent):
        return event.id, None, event.sequence
    return event.id, event.user_id, None


def _all_of(position: int) -> int:
    """The id that says: everything up to that position. No event has it."""
    return position * PLACES + PLACES - 1


def _first_missed(last_id: int) -> int:
    """The first position of which something may be missing."""
    return (last_id + 1) // PLACES
