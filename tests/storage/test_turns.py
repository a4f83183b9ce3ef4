"""One writer at a time, over threads and processes; two lines on one file are two processes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from evovoice.storage.engine import DatabaseUnavailable
from evovoice.storage.turns import Turns


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "x.db"


def test_nobody_is_inside_with_another(file: Path) -> None:
    """Two processes of four threads each, fifty turns a thread."""
    inside, most, turns = 0, 0, 0
    lines = [Turns(file, 20), Turns(file, 20)]

    def work(line: Turns) -> None:
        nonlocal inside, most, turns
        for _ in range(50):
            with line.first_in_line(), line.taken():
                inside += 1
                most = max(most, inside)
                turns += 1
                inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, lines * 4))
    assert (turns, most, inside) == (400, 1, 0)


def test_patience_ends(file: Path) -> None:
    """Whoever waits for somebody that is stuck is told so, in the process or outside."""
    first, second = Turns(file, 0.01), Turns(file, 0.01)
    with first.taken(), pytest.raises(DatabaseUnavailable), second.taken():
        pass
    with first.first_in_line(), pytest.raises(DatabaseUnavailable), first.first_in_line():
        pass
    with second.first_in_line(), second.taken():
        pass


def test_a_failure_inside_ends_the_turn(file: Path) -> None:
    """The next one is let in."""
    line = Turns(file, 0.01)
    with pytest.raises(ZeroDivisionError), line.first_in_line(), line.taken():
        _ = 1 / 0
    with line.first_in_line(), line.taken():
        pass


def test_who_waits_comes_in_when_the_other_leaves(file: Path) -> None:
    """Also from another process."""
    holder, waiter = Turns(file, 20), Turns(file, 20)
    leave, came_in = Event(), Event()

    def hold() -> None:
        with holder.taken():
            leave.wait(20)

    def wait() -> None:
        with waiter.taken():
            came_in.set()

    with ThreadPoolExecutor(2) as pool:
        pool.submit(hold)
        pool.submit(wait)
        leave.set()
    assert came_in.is_set()
