"""`make stories`: thousands of stories on both databases, in two processes; the figures as JSON.

Set in the environment: STORIES and POSTGRES_STORIES (how many), FIRST (the first seed). With SEED
one story is played on both databases, told, and made as small as it can be.
"""

import json
import logging
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evovoice.storage.migrations.upgrade import upgrade
from tests.databases import PostgresServer
from tests.stories.playing import NewDatabase, in_database, in_files, play, smallest
from tests.stories.steps import story
from tests.stories.world import Played

_PROCESSES = 2


@dataclass(slots=True)
class Tally:
    """What came of many stories."""

    stories: int = 0
    steps: int = 0
    faults: int = 0
    hours: float = 0.0  # of virtual time
    answers: Counter[str] = field(default_factory=Counter)
    violations: list[dict[str, Any]] = field(default_factory=list)

    def count(self, seed: int, played: Played) -> None:
        """One story more."""
        self.stories += 1
        self.steps += played.steps
        self.faults += played.faults
        self.hours += played.seconds / 3600
        self.answers += played.answers
        self.violations += [
            {"seed": seed, "kind": one.kind, "text": one.text} for one in played.violations
        ]

    def add(self, other: "Tally") -> None:
        """Those of another process."""
        self.stories += other.stories
        self.steps += other.steps
        self.faults += other.faults
        self.hours += other.hours
        self.answers += other.answers
        self.violations += other.violations

    def figures(self) -> dict[str, Any]:
        """As they are printed."""
        return {
            "stories": self.stories,
            "steps": self.steps,
            "faults": self.faults,
            "virtual_hours": round(self.hours, 1),
            "answers": dict(sorted(self.answers.items())),
            "violations": sorted(self.violations, key=lambda one: (one["kind"], one["seed"])),
        }


def play_many(seeds: Sequence[int], url: str | None) -> Tally:
    """Stories of these seeds, in the PostgreSQL database of that address or in a file."""
    logging.disable(logging.CRITICAL)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="evovoice-stories-") as folder:
        new_database = _databases(url, Path(folder))
        for seed in seeds:
            tally.count(seed, play(story(seed), new_database))
    return tally


def _databases(url: str | None, folder: Path) -> NewDatabase:
    return in_database(url) if url else in_files(folder)


def play_all(seeds: Sequence[int], urls: Sequence[str | None]) -> Tally:
    """The same, spread over as many processes as there are databases."""
    whole = Tally()
    with ProcessPoolExecutor(len(urls)) as pool:
        parts = [seeds[place :: len(urls)] for place in range(len(urls))]
        for tally in pool.map(play_many, parts, urls):
            whole.add(tally)
    return whole


def tell(seed: int, url: str | None) -> int:
    """Play one story and print it, and the smallest story of each violation; how many there are."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="evovoice-stories-") as folder:
        new_database = _databases(url, Path(folder))
        played = play(story(seed), new_database)
        _print_story(f"seed {seed}", story(seed))
        for violation in played.violations:
            print(f"\n{violation}")
            small = smallest(story(seed), str(violation), new_database)
            _print_story("the smallest story of it", small)
    return len(played.violations)


def _print_story(title: str, steps: Sequence[Any]) -> None:
    print(f"{title}: {len(steps)} steps")
    for step in steps:
        print(f"    {step!r},")


def main() -> int:
    """0 where nothing was violated."""
    server = PostgresServer()
    try:
        urls = [server.create(f"stories_{number}") for number in range(_PROCESSES)]
        for url in urls:
            upgrade(url)
        if "SEED" in os.environ:
            seed = int(os.environ["SEED"])
            return 1 if tell(seed, None) + tell(seed, urls[0]) else 0
        return _many(urls)
    finally:
        server.stop()


def _many(urls: Sequence[str]) -> int:
    first = int(os.environ.get("FIRST", "1"))
    on_sqlite = int(os.environ.get("STORIES", "2000"))
    on_postgres = int(os.environ.get("POSTGRES_STORIES", "300"))
    told = {
        "sqlite": play_all(range(first, first + on_sqlite), [None] * _PROCESSES),
        "postgresql": play_all(range(first, first + on_postgres), urls),
    }
    print(json.dumps({name: tally.figures() for name, tally in told.items()}, indent=1))
    return 1 if any(tally.violations for tally in told.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
