"""`python -m tests.bench`: every figure as one JSON line; exit code 1 where anything failed."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evovoice.domain.call_session import CallSession
from evovoice.storage.migrations.upgrade import upgrade
from tests.bench import supplies
from tests.bench.adds import Adds
from tests.bench.bars import verdicts
from tests.bench.databases import Databases, SqliteFiles, postgres
from tests.bench.figures import Figure, show
from tests.bench.load import Sample, Target, drive
from tests.bench.parts import BenchProblem, Parts
from tests.bench.plan import FULL, QUICK, Plan
from tests.bench.webhooks import Webhooks
from tests.bench.world import BARE_NUMBER, World

_CARRIER_MS = 100
_NOTES = """\
Driver, service, bare app, emulator and database share this machine: read the ratios and cpu_ms.
Phones are held and the emulator's clock stands still: no callback of an added leg runs inside a \
measurement. The webhooks of a conversion do: they are part of a first add.
Limits are lifted by environment. Sessions of later adds and of status callbacks are copies, in \
the database, of a conference that real calls made; those of first adds are real calls.
Service and bare app alternate in rounds; rps counts answers inside the window, percentiles \
(nearest rank) are over all that was sent in it. cpu_ms is the server's processor time for one \
request."""


class Bench:
    """One run: three set-ups, one after the other, each with fresh databases and processes."""

    def __init__(self, asked: argparse.Namespace, folder: Path, databases: Databases) -> None:
        self._plan: Plan = QUICK if asked.quick else FULL
        self._database: str = asked.database
        self._only: str = asked.only
        self._folder, self._databases = folder, databases
        self.errors = 0

    def run(self) -> None:
        """Measure and print everything."""
        for carrier_ms in (0, _CARRIER_MS):
            if self._only in ("", "adds", f"adds-{carrier_ms}"):
                with self._world(f"adds_{carrier_ms}", carrier_ms) as world:
                    self._adds(world, carrier_ms)
        if self._only in ("", "webhooks"):
            with self._world("webhooks", 0) as world:
                template = _conference(world, pending=2)
                self._measure(Webhooks(world, self._plan, template).figures())

    def _adds(self, world: World, carrier_ms: int) -> None:
        template = _conference(world, pending=1)
        adds = Adds(world, self._plan, carrier_ms)
        adds.take_template(template)
        self._measure(adds.figures())

    def _measure(self, figures: Iterator[Figure]) -> None:
        for figure in figures:
            line = figure.measure(self._plan, self._database)
            self.errors += line["errors"]
            show(line)
            for verdict in verdicts(line):
                show(verdict)

    @contextmanager
    def _world(self, name: str, carrier_ms: int) -> Iterator[World]:
        """Fresh databases, people and processes, ended afterwards whatever happens."""
        folder = self._folder / name
        folder.mkdir()
        url = self._databases.create(f"bench_{name}")
        upgrade(url)
        parts = Parts(folder, url, self._databases.create(f"bench_bare_{name}"))
        world = World(parts)
        try:
            parts.start_emulator(carrier_ms / 1000, world.numbers(), BARE_NUMBER)
            parts.start_service()
            parts.start_bare(BARE_NUMBER)
            parts.wait()
            yield world
        finally:
            world.close()
            parts.stop()


def _conference(world: World, pending: int) -> CallSession:
    """A real call with so many added: the first by two REST calls, each further one by one."""
    for agent in world.agents:
        wish = {"outcome": "answer", "answerAfter": 0.5}
        world.stage(f"/phones/{agent.user.address}", wish, method="PUT")
    ((session,), *_) = world.bridge([1] + [0] * (len(world.agents) - 1))
    parts = world.parts
    target = Target(parts.service_port, parts.pid("service"), contains='"members":')
    alone = [[session]] + [[]] * (len(world.agents) - 1)
    requests = supplies.adds(world, alone, pending, supplies.TEMPLATE_NUMBER)
    for place, text in enumerate(requests[0]):
        before, seen = world.rest_requests(), Sample()
        drive(target, [[text]], 10, 0, seen)
        made = world.rest_requests() - before
        if seen.errors or made != (1 if place else 2):
            raise BenchProblem(f"Add number {place + 1}: {made} REST calls, {dict(seen.errors)}")
    return world.session(session.id)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke run of less than a minute")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    groups = ("", "adds", "adds-0", "adds-100", "webhooks")
    parser.add_argument("--only", choices=groups, default="", help="one part of the figures")
    return parser.parse_args()


def main() -> int:
    """Measure; 0 where every request was answered as it should be."""
    asked = _asked()
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    show({"notes": _NOTES.splitlines(), "cores": os.cpu_count(), "load_before": load})
    with tempfile.TemporaryDirectory(prefix="evovoice-bench-") as name:
        folder = Path(name)
        databases = SqliteFiles(folder) if asked.database == "sqlite" else postgres()
        try:
            bench = Bench(asked, folder, databases)
            bench.run()
        except BenchProblem as problem:
            print(f"The benchmark stopped: {problem}", file=sys.stderr)
            return 1
        finally:
            databases.stop()
    if bench.errors:
        print(f"{bench.errors} requests went wrong: these figures are void", file=sys.stderr)
    return 1 if bench.errors else 0


if __name__ == "__main__":
    sys.exit(main())
