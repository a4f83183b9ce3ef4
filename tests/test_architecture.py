"""The architecture: layers, which package uses which library, and the size of files."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "evovoice"
FILES = sorted(path for path in PACKAGE.rglob("*.py"))
SERVICES = sorted((PACKAGE / "services").rglob("*.py"))
HOME_OF_LIBRARY = {
    "sqlalchemy": ("storage",),
    "alembic": ("storage",),
    "twilio": ("carrier", "emulator/sdk"),
    "flask": ("web", "telemetry", "factory.py"),
    "aiohttp": ("emulator",),
    "marshmallow": ("web", "carrier/inbound.py"),
    "jinja2": ("carrier/twiml.py",),
    "phonenumbers": ("services",),
    "sentry_sdk": ("telemetry/sentry.py",),
    "opentelemetry": ("telemetry",),
    "prometheus_client": ("metrics", "services/figures.py", "shared_folder.py"),
    "structlog": ("logs",),
}
JUNK_DRAWERS = re.compile(r"^(utils?|helpers?|common|managers?|misc)(\.py)?$")


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports by their whole name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _functions() -> Iterator[tuple[str, int]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(ROOT)}:{node.name}", lines


def test_imports_keep_the_contracts_of_the_house() -> None:
    """Layers, the domain without libraries, the emulator by itself (pyproject.toml).

    In a process of its own: the linter silences the loggers of the one it runs in.
    """
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, check=False)
    assert 0 == run.returncode, run.stdout.decode()


@pytest.mark.parametrize("library", HOME_OF_LIBRARY)
def test_library_is_used_only_where_it_lives(library: str) -> None:
    homes = tuple(str(PACKAGE / home) for home in HOME_OF_LIBRARY[library])
    strangers = [
        str(path.relative_to(ROOT))
        for path in FILES
        if not str(path).startswith(homes)
        and any(name.split(".")[0] == library for name in imports(path))
    ]
    assert [] == strangers


ORDERS = {"dispatch.py", "background_orders.py"}
ONE_WAY = {  # what may be called in these files of `services` only
    ".sessions.save(": {"session_changes.py"},
    "derive_orders(session, now": {"session_changes.py"},
    "notifier.notify(": {"session_changes.py"},
    "_carrier.carry_out(": {"attempts.py"},
    ".outbox.finish(": ORDERS,
    ".outbox.postpone(": ORDERS,
    ".outbox.take_due(": {"background_orders.py"},
}


@pytest.mark.parametrize("call", ONE_WAY)
def test_there_is_one_way_from_a_command_to_the_carrier(call: str) -> None:
    """Nobody else saves a session, derives its orders, tells of its change or gives an order."""
    others = {path.name for path in SERVICES if call in path.read_text()}
    assert ONE_WAY[call] == others - {"live_feed.py"}  # tells its own listeners, not of sessions


def test_nobody_beside_the_services_saves_a_session_or_gives_an_order() -> None:
    """Whoever measures the carrier hands on what it is told, once."""
    outside = [path for path in FILES if path not in SERVICES and "storage" not in path.parts]
    calls = [".sessions.save(", ".carry_out(order"]
    assert ["measured_carrier.py"] == [
        path.name for path in outside if any(call in path.read_text() for call in calls)
    ]


def test_nobody_above_storage_speaks_to_a_connection() -> None:
    """A unit of work has its connection for its repositories, and for tests."""
    above = [path for path in FILES if not {"storage", "emulator", "demo"} & set(path.parts)]
    calls = (".connection.execute(", "work.connection", "unit.connection")
    assert [] == [path.name for path in above if any(call in path.read_text() for call in calls)]


def test_no_function_is_longer_than_forty_lines() -> None:
    assert [] == [(name, lines) for name, lines in _functions() if lines > 40]


def test_half_of_the_functions_fit_in_eight_lines_and_nine_tenths_in_twenty() -> None:
    lengths = sorted(lines for _, lines in _functions())
    assert lengths[len(lengths) // 2] <= 8
    assert lengths[len(lengths) * 9 // 10] <= 20


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    long = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in FILES}
    assert {} == {name: lines for name, lines in long.items() if lines > 300}


def test_every_file_says_in_its_first_line_what_it_is_for() -> None:
    silent = [str(p.relative_to(ROOT)) for p in FILES if not ast.get_docstring(_tree(p))]
    assert [] == silent


def test_there_is_no_junk_drawer() -> None:
    assert [] == [str(p) for p in PACKAGE.rglob("*") if JUNK_DRAWERS.match(p.name)]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())
