"""Who takes the next connection; each copy of the table stands for a process after its fork."""

import copy

import pytest

from evovoice.connections.shares import ConnectionShares


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def processes(clock: Clock) -> list[ConnectionShares]:
    first = ConnectionShares(clock)
    several = [first, copy.copy(first), copy.copy(first)]
    for age, process in enumerate(several, 1):
        process.join(age)
    return several


def test_process_with_more_than_its_share_leaves_the_next_to_others(
    processes: list[ConnectionShares],
) -> None:
    first, second, third = processes
    second.note(4)
    third.note(9)
    assert not first.is_above(6)  # two more than the least are no reason to wait
    assert first.is_above(7)
    assert not second.is_above(2)


def test_process_that_ends_takes_no_more(processes: list[ConnectionShares]) -> None:
    first, second, third = processes
    second.leave()
    assert first.has_others()
    third.leave()
    assert not first.has_others()
    assert not first.is_above(1000)


def test_process_that_was_killed_counts_for_three_seconds(
    processes: list[ConnectionShares], clock: Clock
) -> None:
    first, _, third = processes
    clock.now += 2.5
    first.note(1000)
    third.note(998)
    assert first.is_above(1000)  # the second may be alive
    clock.now += 1
    assert not first.is_above(1000)
    assert first.has_others()


def test_row_of_a_process_that_ended_is_used_again(processes: list[ConnectionShares]) -> None:
    """Gunicorn counts on with each process it starts, and the table has an end."""
    first, second, third = processes
    second.join(2 + 64)
    second.note(50)
    third.leave()
    assert first.is_above(53)
    assert not first.is_above(52)
