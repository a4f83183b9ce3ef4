"""`python -m tests.operator`: the figures of an evening as JSON; exit code 1 for a broken promise.

No request is lost, and no caller is told sorry, except while the database itself is away.
"""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
from pathlib import Path

from tests.operator.evening import Evening, Wish, short
from tests.pgbouncer import PROGRAM


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.operator", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each phase, at least")
    parser.add_argument("--desks", type=int, default=8, help="where calls are taken at once")
    parser.add_argument("--short", action="store_true", help="four seconds a phase, five desks")
    parser.add_argument("--folder", type=Path, help="keeps the logs of the processes here")
    return parser.parse_args()


async def _evening(wish: Wish, folder: Path) -> dict[str, object]:
    return await Evening(wish, folder).tell()


def main() -> int:
    """Play and print; 0 where every promise was kept."""
    asked = _asked()
    if PROGRAM is None:
        sys.stderr.write("PgBouncer is needed: apt-get install pgbouncer\n")
        return 2
    wish = Wish(asked.seed, asked.seconds, asked.desks)
    if asked.short:
        wish = short(asked.seed)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end what was started then too
    with tempfile.TemporaryDirectory(prefix="evovoice-evening-") as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        figures = asyncio.run(_evening(wish, folder))
    sys.stdout.write(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    return 1 if figures["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
