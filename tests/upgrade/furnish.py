"""`python -P furnish.py`: runs commands of the version that PYTHONPATH names, as an operator would.

Reads a list of command lines from standard input, as JSON, and prints the list of what they
answered. A word may hold what an earlier one answered: `{0[id]}`. One process for all of them,
since each start of a Python takes a second.
"""

import io
import json
import sys
from contextlib import redirect_stdout
from typing import Any

from evovoice.cli import main


def answers(lines: list[list[str]]) -> list[Any]:
    """What the commands print with --json; the process ends where one is refused."""
    found: list[Any] = []
    for words in lines:
        printed = io.StringIO()
        with redirect_stdout(printed):
            code = main([*(word.format(*found) for word in words), "--json"])
        if code:
            sys.exit(code)
        found.append(json.loads(printed.getvalue()))
    return found


if __name__ == "__main__":
    json.dump(answers(json.load(sys.stdin)), sys.stdout)
