"""One console that listens to the feed: what it wants and may see, and what waits for it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from evovoice.domain.notifications import Notification
from evovoice.domain.values import User
from evovoice.storage.unit_of_work import Change

PLACES = 10  # ids for each position: a change has some notifications, each with an id of its own
AGENT_PLACE = 8  # of those, the one for whether an agent takes calls; the last is no event's
# added to the last id of a stream that yields: a number that JavaScript holds, above all others
YIELDED = 9 * 10**15
_LONGEST = 2000  # events that may wait for a client who does not read


@dataclass(slots=True)
class Interest:
    """Who listens, and to what: with empty sets to every account and session they may see.

    `members`: also to what happens to each party, one by one (C98).
    """

    user: User
    account_ids: frozenset[str] = frozenset()
    session_ids: frozenset[str] = frozenset()
    members: bool = False

    def covers(self, change: Change) -> bool:
        """Whether this session is one of theirs (contract 2.6) that they want to hear of."""
        return (
            self.user.sees(change.account_id)
            and change.access_of is None
            and (not self.account_ids or change.account_id in self.account_ids)
            and (not self.session_ids or change.session_id in self.session_ids)
        )

    def is_addressed(self, notification: Notification) -> bool:
        """Whether it is meant for this user; most are meant for everybody."""
        return notification.users is None or self.user.id in notification.users


@dataclass(frozen=True, slots=True)
class Gap:
    """What a client who comes back has missed: events above `after`, positions up to `until`."""

    after: int
    until: int


class Listener:
    """A queue with an end: whoever reads too slowly is let go, and comes back for the rest.

    `is_doubted`: whoever listens has to prove again who they are before they are sent anything;
    at first too, for what let them in may have been taken away before they listened.
    """

    def __init__(self, listener_id: str, interest: Interest, start: int, until: datetime) -> None:
        self.id, self.interest, self.start, self.until = listener_id, interest, start, until
        self.gap: Gap | None = None
        self.is_lost = False  # what was missed is not there any more
        self.is_over = False
        self.is_doubted = True
        self.is_counted = False  # among the streams of its user
        self.has_yielded = False  # to newer streams of the same user
        self.wake: Callable[[], None] | None = None  # where whoever sends has no thread to notify
        self._heard = start  # id of the last event that was queued, or was none of theirs
        self._waiting: deque[bytes] = deque()
        self._lock = Lock()

    def put(self, events: list[tuple[int, bytes]], heard: int) -> None:
        """Queue events, as they are to be sent, and note that all up to `heard` are dealt with."""
        with self._lock:
            self._waiting.extend(text for event_id, text in events if event_id > self._heard)
            self._heard = max(self._heard, heard)
            if len(self._waiting) > _LONGEST:
                self._waiting.clear()
                self.is_over = True

    def take(self) -> tuple[bytes, int]:
        """All that waits, and the id up to which nothing is missing once that is sent."""
        with self._lock:
            text = b"".join(self._waiting)
            self._waiting.clear()
            return text, self._heard
