"""Has a client play a story in a process of its own, and brings back what it saw."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.clients.conftest import LiveCall
from tests.clients.install import ClientMissing, NodeMissing, javascript_client, python_client

_PATIENCE = 60  # seconds
_STORIES = Path(__file__).with_name("python_stories.py")
_TYPESCRIPT = Path(__file__).with_name("stories.ts")
_STRICTLY = [
    "--strict", "--noUnusedLocals", "--target", "es2022", "--module", "node16",
    "--moduleResolution", "node16",
]  # fmt: skip


def play(call: LiveCall, story: str, **more: Any) -> dict[str, Any]:
    """What the Python client saw in that story of `python_stories.py`."""
    python = had(python_client)
    seen: dict[str, Any] = json.loads(
        run([str(python), str(_STORIES), call.base, story, json.dumps(call.facts(**more))])
    )
    return seen


@dataclass(frozen=True, slots=True)
class JavaScript:
    """The JavaScript client with the types that the service serves, compiled."""

    folder: Path

    def play(self, call: LiveCall, story: str, **more: Any) -> dict[str, Any]:
        """What the client saw in that story of `stories.ts`."""
        words = [call.base, story, json.dumps(call.facts(**more))]
        seen: dict[str, Any] = json.loads(run(["node", "stories.js", *words], self.folder))
        return seen


def compiled(base: str, folder: Path) -> JavaScript:
    """Types and stories, in strict mode against the real package; what is wrong fails the test."""
    modules = had(javascript_client)
    (folder / "node_modules").symlink_to(modules)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "stories.ts").write_text(_TYPESCRIPT.read_text())
    with urlopen(f"{base}/types/typescript", timeout=_PATIENCE) as answer:
        (folder / "dtos.ts").write_bytes(answer.read())
    run([str(modules / ".bin" / "tsc"), *_STRICTLY, "stories.ts"], folder)
    return JavaScript(folder)


def had(client: Callable[[], Path]) -> Path:
    """That client; a test fails with what is needed where it cannot be had. Node.js has to be
    there in CI, elsewhere the test is skipped without it.
    """
    try:
        return client()
    except NodeMissing as problem:
        if os.environ.get("CI") == "true":
            pytest.fail(str(problem))
        pytest.skip(str(problem))
    except ClientMissing as problem:
        pytest.fail(str(problem))


def run(command: list[str], folder: Path | None = None) -> str:
    """What that command printed; the test fails where it does."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout
