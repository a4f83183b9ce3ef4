"""`python -m evovoice.demo`: the story once; with `--keep` the parts stay up for you."""

import signal
import sys
import tempfile
import time
from pathlib import Path

from evovoice.demo.cast import COLLEAGUE, Cast, assemble
from evovoice.demo.json_http import HttpProblem
from evovoice.demo.processes import DemoProblem, Processes
from evovoice.demo.story import bridge, tell
from evovoice.demo.timeline import NotAsExpected, Timeline


def main(arguments: list[str]) -> int:
    """0 if the final session is what it should be, else 1."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="evovoice-") as folder:
        processes = Processes(Path(folder))
        try:
            return _perform(processes, keep="--keep" in arguments)
        except (DemoProblem, HttpProblem, NotAsExpected) as problem:
            print(f"\nThe demo failed: {problem}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nStopped.")
            return 0
        finally:
            processes.stop()


def _perform(processes: Processes, *, keep: bool) -> int:
    cast = assemble(processes)
    if keep:
        _keep_up(processes, cast)
    tell(cast)
    print("\nThe final session is what it should be.")
    return 0


def _keep_up(processes: Processes, cast: Cast) -> None:
    """A live call to add somebody to, until Ctrl-C."""
    timeline = Timeline(cast)
    session = bridge(cast, timeline)
    agent = next(m for m in session["members"] if m["role"] == "Agent")
    print(f"\nThe service:  {processes.app_url}")
    print(f"The emulator: {processes.emulator_url}/_emulator/")
    print("\nA live call is waiting. Add somebody to it:\n")
    print(f"  curl -s {processes.app_url}/sessions/{session['id']}/conference/members \\")
    print(f"    -H 'Authorization: Bearer {cast.key}' -H 'Content-Type: application/json' \\")
    print(f'    -d \'{{"callSid":"{agent["callSid"]}","destination":"{COLLEAGUE}"}}\'')
    print("\nCtrl-C stops all of it. What happens from here:\n", flush=True)
    while True:
        processes.check()
        timeline.session()
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
