"""Figures that are taken, not counted: of this process now and then, of the database when asked."""

import logging
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Thread

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from evovoice import __version__, metrics
from evovoice.metrics.instruments import described
from evovoice.services.app_context import AppContext
from evovoice.storage.unit_of_work import Amounts

_log = logging.getLogger(__name__)
_LONGEST_ANSWER = 2.0  # seconds that a scrape waits for the database

_BUILD = described(
    "evovoice_build_info", "gauge", "1; the labels say what runs", "version", "python"
)
_DATABASE_UP = described(
    "evovoice_database_up",
    "gauge",
    f"1 where the database answered this scrape within {_LONGEST_ANSWER:.0f} s, else 0, and then"
    " the figures that come from it are missing",
)
_SESSIONS = described("evovoice_sessions_live", "gauge", "Calls that go on, of all processes")
_MEMBERS = described(
    "evovoice_members_live", "gauge", "Parties of those calls who ring or talk, of all processes"
)
_OVERDUE = described(
    "evovoice_orders_overdue", "gauge", "Orders that are due and that no process has taken up"
)
_OVERDUE_AGE = described(
    "evovoice_orders_overdue_oldest_age_seconds",
    "gauge",
    "For how long the oldest of them could have been taken up; 0 where there is none",
)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the database was asked for: amounts, and how old the oldest overdue order is."""

    amounts: Amounts
    oldest_age: float


class PresentFigures:
    """What a scrape is told beside what was counted. It never waits long and never raises for a
    database that is away.
    """

    def __init__(self, context: AppContext, longest_answer: float = _LONGEST_ANSWER) -> None:
        self._context = context
        self._longest_answer = longest_answer
        self._asking: Thread | None = None

    def __call__(self) -> Iterator[Metric]:
        """The figures of this moment."""
        note_figures(self._context)
        build = GaugeMetricFamily(_BUILD.name, _BUILD.meaning, labels=_BUILD.labels)
        build.add_metric([__version__, platform.python_version()], 1)
        yield build
        found = self._found()
        yield GaugeMetricFamily(_DATABASE_UP.name, _DATABASE_UP.meaning, 0 if found is None else 1)
        if found is not None:
            yield from _families(found)

    def _found(self) -> _Found | None:
        """None too while the question of an earlier scrape is not answered yet: a database that
        hangs is not asked again and again.
        """
        if self._asking is not None and self._asking.is_alive():
            return None
        answers: SimpleQueue[_Found | None] = SimpleQueue()
        self._asking = Thread(
            target=lambda: answers.put(self._asked()), name="evovoice-scrape", daemon=True
        )
        self._asking.start()
        try:
            return answers.get(timeout=self._longest_answer)
        except Empty:
            return None

    def _asked(self) -> _Found | None:
        now = self._context.clock()
        try:
            with self._context.database.reading() as work:
                return _Found(work.figures.amounts(now), _age(work.outbox.waiting_since(now), now))
        except Exception as error:
            _log.warning("A scrape of the metrics got no figures of the database: %s", error)
            return None


def note_figures(context: AppContext) -> None:
    """Enter into the metrics how this process is, for whichever process is asked."""
    context.live_feed.note_figures()
    context.database.note_figures()
    metrics.CARRIER_AWAY.set(context.dispatch.availability.is_away())


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _families(found: _Found) -> Iterator[Metric]:
    values = {
        _SESSIONS: found.amounts.sessions,
        _MEMBERS: found.amounts.members,
        _OVERDUE: found.amounts.overdue_orders,
        _OVERDUE_AGE: found.oldest_age,
    }
    for figure, value in values.items():
        yield GaugeMetricFamily(figure.name, figure.meaning, value)
