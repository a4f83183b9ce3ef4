"""Set-up cannot rot: locks leave nothing to a resolver, and what is installed is what they name.

A lock that is not complete works until one of its packages has a new version.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.clients.install import LOCKED_NODE, LOCKED_PYTHON

ROOT = Path(__file__).parent.parent
INSTALLED_LOCKS = [
    ROOT / f"requirements{part}.txt" for part in ("", "-extras", "-audio", "-build", "-dev")
]
PINNED_WITH_HASHES = re.compile(r"[\w.-]+==[\w.!+-]+(?: ; [^#]+?)?(?: --hash=sha256:[0-9a-f]{64})+")
NAMES_AN_INDEX = re.compile(r"://|(?<!no-emit-)(index-url|find-links)")


def _requirements(lock: str) -> list[str]:
    """The requirements of a lock, one in each line, without comments."""
    lines = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^\s*#.*$", "", lock)).splitlines()
    return [re.sub(r"\s+", " ", line).strip() for line in lines if line.strip()]


def _not_exact(lock: str) -> list[str]:
    """What a lock leaves open: not `name==version`, or no hash; options such as an index too."""
    return [line for line in _requirements(lock) if not PINNED_WITH_HASHES.fullmatch(line)]


def _pins(locks: Iterable[Path]) -> set[Requirement]:
    lines = [line for lock in locks for line in _requirements(lock.read_text())]
    return {Requirement(line.partition(" --hash")[0]) for line in lines}


# --- locks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", [*INSTALLED_LOCKS, LOCKED_PYTHON], ids=lambda lock: lock.stem)
def test_every_requirement_of_a_lock_is_pinned_and_has_a_hash(lock: Path) -> None:
    assert len(_requirements(lock.read_text())) > 3
    assert [] == _not_exact(lock.read_text())


@pytest.mark.parametrize(
    "left_open",
    [
        f"flask>=3.1 --hash=sha256:{'0' * 64}",
        f"flask --hash=sha256:{'0' * 64}",
        f"flask==3.* --hash=sha256:{'0' * 64}",
        "flask==3.1.3",
        "flask==3.1.3 \\\n    # via evovoice",
        "flask==3.1.3 ; sys_platform == 'win32'",
        "flask @ git+ssh://example.test/flask",
        "--index-url=somewhere",
    ],
)
def test_a_requirement_that_is_left_open_is_noticed(left_open: str) -> None:
    exact = f"click==8.5.1 \\\n    --hash=sha256:{'1' * 64} \\\n    --hash=sha256:{'2' * 64}\n"
    assert [] == _not_exact(exact)
    assert 1 == len(_not_exact(f"{exact}{left_open}\n    # via evovoice\n"))


def test_every_package_of_the_node_lock_has_its_version_and_hash() -> None:
    packages: dict[str, dict[str, Any]] = json.loads(LOCKED_NODE.read_text())["packages"]
    locked = [package for folder, package in packages.items() if folder]
    assert locked
    assert [] == [package for package in locked if not package.get("version")]
    assert [] == [package for package in locked if "sha512-" not in package.get("integrity", "")]


def test_no_file_of_the_set_up_names_an_index_or_a_registry() -> None:
    """Where packages come from is the business of the machine."""
    locks = [*ROOT.glob("requirements*"), *LOCKED_PYTHON.parent.glob("requirements*"), LOCKED_NODE]
    settings = [ROOT / "pyproject.toml", ROOT / "Makefile", ROOT / ".ci" / "run"]
    assert [] == [path for path in [*locks, *settings] if NAMES_AN_INDEX.search(path.read_text())]


def test_locks_that_share_an_environment_agree() -> None:
    """Two pins of one package would make the order of installing decide."""
    pins = _pins(INSTALLED_LOCKS)
    assert len({canonicalize_name(pin.name) for pin in pins}) == len({str(pin) for pin in pins})


# --- what is installed ---------------------------------------------------------------------------


def test_the_tests_run_with_what_is_locked() -> None:
    """Else everything passes here and fails in a new environment."""
    here = {canonicalize_name(found.name): found.version for found in distributions()}
    needed = [pin for pin in _pins(INSTALLED_LOCKS) if pin.marker is None or pin.marker.evaluate()]
    strangers = [
        str(pin)
        for pin in needed
        if not pin.specifier.contains(here.get(canonicalize_name(pin.name), "0"))
    ]
    assert [] == strangers, "run `make clean`, then `make setup`"


def test_nothing_that_is_installed_lacks_what_it_needs() -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
    check = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert 0 == check.returncode, check.stdout + check.stderr
