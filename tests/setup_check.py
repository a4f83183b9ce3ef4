"""`python -m tests.setup_check`: the set-up, and some tests, with every Python of this machine.

Each Python from 3.11 up that is found on PATH, in the usual folders or among pyenv's versions
gets a copy of this folder, without what git ignores. There the Makefile sets up a new
environment with the pip that this Python brings along, and a short part of the tests runs. A
Python that cannot make environments is named and left out. With `--ends` the oldest and the
newest alone are tried: what one of them takes, and the other too, those between take. One of the
version that runs this is left out then where there is another: the tests themselves try it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
OLDEST = (3, 11)
USUAL_FOLDERS = ("/usr/local/bin", "/usr/bin", "/opt/homebrew/bin")
SHORT_PART = [
    "tests/test_locks.py",
    "tests/test_dependencies.py",
    "tests/test_wheel.py",
    *("tests/domain", "--ignore=tests/domain/test_merging.py"),  # its stories take long anywhere
    "tests/carrier",
    "tests/storage/test_sessions.py",
    "tests/storage/test_migrations.py",
    "tests/journeys/test_declining.py",
    "tests/clients/test_python_client.py::test_adds_a_member_and_reads_the_session_c70",
]
_QUESTION = """
import json, sys
try:
    import ensurepip, venv
    pip = ensurepip.version()
except ImportError:
    pip = None
version, final = sys.version.split()[0], sys.version_info.releaselevel == "final"
print(json.dumps({"path": sys.executable, "version": version, "pip": pip, "final": final}))
"""
_OF_ANOTHER_ENVIRONMENT = {
    *("MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MFLAGS", "PYTHON", "VENV"),
    *("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"),
}


@dataclass(frozen=True, slots=True)
class Python:
    """One that answers; `pip` is the version that it brings, None without venv or ensurepip."""

    path: str
    version: str
    pip: str | None
    final: bool

    def __str__(self) -> str:
        return f"Python {self.version} with pip {self.pip} ({self.path})"

    def why_not(self) -> str | None:
        """What stands against a try with it."""
        if self.pip is None:
            return "it has no venv or no ensurepip (on Debian: apt-get install python3-venv)"
        return None if self.final else "it is not a final release"


def check(found: Iterable[Python], passes: Callable[[Python], bool]) -> int:
    """Try all that can be tried; the answer is the exit code, 1 if one fails or there is none."""
    tried, failed = [], []
    for python in found:
        if reason := python.why_not():
            _say(f"left out Python {python.version} ({python.path}): {reason}")
            continue
        tried.append(str(python))
        if not passes(python):
            failed.append(str(python))
    _say(f"tried {len(tried)}, {len(failed)} failed: {', '.join(tried)}")
    if not tried:
        _say(f"a Python from {'.'.join(map(str, OLDEST))} up that makes environments is needed")
    return 1 if failed or not tried else 0


def ends(found: Sequence[Python], running: str = "") -> list[Python]:
    """The oldest and the newest of those that can be tried, without one of the version that is
    `running`, such as 3.11, where that leaves another; and all that cannot, to be named.
    """
    fit = [python for python in found if python.why_not() is None]
    both = [fit[0], fit[-1]] if fit else []
    tried = [python for python in both if not python.version.startswith(f"{running}.")] or both
    return [python for python in found if python not in fit or python in tried]


def folders(environ: Mapping[str, str]) -> list[Path]:
    """Where Pythons may be: PATH, the usual folders, and the versions of pyenv."""
    pyenv = Path(environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    named = [*environ.get("PATH", "").split(os.pathsep), *USUAL_FOLDERS]
    return [*(Path(name) for name in named if name), *sorted(pyenv.glob("versions/*/bin"))]


def pythons(places: Iterable[Path]) -> list[Python]:
    """Those that answer, oldest first; one version with one pip counts once."""
    programs = (path for place in places for path in place.glob("python3.*"))
    answers = map(_ask, (path for path in programs if _is_new_enough(path.name)))
    found = {(one.version, one.pip): one for one in answers if one is not None}
    return sorted(found.values(), key=lambda one: [*map(int, re.findall(r"\d+", one.version))])


def _is_new_enough(name: str) -> bool:
    match = re.fullmatch(r"python3\.(\d+)", name)
    return match is not None and (3, int(match[1])) >= OLDEST


def _ask(program: Path) -> Python | None:
    """None where it does not run: pyenv has names on PATH for versions that are not chosen."""
    try:
        command = [str(program), "-I", "-c", _QUESTION]
        asked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return Python(**json.loads(asked.stdout))


def sets_up(python: Python) -> bool:
    """Whether a copy of this folder sets itself up with it and passes the short part."""
    _say(f"trying {python}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="evovoice-setup-") as folder:
        copy = copy_of(ROOT, Path(folder) / "evovoice")
        passed = _run(["make", "setup", f"PYTHON={python.path}"], copy) and _run(
            [".venv/bin/python", "-m", "pytest", "-q", *SHORT_PART], copy
        )
    _say(f"{'passed' if passed else 'FAILED'} in {time.monotonic() - began:.0f} s: {python}")
    return passed


def copy_of(source: Path, target: Path) -> Path:
    """What a new clone would have: the folder without what git ignores."""
    ignored = [line.rstrip("/") for line in (source / ".gitignore").read_text().split()]
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(".git", *ignored))
    return target


def _run(command: list[str], folder: Path) -> bool:
    environ = {k: value for k, value in os.environ.items() if k not in _OF_ANOTHER_ENVIRONMENT}
    return subprocess.run(command, cwd=folder, env=environ, check=False).returncode == 0


def _say(sentence: str) -> None:
    sys.stdout.write(f"set-up check: {sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    everyone = pythons(folders(os.environ))
    ours = ".".join(map(str, sys.version_info[:2]))
    sys.exit(check(ends(everyone, ours) if "--ends" in sys.argv[1:] else everyone, sets_up))
