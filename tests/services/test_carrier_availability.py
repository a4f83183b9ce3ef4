"""When a process takes the carrier for away, and when for back (C88)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evovoice.carrier.port import (
    CarrierBusy,
    CarrierError,
    CarrierRefused,
    CarrierUnreachable,
    CredentialsRefused,
    OutcomeUnknown,
    Unanswered,
)
from evovoice.services.outbox.carrier_availability import CarrierAvailability, CarrierProbe
from tests.logged import Lines, lines_written

NO_LINE, LOST = CarrierUnreachable("no line"), Unanswered("lost", 503)
ANSWERS = [
    None, CarrierRefused(21211, 400, "no"), CarrierBusy(), CredentialsRefused(20003, 401),
    OutcomeUnknown("nonsense"),
]  # fmt: skip


class Line:
    """A process that asks, its clock, and a carrier that does as it is told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 28, tzinfo=UTC)
        self.error: CarrierError | None = None
        self.asked: list[float] = []
        self.availability = CarrierAvailability(lambda: self.now)
        carrier: Any = self
        self.probe = CarrierProbe(carrier, self.availability, lambda: self.now)
        self._began = self.now

    def answer_anything(self) -> None:
        self.asked.append((self.now - self._began).total_seconds())
        if self.error is not None:
            raise self.error

    def ask(self, error: CarrierError | None, takes: float = 0.0) -> None:
        """One request of an order."""
        try:
            with self.availability.learning():
                self.later(takes)
                if error is not None:
                    raise error
        except CarrierError:
            pass

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def runs(self, seconds: int) -> None:
        """The background has its rounds for so long."""
        for _ in range(seconds * 2):
            self.probe.run()
            self.later(0.5)


def _events(lines: Lines) -> list[str]:
    return [one["event"] for one in lines.records("evovoice.services.outbox.carrier")]


def test_one_connection_that_cannot_be_made_is_enough_c88() -> None:
    line = Line()
    line.ask(NO_LINE)
    assert line.availability.is_away()
    assert line.availability.may_be_tried()
    line.ask(NO_LINE, takes=3)
    assert not line.availability.may_be_tried()


def test_several_lost_answers_in_a_row_over_seconds_are_enough_c88() -> None:
    line = Line()
    for _ in range(2):
        line.ask(LOST, takes=2)
        assert not line.availability.is_away()
    line.ask(LOST, takes=2)
    assert line.availability.is_away()
    assert not line.availability.may_be_tried()


def test_many_lost_answers_at_one_moment_are_not_enough_c88() -> None:
    line = Line()
    for _ in range(9):
        line.ask(LOST, takes=0.2)
    assert not line.availability.is_away()


@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_the_carrier_answers_it_is_there_c88(answer: CarrierError | None) -> None:
    line = Line()
    line.ask(LOST, takes=4)
    line.ask(LOST, takes=4)
    line.ask(answer)
    line.ask(LOST, takes=4)
    assert not line.availability.is_away()
    line.ask(NO_LINE)
    line.ask(answer)
    assert not line.availability.is_away()


def test_going_away_and_coming_back_are_told_of_once_c88() -> None:
    line = Line()
    with lines_written() as lines:
        for _ in range(5):
            line.ask(NO_LINE, takes=3)
            line.later(30)
        line.ask(None)
        line.ask(None)
    assert ["The carrier is away", "The carrier is back"] == _events(lines)
    away, back = lines.records()
    assert ("warning", "no connection can be made") == (away["level"], away["why"])
    assert ("info", 165.0) == (back["level"], back["away_for_seconds"])


def test_what_nobody_has_asked_about_is_forgotten_in_time_c88() -> None:
    line = Line()
    line.ask(NO_LINE, takes=3)
    line.later(21)
    assert not line.availability.is_away()
    assert line.availability.may_be_tried()


def test_carrier_that_is_away_is_asked_at_growing_pauses_until_it_answers_c88() -> None:
    line = Line()
    line.runs(60)
    assert [] == line.asked
    line.ask(NO_LINE)
    line.error = NO_LINE
    line.asked, line._began = [], line.now
    line.runs(60)
    assert [1, 3, 7, 15, 25, 35, 45, 55] == line.asked
    assert line.availability.is_away()
    line.error = None
    line.runs(11)
    assert not line.availability.is_away()
    line.runs(60)
    assert 9 == len(line.asked)
