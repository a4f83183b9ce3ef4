"""How much of the database's time the searches of one user may take: the rest is for calls.

A search looks at as many sessions as there are and may run up to the statement's limit; each holds
one of the few connections of its process meanwhile.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from evovoice.domain.values import User
from evovoice.services.errors import TooManySearches

_AT_ONCE = 2
_SECONDS = 10.0  # of searching, in a minute
_PER_SECOND = _SECONDS / 60  # how fast they are given back
_SOON = 1  # seconds: a search is over by then, or nearly


@dataclass(slots=True)
class _Share:
    """Of one user: how many searches run, and how long the finished ones took, less what was
    given back by `counted_at`.
    """

    running: int = 0
    taken: float = 0.0
    counted_at: float = 0.0


class SearchLimit:
    """The shares of all users at this process; `now` in seconds, from any beginning."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._shares: dict[tuple[str, str], _Share] = {}
        self._lock = Lock()

    @contextmanager
    def searching(self, user: User) -> Iterator[None]:
        """The block is a search of that user's. Errors: `TooManySearches` before it begins."""
        began = self._begin(user)
        try:
            yield
        finally:
            self._end(user, began)

    def _begin(self, user: User) -> float:
        now = self._now()
        with self._lock:
            share = self._shares.setdefault((user.account_id, user.id), _Share(counted_at=now))
            _give_back(share, now)
            if share.taken >= _SECONDS:
                raise TooManySearches(math.floor((share.taken - _SECONDS) / _PER_SECOND) + 1)
            if share.running >= _AT_ONCE:
                raise TooManySearches(_SOON)
            share.running += 1
        return now

    def _end(self, user: User, began: float) -> None:
        now = self._now()
        with self._lock:
            share = self._shares[user.account_id, user.id]
            _give_back(share, now)
            share.running -= 1
            share.taken += now - began


def _give_back(share: _Share, now: float) -> None:
    share.taken = max(0.0, share.taken - (now - share.counted_at) * _PER_SECOND)
    share.counted_at = now
