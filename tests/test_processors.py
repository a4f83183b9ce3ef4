"""Each process of the service stays on one processor, as far from the others as there is room."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from evovoice.processors import Processors, stay_on, usable_processors
from evovoice.settings import SettingsError, pins_processes
from tests.gunicorn_server import Server, serving

_CHOICE = usable_processors().least_used([]) is not None


def test_processes_are_spread_over_all_processors() -> None:
    processors = Processors({3, 1, 2}, first=0)
    in_use: list[int | None] = []
    for _ in range(6):
        in_use.append(processors.least_used(in_use))
    assert [1, 2, 3, 1, 2, 3] == in_use


def test_new_process_takes_the_place_of_the_one_that_ended() -> None:
    assert 2 == Processors({1, 2, 3}, first=0).least_used([1, 3])


def test_services_on_one_machine_do_not_all_begin_at_the_same_processor() -> None:
    begun = {Processors(range(4)).least_used([]) for _ in range(200)}
    assert {0, 1, 2, 3} == begun


@pytest.mark.parametrize("usable", [(), (5,)])
def test_no_choice_leaves_the_process_alone(usable: tuple[int, ...]) -> None:
    assert Processors(usable).least_used([]) is None


@pytest.mark.skipif(not _CHOICE, reason="a machine with one processor leaves no choice")
def test_processor_that_is_not_there_is_no_error() -> None:
    before = os.sched_getaffinity(0)
    stay_on(100_000)
    assert before == os.sched_getaffinity(0)


def test_pinning_is_on_unless_it_is_switched_off() -> None:
    assert pins_processes({})
    assert not pins_processes({"EVOVOICE_PIN_PROCESSES": "off"})
    with pytest.raises(SettingsError, match="must be on or off, not 'no'"):
        pins_processes({"EVOVOICE_PIN_PROCESSES": "no"})


@pytest.mark.skipif(not _CHOICE, reason="a machine with one processor leaves no choice")
def test_every_worker_has_its_processor_also_after_one_was_killed(tmp_path: Path) -> None:
    """With as many workers as processors, and the one that comes after a killed one."""
    count = len(os.sched_getaffinity(0))
    with serving(tmp_path, 4, WEB_CONCURRENCY=str(count)) as server:
        _wait_for(lambda: _pinned(server) == [1] * count)
        taken = _processors(server)
        assert len(set(taken)) == count
        os.kill(_children(server)[0], signal.SIGKILL)
        _wait_for(lambda: sorted(taken) == sorted(_processors(server)))


@pytest.mark.skipif(not _CHOICE, reason="a machine with one processor leaves no choice")
def test_workers_go_where_they_like_where_that_is_wished(tmp_path: Path) -> None:
    with serving(tmp_path, 4, EVOVOICE_PIN_PROCESSES="off") as server:
        assert [len(os.sched_getaffinity(0))] == _pinned(server)


def _affinities(server: Server) -> list[list[int]]:
    return [sorted(os.sched_getaffinity(child)) for child in _children(server)]


def _children(server: Server) -> list[int]:
    pid = server.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _pinned(server: Server) -> list[int]:
    return [len(affinity) for affinity in _affinities(server)]


def _processors(server: Server) -> list[int]:
    return [affinity[0] for affinity in _affinities(server) if len(affinity) == 1]


def _wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)
