"""`python -m evovoice.demo`: the story once; with `--keep` the parts stay up for you.

Each start has a database of its own, which ends with it: the call of the last start is over.
"""

import signal
import sys
import tempfile
import time
from pathlib import Path

from evovoice.demo.cast import Cast, assemble
from evovoice.demo.json_http import HttpProblem
from evovoice.demo.options import PAGE, Options, parse_options
from evovoice.demo.overview import print_overview, print_overview_of_pages
from evovoice.demo.processes import DemoProblem, Processes
from evovoice.demo.story import bridge, tell
from evovoice.demo.timeline import NotAsExpected, Timeline
from evovoice.demo.waiting_customer import WaitingCustomer


def main(arguments: list[str]) -> int:
    """0 if the final session is what it should be, else 1."""
    options = parse_options(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        with tempfile.TemporaryDirectory(prefix="evovoice-") as folder:
            _perform(Path(folder), options)
    except (DemoProblem, HttpProblem, NotAsExpected) as problem:
        print(f"\nThe demo failed: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


def _perform(folder: Path, options: Options) -> None:
    processes = Processes(folder, options.port, options.emulator_port)
    try:
        cast = assemble(processes)
        if options.keep:
            _keep_up(processes, cast, options.ring)
        tell(cast)
        print("\nThe final session is what it should be.")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would leave them behind
        processes.stop()


def _keep_up(processes: Processes, cast: Cast, ring: str | None) -> None:
    """Calls that ring in the agent's page, or a live call to add somebody to, until Ctrl-C."""
    timeline = Timeline(cast)
    if ring == PAGE or (ring is None and cast.has_sound):
        print_overview_of_pages(cast)
        waiting = WaitingCustomer(cast, timeline)
        each_round = waiting.look
    else:
        print_overview(cast, bridge(cast, timeline))
        each_round = timeline.look
    while True:
        processes.check()
        each_round()
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
