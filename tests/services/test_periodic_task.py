"""The thread behind the worker and the feed: woken, never dead, ended when told to."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from evovoice.services.periodic_task import PeriodicTask
from evovoice.storage.unit_of_work import DatabaseUnavailable

PATIENCE = 10.0
LONG = 3600.0

Start = Callable[..., PeriodicTask]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts rounds, and ends them with the test."""
    started: list[PeriodicTask] = []

    def begin(work: Callable[[], object], pause: float, interval: float = 0.0) -> PeriodicTask:
        task = PeriodicTask("test", work, lambda: pause, interval)
        started.append(task)
        task.start()
        return task

    yield begin
    for task in started:
        task.stop()


def test_round_follows_round(start: Start) -> None:
    three = threading.Semaphore(0)
    start(three.release, 0.0)
    assert all(three.acquire(timeout=PATIENCE) for _ in range(3))


def test_waking_ends_the_pause(start: Start) -> None:
    done = threading.Event()
    task = start(done.set, LONG)
    task.wake()
    assert done.wait(PATIENCE)


def test_many_wakings_during_a_round_make_one_more(start: Start) -> None:
    begun, may_end, count = threading.Semaphore(0), threading.Event(), []

    def work() -> None:
        count.append(1)
        begun.release()
        may_end.wait(PATIENCE)

    task = start(work, LONG)
    task.wake()
    assert begun.acquire(timeout=PATIENCE)
    for _ in range(50):
        task.wake()
    may_end.set()
    assert begun.acquire(timeout=PATIENCE)
    task.stop()
    assert 2 == len(count)


@pytest.mark.parametrize("error", [DatabaseUnavailable("away"), ValueError("a bug")])
def test_round_that_fails_is_not_the_last(start: Start, error: Exception) -> None:
    rounds_done = threading.Semaphore(0)

    def work() -> None:
        rounds_done.release()
        raise error

    start(work, 0.0)
    assert all(rounds_done.acquire(timeout=PATIENCE) for _ in range(2))


def test_run_that_fails_again_and_again_is_made_ever_less_often(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    """So that an hour without a database does not fill the log; the first success ends that."""
    moments: list[float] = []
    enough = threading.Event()

    def work() -> None:
        moments.append(time.monotonic())
        if len(moments) < 4:
            raise DatabaseUnavailable("away")
        enough.set()

    task = start(work, 0.0)
    assert enough.wait(PATIENCE)
    task.stop()
    pauses = [later - earlier for earlier, later in pairwise(moments[:4])]
    assert all(pause >= least for pause, least in zip(pauses, (0.1, 0.2, 0.4), strict=True))
    assert 3 == sum("the database cannot be reached" in record.message for record in caplog.records)


def test_stopping_does_not_wait_for_the_pause(start: Start) -> None:
    task = start(lambda: None, LONG, LONG)
    task.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "test"]


def test_it_runs_from_its_start_until_its_end(start: Start) -> None:
    task = start(lambda: None, LONG)
    assert task.is_running
    task.end_soon()
    assert not task.is_running
    assert not PeriodicTask("test", lambda: None, lambda: LONG).is_running


def test_it_does_not_run_while_it_is_stuck(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        may_end.wait(PATIENCE)

    task = start(work, 0.0)
    assert begun.wait(PATIENCE)
    assert task.is_running
    monkeypatch.setattr("evovoice.services.periodic_task._LONGEST_SILENCE", 0.0)
    assert not task.is_running
    may_end.set()
