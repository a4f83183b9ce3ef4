"""`python -m tests.bench.stream`: from a commit to every console that listens, as JSON lines.

The change is committed by this process, which the service hears of by looking into the feed, or
asked of the service itself, which hears of it at once. Beside that a program asks for something
else on a connection of its own, and how long that takes is a figure too.
"""

import argparse
import asyncio
import http.client
import json
import re
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evovoice.domain.values import Role, User
from evovoice.services import administration
from evovoice.storage.migrations.upgrade import upgrade
from evovoice.storage.unit_of_work import Database
from tests.bench.cpu import cpu_seconds
from tests.bench.databases import SqliteFiles, postgres
from tests.bench.figures import show
from tests.bench.parts import HOST, BenchProblem, Parts
from tests.storage.builders import ringing_session

_NUMBER = re.compile(rb'"consoleData":"(\d+)"')
_SESSION, _ACCOUNT = "s-1", "a-acme"
_FIRST = 20  # listeners before the memory of the others is measured
_PATIENCE = 10.0  # seconds for the last event to arrive
Change = Callable[[int], Awaitable[float]]


class Listeners:
    """So many consoles, each with a connection of its own; when each heard of each change."""

    def __init__(self, port: int, key: str) -> None:
        self._port, self._key = port, key
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.heard: dict[int, list[float]] = {}

    async def open(self, count: int) -> None:
        """Connect them one after the other. Errors: `BenchProblem` where one is refused."""
        for _ in range(count):
            reader, writer = await asyncio.open_connection(HOST, self._port)
            self._writers.append(writer)
            head = f"GET /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self._key}\r\n\r\n"
            writer.write(head.encode())
            status = await reader.readline()
            if b" 200 " not in status:
                raise BenchProblem(f"A listener was answered {status.decode().strip()}")
            self._tasks.append(asyncio.create_task(self._listen(reader)))

    async def close(self) -> None:
        """Hang up all."""
        for task in self._tasks:
            task.cancel()
        for writer in self._writers:
            writer.close()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            number = _NUMBER.search(line) if line.startswith(b"data: ") else None
            if number is not None:
                self.heard.setdefault(int(number[1]), []).append(time.perf_counter())


class Scene:
    """A session to change, somebody who may hear of it, and the service."""

    def __init__(self, folder: Path, database_url: str) -> None:
        upgrade(database_url)
        self.database = Database(database_url)
        self.parts = Parts(folder, database_url, database_url)
        with self.database.writing() as work:
            work.directory.add_account(_ACCOUNT, "Acme", "US")
            boss = User("u-boss", _ACCOUNT, "Boss", "b@acme.test", Role.MANAGER, "boss-1")
            work.directory.add_user(boss, "no password")
            session = ringing_session(_SESSION)
            session.next_check = None  # nobody is to ask the carrier: there is none
            work.sessions.save(session)
        self.key = administration.add_key(self.database, "u-boss", datetime.now(UTC)).key

    async def from_outside(self, number: int) -> float:
        """Commit a change in this process; when that was done."""
        return await asyncio.to_thread(self._commit, number)

    async def from_inside(self, number: int) -> float:
        """Ask the service for a change; when it was asked."""
        return await asyncio.to_thread(self._ask, number)

    def _commit(self, number: int) -> float:
        with self.database.writing() as work:
            session = work.sessions.for_update(_ACCOUNT, _SESSION)
            assert session is not None
            session.console_data, session.modified_at = str(number), datetime.now(UTC)
            work.sessions.save(session)
        return time.perf_counter()

    def _ask(self, number: int) -> float:
        body = json.dumps({"consoleData": str(number)}).encode()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        address = f"{self.parts.service_url}/sessions/{_SESSION}"
        begin = time.perf_counter()
        request = urllib.request.Request(address, body, headers, method="PATCH")
        with urllib.request.urlopen(request, timeout=20) as response:
            response.read()
        return begin


