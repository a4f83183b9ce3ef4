"""What a built package contains."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a new wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_wheel_tells_type_checkers_that_our_annotations_count(contents: list[str]) -> None:
    assert "evovoice/py.typed" in contents


def test_wheel_has_the_templates_and_every_file_of_the_package(contents: list[str]) -> None:
    files = {f"evovoice/_twiml_templates/{path.name}" for path in ROOT.glob("twiml_templates/*")}
    for path in (ROOT / "evovoice").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            files.add(str(path.relative_to(ROOT)))
    assert [] == sorted(files - set(contents))
