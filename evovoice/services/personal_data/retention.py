"""Erases what has been kept for as long as the operator keeps personal data."""

import time
from datetime import datetime, timedelta

from evovoice.services.personal_data.erasing import erase_session
from evovoice.services.personal_data.search import Stored
from evovoice.services.unreadable_rows import logged_if_unreadable
from evovoice.storage.unit_of_work import Ended, SessionKey

_AT_ONCE = 50  # sessions in one round; the next round comes half a second later
_LONGEST_ROUND = 0.5  # seconds
_AGAIN_AFTER = timedelta(minutes=1)  # once nothing was left to erase
_ANEW_AFTER = timedelta(hours=1)  # for those that could not be erased


class Retention:
    """The erasure that one process does in its background. Others may do the same: who comes
    second to a session finds it erased.
    """

    def __init__(self, stored: Stored, kept_for: timedelta | None) -> None:
        """`kept_for`: how long after a session's end; with None nothing is ever erased."""
        self._stored, self._kept_for = stored, kept_for
        self._last: Ended | None = None
        self._next_at: datetime | None = None
        self._anew_at: datetime | None = None

    def run(self) -> None:
        """One round. Errors: `DatabaseUnavailable`."""
        now = self._stored.clock()
        if self._kept_for is None or (self._next_at is not None and now < self._next_at):
            return
        if self._anew_at is None or now >= self._anew_at:
            self._last, self._anew_at = None, now + _ANEW_AFTER
        with self._stored.database.autocommit() as work:
            due = work.personal_data.ended_before(now - self._kept_for, self._last, _AT_ONCE)
        is_done = self._erase(due) and len(due) < _AT_ONCE
        self._next_at = now + _AGAIN_AFTER if is_done else None

    def _erase(self, due: list[Ended]) -> bool:
        """Whether there was time for all of them: others wait for the end of the round."""
        until = time.monotonic() + _LONGEST_ROUND
        for ended in due:
            if time.monotonic() >= until:
                return False
            self._last = ended
            with logged_if_unreadable():
                erase_session(self._stored, SessionKey(ended.account_id, ended.session_id))
        return True
