"""No test reads the settings of whoever runs it, and no line of any test holds a number in full.

Garbage is looked for between tests: a whole look takes longer than a second in a process that has
run thousands of them on a busy machine. Where one came in the midst of a transaction, PostgreSQL
ended it as idle.
"""

import gc
import os

os.environ["EVOVOICE_ENV_FILE"] = ""  # before anything is imported; child processes inherit it

import logging
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import settings
from werkzeug.routing import Rule
from xdist.workermanage import WorkerController

from evovoice.services import audit
from tests.logged import LeakSearch

_LOOK_AFTER = (50_000, 10, 1_000_000)  # new objects; such looks; and a whole look never
_WHOLE_LOOK_EVERY = 200  # tests
_FINISHED = count(1)
# an example may take as long as a busy machine lets it
settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")
_LEAKS = LeakSearch()
_FOUND = "lines that say too much"


@pytest.fixture(scope="session", autouse=True)
def routes_are_compiled_once() -> Iterator[None]:
    """Werkzeug compiles for each application anew how the addresses of its routes are written: most
    of what making an application costs, and thousands of tests make one. None asks for addresses.
    """
    compiled: dict[tuple[str, str, bool], Callable[..., Any]] = {}
    compile_builder = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = (rule.rule, repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture(autouse=True)
def nobody_asks() -> None:
    """Of whom a test before has let ask, the audit trail of this one is to know nothing."""
    audit.end()


def pytest_collection_finish() -> None:
    """What is loaded stays, so nobody need look through it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_LOOK_AFTER)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """One whole look for many tests."""
    if next(_FINISHED) % _WHOLE_LOOK_EVERY == 0:
        gc.collect()


def pytest_sessionstart() -> None:
    """Look into every line of the whole run from then on."""
    logging.getLogger().addHandler(_LEAKS)


def pytest_testnodedown(node: WorkerController) -> None:
    """Take over what one process of several has found; each looks into its own lines only."""
    _LEAKS.found += getattr(node, "workeroutput", {}).get(_FOUND, [])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A number in a line fails the run, whichever test it was that caused it."""
    if (told := getattr(session.config, "workeroutput", None)) is not None:
        told[_FOUND] = _LEAKS.found
    if _LEAKS.found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which lines those are."""
    for line in _LEAKS.found:
        terminalreporter.write_line(f"LEAKED INTO THE LOG: {line}", red=True)
