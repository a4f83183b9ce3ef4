"""The emulator needs aiohttp and nothing else: not what the service is made of."""

import os
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from .outside_emulator import ask

ROOT = Path(__file__).parents[2]
ABSENT = ["flask", "sqlalchemy", "twilio", "marshmallow", "requests", "jinja2", "click", "alembic"]


def _with_all_it_needs(name: str, found: set[str]) -> set[str]:
    """That distribution and, through what each asks for, all below it."""
    if name in found:
        return found
    found.add(name)
    for text in distribution(name).requires or ():
        needed = Requirement(text)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            _with_all_it_needs(re.sub("[-_.]+", "-", needed.name).lower(), found)
    return found


@pytest.fixture
def only_aiohttp(tmp_path: Path) -> Path:
    """A folder with aiohttp, what it needs, and the emulator; nothing else is on the path."""
    for name in _with_all_it_needs("aiohttp", set()):
        for file in distribution(name).files or ():
            top = file.parts[0]
            source = Path(str(distribution(name).locate_file(top)))
            link = tmp_path / top
            if top not in {"..", "__pycache__"} and not link.exists() and source.exists():
                link.symlink_to(source)
    package = tmp_path / "evovoice"
    package.mkdir()
    (package / "__init__.py").symlink_to(ROOT / "evovoice" / "__init__.py")
    (package / "emulator").symlink_to(ROOT / "evovoice" / "emulator")
    return tmp_path


@pytest.fixture
def environment(only_aiohttp: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(only_aiohttp), "PYTHONNOUSERSITE": "1"}


@pytest.mark.parametrize("name", ABSENT)
def test_nothing_of_the_service_is_there(
    only_aiohttp: Path, environment: dict[str, str], name: str
) -> None:
    """Otherwise the test below would prove nothing."""
    command = [sys.executable, "-S", "-c", f"import {name}"]
    run = subprocess.run(
        command, cwd=only_aiohttp, env=environment, capture_output=True, text=True, check=False
    )
    assert "ModuleNotFoundError" in run.stderr


def test_emulator_starts_and_answers_with_aiohttp_alone(
    only_aiohttp: Path, environment: dict[str, str]
) -> None:
    command = [sys.executable, "-S", "-m", "evovoice.emulator", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=only_aiohttp, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        base = process.stdout.readline().split()[-1]
        assert {"status": "ok"} == ask("GET", f"{base}/_emulator/health")
        assert "calls" in ask("GET", f"{base}/_emulator/state")
    finally:
        process.terminate()
        assert 0 == process.wait(10)
        process.stdout.close()
