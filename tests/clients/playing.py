"""Has a client play a story in a process of its own, and brings back what it saw."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import LiveCall
from tests.clients.install import ClientMissing, python_client

_PATIENCE = 60  # seconds
_STORIES = Path(__file__).with_name("python_stories.py")


def play(call: LiveCall, story: str, **more: Any) -> dict[str, Any]:
    """What the Python client saw in that story of `python_stories.py`."""
    try:
        python = python_client()
    except ClientMissing as problem:
        pytest.fail(str(problem))
    seen: dict[str, Any] = json.loads(
        run([str(python), str(_STORIES), call.base, story, json.dumps(call.facts(**more))])
    )
    return seen


def run(command: list[str], folder: Path | None = None) -> str:
    """What that command printed; the test fails where it does."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout
