"""kill -9 of the serving process while its order is on the way: real processes, real HTTP."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from evovoice.demo.cast import COLLEAGUE, Cast, assemble
from evovoice.demo.json_http import HttpProblem, JsonHttp
from evovoice.demo.processes import Processes
from evovoice.demo.story import bridge
from evovoice.demo.timeline import Timeline

PATIENCE = 60  # seconds; a dead process's orders are taken up when its lease runs out


class SlowCarrier(Processes):
    """A carrier that takes a second for each request, so that there is a moment to die in."""

    def _start(self, name: str, words: list[str], server: JsonHttp, path: str) -> None:
        slow = ["--latency", "1.0"] if name == "emulator" else []
        super()._start(name, [*words, *slow], server, path)

    def kill_worker(self) -> None:
        """End the process that serves, without a word; gunicorn starts another."""
        master = self._running[-1].pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text()
        for pid in children.split():
            os.kill(int(pid), signal.SIGKILL)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[SlowCarrier]:
    processes = SlowCarrier(tmp_path)
    yield processes
    processes.stop()


@pytest.mark.parametrize("moment", [0.5, 1.4], ids=["redirect on the way", "dial on the way"])
def test_party_rings_once_and_everybody_talks_after_the_process_was_killed(
    processes: SlowCarrier, moment: float
) -> None:
    """Nothing stored is lost, nobody is rung twice, nobody is dropped."""
    cast = assemble(processes)
    session = bridge(cast, Timeline(cast))
    press = threading.Thread(target=_press, args=(cast, session))
    press.start()
    time.sleep(moment)
    processes.kill_worker()
    press.join()
    assert ["Caller", "Agent", "Transfer"] == _talking(cast, str(session["id"]))
    calls = cast.stage.get("/_emulator/state")["calls"]
    assert 1 == sum(call["to"] == COLLEAGUE for call in calls)


def _press(cast: Cast, session: dict[str, Any]) -> None:
    body = {"destination": COLLEAGUE}
    with suppress(OSError, HttpProblem):  # the connection dies with the process
        cast.api.post(f"/sessions/{session['id']}/conference/members", body)


def _talking(cast: Cast, session_id: str) -> list[str]:
    """Who is connected once all three are, or when patience is at its end."""
    until, talking = time.monotonic() + PATIENCE, [""]
    while time.monotonic() < until and len(talking) < 3:
        time.sleep(0.2)
        with suppress(OSError, HttpProblem):
            members = cast.api.get(f"/sessions/{session_id}")["members"]
            talking = [m["role"] for m in members if m["callState"] == "Connected"]
    return talking
