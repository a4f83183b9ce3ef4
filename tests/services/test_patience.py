"""A question of the carrier's waits for the database, within a bound, in a few threads at most."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from evovoice.services.intake.patience import Patience
from evovoice.storage.unit_of_work import DatabaseUnavailable

BEGUN = datetime(2026, 11, 1, tzinfo=UTC)


class Line:
    """A database that is away for the first `failures` questions, each of which takes `seconds`."""

    def __init__(self, failures: int, seconds: float = 0.0) -> None:
        self.failures, self.seconds = failures, seconds
        self.now, self.asked = BEGUN, 0
        self.paused: list[float] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def patience(self, places: int = 1) -> Patience:
        return Patience(lambda: self.now, self._pause, places)

    def question(self) -> str:
        self.asked += 1
        self.now += timedelta(seconds=self.seconds)
        if self.asked <= self.failures:
            raise DatabaseUnavailable("away")
        return "an answer"

    def _pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.now += timedelta(seconds=seconds)
        self.meanwhile()


def test_question_is_answered_once_the_database_is_back() -> None:
    line = Line(failures=3)
    assert "an answer" == line.patience().ask(line.question)
    assert [0.1, 0.2, 0.4] == line.paused


def test_database_that_is_there_is_asked_once() -> None:
    line = Line(failures=0)
    assert "an answer" == line.patience().ask(line.question)
    assert (1, []) == (line.asked, line.paused)


def test_question_waits_for_six_seconds_with_growing_pauses() -> None:
    """The carrier asks again, twice within its fifteen seconds."""
    line = Line(failures=100)
    with pytest.raises(DatabaseUnavailable):
        line.patience().ask(line.question)
    assert 8 == line.asked
    assert sorted(line.paused) == line.paused
    assert pytest.approx(6) == sum(line.paused)


def test_question_that_takes_long_to_fail_is_not_begun_again_after_six_seconds() -> None:
    line = Line(failures=100, seconds=4)
    with pytest.raises(DatabaseUnavailable):
        line.patience().ask(line.question)
    assert 2 == line.asked


def test_question_without_a_place_to_wait_is_refused_at_once() -> None:
    """Threads are left for what needs no database, and a place is free again afterwards."""
    line, other = Line(failures=1), Line(failures=100)
    patience = line.patience(places=1)

    def ask_another() -> None:
        with pytest.raises(DatabaseUnavailable):
            patience.ask(other.question)

    line.meanwhile = ask_another
    assert "an answer" == patience.ask(line.question)
    assert 1 == other.asked
    line.asked, line.meanwhile = 0, lambda: None
    assert "an answer" == patience.ask(line.question)


def test_other_errors_are_not_waited_for() -> None:
    line = Line(failures=0)

    def fails() -> str:
        line.question()
        raise ValueError("a fault of ours")

    with pytest.raises(ValueError, match="ours"):
        line.patience().ask(fails)
    assert (1, []) == (line.asked, line.paused)
