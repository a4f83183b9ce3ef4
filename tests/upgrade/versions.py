"""The version before, taken out of the history, and this one: their commands."""

import io
import json
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BEFORE = "f99bdffcfa3e78642be36e570628b4e4daaf1002"  # the newest commit that others may run
_TRIES = 10


def reason_to_leave_out() -> str:
    """Why the version before cannot be had here; empty where it can."""
    if _git("cat-file", "-e", f"{BEFORE}^{{commit}}").returncode == 0:
        return ""
    return (
        f"the version before, commit {BEFORE[:12]}, is not in this folder's history: there is none,"
        " or the clone is shallow (git fetch --unshallow)"
    )


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the service, and the folder of its code."""

    name: str
    folder: Path

    def commands(self, database_url: str, lines: list[list[str]]) -> list[Any]:
        """Run `evovoice` with each of these; what they answered (see furnish.py)."""
        program = str(Path(__file__).with_name("furnish.py"))
        run = self._run(["-P", program], database_url, json.dumps(lines))
        assert 0 == run.returncode, f"{self.name} refused {lines}: {run.stderr}"
        answers: list[Any] = json.loads(run.stdout)
        return answers

    def upgrade(self, database_url: str) -> str:
        """Its release command; the revision that the database is at then.

        Under live calls a migration gives up soon, and is to be repeated (docs/upgrading.md).
        """
        said = ""
        for _ in range(_TRIES):
            run = self._run(["-m", "evovoice", "db", "upgrade", "--json"], database_url)
            if run.returncode == 0:
                return str(json.loads(run.stdout)["revision"])
            said = run.stderr
        raise AssertionError(f"{self.name} did not upgrade the database: {said}")

    def _run(
        self, words: list[str], database_url: str, told: str = ""
    ) -> "subprocess.CompletedProcess[str]":
        ours = {"PYTHONPATH": str(self.folder), "DATABASE_URL": database_url}
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env={**os.environ, **ours, "EVOVOICE_ENV_FILE": ""},
            input=told,
            capture_output=True,
            text=True,
            check=False,
        )


def version_before(folder: Path) -> Version:
    """Unpack it into that folder."""
    archive = _git("archive", "--format=tar", BEFORE)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as packed:
        packed.extractall(folder, filter="data")
    return Version("the version before", folder)


def this_version() -> Version:
    """The one that the tests are of."""
    return Version("this version", ROOT)


def _git(*words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=False)  # noqa: S607
