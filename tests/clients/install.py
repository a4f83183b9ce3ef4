"""`python -m tests.clients.install`: brings the clients that the tests drive, pinned by hashes.

The Python client needs a marshmallow that the service does not live with, so it has a virtual
environment of its own; the JavaScript client lives in the usual folder beside its lock file.
What is there already is left alone.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LOCKED_PYTHON, LOCKED_NODE = HERE / "requirements.txt", HERE / "package-lock.json"
VENV, MODULES = ROOT / ".venv-clients", HERE / "node_modules"
OLDEST_NODE = 18
_NODE_NEEDED = (
    f"Node.js {OLDEST_NODE} or newer with npm is needed for the tests of the JavaScript client"
    " (on Debian: apt-get install nodejs npm)"
)


class ClientMissing(Exception):
    """A client cannot be had; the text says what is needed."""


class NodeMissing(ClientMissing):
    """The machine has no Node.js, or one that is too old."""


def python_client() -> Path:
    """The Python that has the client. Errors: `ClientMissing`."""
    python = VENV / "bin" / "python"
    if not _is_ready(VENV, LOCKED_PYTHON):
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)], ROOT)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
        exactly = ["--no-deps", "--require-hashes", "-r", str(LOCKED_PYTHON)]
        _run([*pip, "install", "-qq", *exactly], ROOT)
        _run([*pip, "check"], ROOT)
        _make_ready(VENV, LOCKED_PYTHON)
    return python


def javascript_client() -> Path:
    """The folder of modules that has the client. Errors: `ClientMissing`."""
    _require_node()
    if not _is_ready(MODULES, LOCKED_NODE):
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], HERE)
        _make_ready(MODULES, LOCKED_NODE)
    return MODULES


def _require_node() -> None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NodeMissing(_NODE_NEEDED)
    said = _run(["node", "--version"], HERE).strip()
    found = re.match(r"v(\d+)\.", said)
    if found is None or int(found[1]) < OLDEST_NODE:
        raise NodeMissing(f"{_NODE_NEEDED}; this is {said}")


def _is_ready(folder: Path, lock: Path) -> bool:
    stamp = folder / ".ready"
    return stamp.exists() and stamp.read_text() == _stamp(lock)


def _make_ready(folder: Path, lock: Path) -> None:
    (folder / ".ready").write_text(_stamp(lock))


def _stamp(lock: Path) -> str:
    return f"{sys.version_info[:2]} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ClientMissing(f"`{' '.join(command)}` failed:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    for client in (python_client, javascript_client):
        try:
            client()
        except ClientMissing as problem:
            sys.stderr.write(f"{problem}\n")
