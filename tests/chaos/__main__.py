"""`python -m tests.chaos`: the figures of a run as JSON; exit code 1 where an invariant broke."""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from evovoice.storage.migrations.upgrade import upgrade
from tests.chaos.postgres import FragilePostgres
from tests.chaos.run import Run, Wish, short


def run(wish: Wish, folder: Path, on_sqlite: bool) -> dict[str, Any]:
    """Start a database, run, and end what was started."""
    if on_sqlite:
        url = f"sqlite:///{folder / 'chaos.db'}"
        upgrade(url)
        return asyncio.run(Run(wish, folder, url, None).tell())
    postgres = FragilePostgres()
    try:
        url = postgres.create("chaos")
        upgrade(url)
        return asyncio.run(Run(wish, folder, url, postgres).tell())
    finally:
        postgres.stop()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stories", type=int, default=500)
    parser.add_argument("--at-once", type=int, default=100, help="stories of one round")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--short", action="store_true", help="twenty stories in one short round")
    parser.add_argument("--folder", type=Path, help="keeps the logs of the processes here")
    return parser.parse_args()


def main() -> int:
    """Run and print; 0 where every invariant held."""
    asked = _asked()
    wish = Wish(seed=asked.seed, stories=asked.stories, at_once=asked.at_once)
    if asked.short:
        wish = short(asked.seed)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end what was started then too
    with tempfile.TemporaryDirectory(prefix="evovoice-chaos-") as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        figures = run(wish, folder, asked.database == "sqlite")
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    return 1 if figures["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
