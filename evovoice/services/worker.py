"""The background of one process: due orders, sessions to check, and what may be forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta

from evovoice.services.app_context import AppContext
from evovoice.services.audit import evidence_of, record
from evovoice.services.auth.sign_in_trail import tell_how_many_refused
from evovoice.services.calls import stop_ringing_disabled
from evovoice.services.figures import note_figures
from evovoice.services.intake.away import make_up_for_outage
from evovoice.services.intake.early_reports import use_early_reports
from evovoice.services.periodic_task import PeriodicTask
from evovoice.services.personal_data.retention import Retention
from evovoice.services.presence import tell_who_is_gone
from evovoice.services.reconcile import reconcile
from evovoice.services.session_access import ARCHIVED_AFTER
from evovoice.storage.unit_of_work import SessionKey

_TICK = 0.5  # seconds
_CLEAN_EVERY = timedelta(hours=1)
_ARCHIVE_EVERY = timedelta(minutes=1)
_ARCHIVED_AT_ONCE = 500  # sessions, in one transaction
_RECEIPTS_KEPT = timedelta(days=7)
_FORGET_DIGITS_EVERY = timedelta(minutes=1)
_DIGITS_KEPT = timedelta(hours=1)  # until somebody has answered, and the carrier has asked
_DIGITS_REPEATED = timedelta(minutes=1)  # a request that is repeated is given the same
_ORDERS_KEPT = timedelta(days=7)
_IDEMPOTENCY_RECORDS_KEPT = timedelta(hours=24)
_LINKED_AT_ONCE = 500  # entries of the audit trail, in one transaction
_TELL_REFUSED_EVERY = timedelta(minutes=1)
_LATE_LINES_EVERY = timedelta(minutes=1)
_LATE_AT_ONCE = 20  # sessions, which are locked meanwhile
_FORGET_CHANGES_EVERY = timedelta(seconds=10)
_CHANGES_KEPT = timedelta(minutes=10)  # consoles may come back for half of it (C76)
_LOOK_WHO_IS_GONE_EVERY = timedelta(seconds=5)
_SPEECH_KEPT = timedelta(hours=1)  # no report is so late
_FIRST = SessionKey("", "")


class Worker:
    """Runs beside the requests of a process, or alone; those of all processes share the work.

    Orders, questions to the carrier and the rest have a thread each: a carrier that is slow to
    answer keeps no order waiting. With `leaves_shared` others do what any process can do, and only
    what this process alone knows is done here.
    """

    def __init__(self, context: AppContext, *, leaves_shared: bool = False) -> None:
        self._context = context
        seek = self._task("evovoice-carrier", context.dispatch.look_for_carrier)
        if leaves_shared:
            self._tasks = [seek, self._task("evovoice-outage", self.make_up)]
        else:
            self._tasks = [
                seek,
                self._task("evovoice-orders", context.dispatch.run_due),
                self._task("evovoice-questions", self.ask),
                self._task("evovoice-worker", self.tick),
            ]
        self._tasks.append(self._task("evovoice-figures", lambda: note_figures(context)))
        self._retention = Retention(context, context.retention)
        self._clean_at: datetime | None = None
        self._forget_at: datetime | None = None
        self._archive_at: datetime | None = None
        self._digits_at: datetime | None = None
        self._late_at: datetime | None = None
        self._refused_at: datetime | None = None
        self._late_after = _FIRST
        self._gone_at: datetime | None = None

    @staticmethod
    def _task(name: str, work: Callable[[], object]) -> PeriodicTask:
        return PeriodicTask(name, work, lambda: _TICK)

    @property
    def is_running(self) -> bool:
        """Whether every one of its threads goes on."""
        return all(task.is_running for task in self._tasks)

    def start(self) -> None:
        """Begin, in a thread of its own. After a fork, not before."""
        for task in self._tasks:
            task.start()

    def stop(self) -> None:
        """Finish the present rounds and end."""
        for task in self._tasks:
            task.end_soon()
        for task in self._tasks:
            task.stop()

    def ask(self) -> None:
        """One round of what is found out: answers that were given without the database, too."""
        self.make_up()
        reconcile(self._context)

    def make_up(self) -> None:
        """One round of what was answered without the database: no other process knows of it."""
        make_up_for_outage(self._context)

    def tick(self) -> None:
        """One round of what nobody waits for."""
        stop_ringing_disabled(self._context)
        use_early_reports(self._context)
        self._clean()
        self._forget_digits()
        self._archive()
        self._retention.run()
        self._forget_changes()
        self._link_audit_trail()
        self._take_in_late_lines()
        self._tell_refused_sign_ins()
        self._tell_who_is_gone()

    def _clean(self) -> None:
        now = self._context.clock()
        if self._clean_at is not None and now < self._clean_at:
            return
        self._clean_at = now + _CLEAN_EVERY
        with self._context.database.writing() as work:
            work.receipts.forget_before(now - _RECEIPTS_KEPT)
            work.idempotency_records.forget_before(now - _IDEMPOTENCY_RECORDS_KEPT)
            work.outbox.forget_before(now - _ORDERS_KEPT)
            work.logins.forget_before(now)
            work.login_attempts.forget_before(now)
            work.listeners.forget_before(now)
            work.speeches.forget_before(now - _SPEECH_KEPT)

    def _forget_digits(self) -> None:
        """They may be secrets: they are kept no longer than the carrier may ask for them."""
        now = self._context.clock()
        if self._digits_at is not None and now < self._digits_at:
            return
        self._digits_at = now + _FORGET_DIGITS_EVERY
        with self._context.database.writing() as work:
            work.kept_digits.forget_before(kept=now - _DIGITS_KEPT, asked=now - _DIGITS_REPEATED)

    def _archive(self) -> None:
        """Mark what belongs into the archive; after a full batch the next round goes on."""
        now = self._context.clock()
        if self._archive_at is not None and now < self._archive_at:
            return
        with self._context.database.writing() as work:
            marked = work.session_archive.mark(now - ARCHIVED_AFTER, _ARCHIVED_AT_ONCE)
            if marked:
                record(work, "sessions.archived", evidence=evidence_of(marked), now=now)
        self._archive_at = None if len(marked) == _ARCHIVED_AT_ONCE else now + _ARCHIVE_EVERY

    def _forget_changes(self) -> None:
        """A little at a time, and looked for first: most rounds find nothing to write."""
        now = self._context.clock()
        if self._forget_at is not None and now < self._forget_at:
            return
        with self._context.database.autocommit() as work:
            last = work.feed.last_before(now - _CHANGES_KEPT)
        if last is None:
            self._forget_at = now + _FORGET_CHANGES_EVERY
            return
        with self._context.database.writing() as work:
            work.feed.forget(last)

    def _link_audit_trail(self) -> None:
        with self._context.database.autocommit() as work:
            if not work.hash_chains.trail.has_new():
                return
        with self._context.database.writing() as work:
            work.hash_chains.trail.link_new(_LINKED_AT_ONCE, self._context.clock())

    def _take_in_late_lines(self) -> None:
        """Go through them once, a little at a time; what is in the way is passed over until the
        next time.
        """
        now = self._context.clock()
        if self._late_at is not None and now < self._late_at:
            return
        with self._context.database.autocommit() as work:
            keys = work.hash_chains.late_lines.waiting(self._late_after, _LATE_AT_ONCE)
        self._late_after = keys[-1] if keys else _FIRST
        self._late_at = None if keys else now + _LATE_LINES_EVERY
        if keys:
            with self._context.database.writing() as work:
                work.hash_chains.late_lines.take_in(keys, now)

    def _tell_who_is_gone(self) -> None:
        now = self._context.clock()
        if self._gone_at is None or now >= self._gone_at:
            self._gone_at = now + _LOOK_WHO_IS_GONE_EVERY
            tell_who_is_gone(self._context)

    def _tell_refused_sign_ins(self) -> None:
        now = self._context.clock()
        if self._refused_at is None or now >= self._refused_at:
            self._refused_at = now + _TELL_REFUSED_EVERY
            with self._context.database.writing() as work:
                tell_how_many_refused(work, now)