async def _measure(scene: Scene, asked: argparse.Namespace) -> None:
    service, listeners = scene.parts.pid("service"), Listeners(scene.parts.service_port, scene.key)
    await listeners.open(_FIRST)  # what a process needs once is not theirs
    await asyncio.sleep(1)
    before = _memory_kb(service)
    await listeners.open(asked.listeners - _FIRST)
    await asyncio.sleep(1)
    each = (_memory_kb(service) - before) / (asked.listeners - _FIRST)
    idle = await _cpu_percent(service, asyncio.sleep(5))
    same = {"database": asked.database, "listeners": asked.listeners, "per_second": asked.rate}
    show({"bench": "listeners at rest", **same, "kb_each": round(each, 1), "cpu_percent": idle})
    ways = {
        "another process commits": scene.from_outside,
        "the service is asked": scene.from_inside,
    }
    for place, (name, change) in enumerate(ways.items()):
        with ProcessPoolExecutor(1) as beside:
            whom = (scene.parts.service_port, scene.key)
            took = beside.submit(_ask_beside, *whom, asked.changes / asked.rate, asked.asks)
            line = await _round(listeners, change, asked, first=place * asked.changes)
            show({"bench": f"to the console, {name}", **same, **line})
            show({"bench": f"a request beside, {name}", **same, **_quantiles(took.result())})
    begin = time.perf_counter()
    await asyncio.to_thread(scene.parts.stop)
    seconds = round(time.perf_counter() - begin, 1)
    show({"bench": "from SIGTERM to the end, all listening", **same, "seconds": seconds})
    await listeners.close()


async def _round(
    listeners: Listeners, change: Change, asked: argparse.Namespace, first: int
) -> dict[str, Any]:
    begun: dict[int, float] = {}
    numbers = range(first, first + asked.changes)
    for number in numbers:
        due = time.perf_counter() + 1 / asked.rate
        begun[number] = await change(number)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    await _until_heard(listeners, numbers[-1], asked.listeners)
    # a session is read when it is told: of changes close together all events have the last
    spans = sorted(at - begun[n] for n in numbers for at in listeners.heard.get(n, ()))
    wanted = asked.changes * asked.listeners
    return {**_quantiles(spans), "heard": len(spans), "wanted": wanted}


def _ask_beside(port: int, key: str, seconds: float, rate: float) -> list[float]:
    """How long each of these requests took; in a process of its own, which waits for nobody."""
    spans, connection = [], http.client.HTTPConnection(HOST, port, timeout=20)
    until = time.perf_counter() + seconds
    while (begin := time.perf_counter()) < until:
        connection.request("GET", "/sessions/active", headers={"Authorization": f"Bearer {key}"})
        connection.getresponse().read()
        spans.append(time.perf_counter() - begin)
        time.sleep(max(0.0, 1 / rate - spans[-1]))
    connection.close()
    return sorted(spans)


async def _until_heard(listeners: Listeners, number: int, count: int) -> None:
    until = time.perf_counter() + _PATIENCE
    while len(listeners.heard.get(number, ())) < count and time.perf_counter() < until:
        await asyncio.sleep(0.05)


async def _cpu_percent(pid: int, work: Awaitable[None]) -> float:
    begin, used = time.perf_counter(), cpu_seconds(pid)
    await work
    return round(100 * (cpu_seconds(pid) - used) / (time.perf_counter() - begin), 1)


def _memory_kb(pid: int) -> int:
    """What that process and its children have for themselves, from Linux's /proc."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(_memory_kb(int(child)) for child in children)


def _quantiles(spans: list[float]) -> dict[str, float | None]:
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "most_ms": 1.0}
    return {name: _ms(spans, share) for name, share in shares.items()}


def _ms(spans: list[float], share: float) -> float | None:
    return round(1000 * spans[round(share * (len(spans) - 1))], 1) if spans else None


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.stream", description=__doc__)
    parser.add_argument("--listeners", type=int, default=100)
    parser.add_argument("--changes", type=int, default=100, help="changes of each kind")
    parser.add_argument("--rate", type=float, default=5.0, help="changes a second")
    parser.add_argument("--asks", type=float, default=20.0, help="other requests a second")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


def main() -> int:
    """Measure and print."""
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="evovoice-stream-") as name:
        databases = SqliteFiles(Path(name)) if asked.database == "sqlite" else postgres()
        scene = Scene(Path(name), databases.create("stream"))
        try:
            scene.parts.start_service()
            scene.parts.wait()
            asyncio.run(_measure(scene, asked))
        except BenchProblem as problem:
            print(f"The benchmark stopped: {problem}", file=sys.stderr)
            return 1
        finally:
            scene.database.dispose()
            scene.parts.stop()
            databases.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
