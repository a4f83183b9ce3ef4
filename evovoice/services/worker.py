"""The background of one process: due orders, sessions to check, and what may be forgotten."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from evovoice.services.call_control import ARCHIVED_AFTER
from evovoice.services.desk import Desk
from evovoice.services.reconcile import reconcile
from evovoice.storage.unit_of_work import DatabaseUnavailable

_log = logging.getLogger(__name__)
_TICK = 0.5  # seconds
_CLEAN_EVERY = timedelta(hours=1)
_ARCHIVE_EVERY = timedelta(minutes=1)
_ARCHIVED_AT_ONCE = 500  # sessions, in one transaction
_RECEIPTS_KEPT = timedelta(days=7)
_ORDERS_KEPT = timedelta(days=7)
_PROMISES_KEPT = timedelta(hours=24)


class Worker:
    """Runs beside the requests of a process; every process has one and they share the work."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._clean_at: datetime | None = None
        self._archive_at: datetime | None = None

    def start(self) -> None:
        """Begin, in a thread of its own. After a fork, not before."""
        self._thread = threading.Thread(target=self._run, name="evovoice-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the present round and end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def tick(self) -> None:
        """One round: orders first, somebody waits for them."""
        self._desk.dispatch.run_due()
        reconcile(self._desk)
        self._clean()
        self._archive()

    def _run(self) -> None:
        while not self._stop.wait(_TICK):
            self._safely(self.tick)

    def _safely(self, work: Callable[[], None]) -> None:
        """A round that fails is logged and the next one tried: this thread never dies."""
        try:
            work()
        except DatabaseUnavailable:
            _log.warning("The database cannot be reached; orders wait until it can")
        except Exception:
            _log.exception("A round of the worker failed")

    def _clean(self) -> None:
        now = self._desk.clock()
        if self._clean_at is not None and now < self._clean_at:
            return
        self._clean_at = now + _CLEAN_EVERY
        with self._desk.database.writing() as work:
            work.receipts.forget_before(now - _RECEIPTS_KEPT)
            work.promises.forget_before(now - _PROMISES_KEPT)
            work.outbox.forget_before(now - _ORDERS_KEPT)
            work.logins.forget_before(now)
            work.login_attempts.forget_before(now)

    def _archive(self) -> None:
        """Mark what belongs into the archive; after a full batch the next round goes on."""
        now = self._desk.clock()
        if self._archive_at is not None and now < self._archive_at:
            return
        with self._desk.database.writing() as work:
            marked = work.session_archive.mark(now - ARCHIVED_AFTER, _ARCHIVED_AT_ONCE)
        self._archive_at = None if marked == _ARCHIVED_AT_ONCE else now + _ARCHIVE_EVERY
