"""The check of the set-up: which Pythons it finds, which it leaves out, and when it fails."""

import json
import sys
from pathlib import Path

import pytest

from tests.setup_check import Python, check, copy_of, ends, folders, pythons

Output = pytest.CaptureFixture[str]
OLD = Python("/a/python3.11", "3.11.7", "23.2.1", final=True)
NEW = Python("/a/python3.13", "3.13.0", "24.2", final=True)
BARE = Python("/b/python3.12", "3.12.1", None, final=True)
EARLY = Python("/c/python3.15", "3.15.0b1", "27.0", final=False)


def _program(path: Path, script: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def _answering(path: Path, version: str, pip: str = "24.2") -> None:
    answer = {"path": str(path), "version": version, "pip": pip, "final": True}
    _program(path, f"echo '{json.dumps(answer)}'")


def test_finds_every_python_from_three_eleven_up_oldest_first(tmp_path: Path) -> None:
    for name, version in [("python3.12", "3.12.10"), ("python3.11", "3.11.7")]:
        _answering(tmp_path / "a" / name, version)
    _answering(tmp_path / "b" / "python3.12", "3.12.9")
    for name in ("python3.10", "python3.11-config", "python3.13t", "python3"):
        _answering(tmp_path / "b" / name, "3.10.1")
    found = pythons([tmp_path / "a", tmp_path / "nowhere", tmp_path / "b"])
    assert ["3.11.7", "3.12.9", "3.12.10"] == [python.version for python in found]


def test_one_version_with_one_pip_counts_once(tmp_path: Path) -> None:
    _answering(tmp_path / "a" / "python3.12", "3.12.9")
    _answering(tmp_path / "b" / "python3.12", "3.12.9")
    _answering(tmp_path / "c" / "python3.12", "3.12.9", pip="26.3")
    found = pythons([tmp_path / "a", tmp_path / "b", tmp_path / "c"])
    assert ["24.2", "26.3"] == sorted(str(python.pip) for python in found)


def test_a_name_without_a_python_behind_it_is_no_python(tmp_path: Path) -> None:
    """As pyenv has on PATH for versions that are not chosen."""
    _program(tmp_path / "python3.12", "exit 127")
    (tmp_path / "python3.13").write_text("not a program")
    assert [] == pythons([tmp_path])


def test_a_python_is_asked_what_it_is_and_which_pip_it_brings(tmp_path: Path) -> None:
    _program(tmp_path / "python3.11", f'exec {sys.executable} "$@"')
    (found,) = pythons([tmp_path])
    assert sys.version.split()[0] == found.version
    assert found.pip
    assert found.why_not() is None


def test_a_python_without_ensurepip_is_found_and_unfit(tmp_path: Path) -> None:
    """As Debian's is without its package python3-venv."""
    without = "import sys; sys.modules['ensurepip'] = None; exec(sys.argv[3])"
    _program(tmp_path / "python3.11", f'exec {sys.executable} -c "{without}" "$@"')
    (found,) = pythons([tmp_path])
    assert "python3-venv" in str(found.why_not())


def test_looks_on_path_and_at_the_versions_of_pyenv(tmp_path: Path) -> None:
    (tmp_path / "versions" / "3.12.1" / "bin").mkdir(parents=True)
    places = folders({"PATH": "/somewhere::/else", "PYENV_ROOT": str(tmp_path)})
    assert [Path("/somewhere"), Path("/else")] == places[:2]
    assert tmp_path / "versions" / "3.12.1" / "bin" == places[-1]
    assert Path("/usr/bin") in places


def test_tries_all_that_can_be_tried_and_says_so(capsys: Output) -> None:
    tried: list[Python] = []
    assert 0 == check([OLD, BARE, NEW, EARLY], lambda python: not tried.append(python))
    assert [OLD, NEW] == tried
    said = capsys.readouterr().out
    assert "left out Python 3.12.1 (/b/python3.12): it has no venv" in said
    assert "left out Python 3.15.0b1 (/c/python3.15): it is not a final release" in said
    assert f"tried 2, 0 failed: {OLD}, {NEW}" in said


def test_the_ends_are_the_oldest_and_the_newest_that_can_be_tried() -> None:
    """Who cannot be tried stays in the list, so that it is named."""
    between = Python("/a/python3.12", "3.12.9", "24.2", final=True)
    assert [OLD, BARE, NEW, EARLY] == ends([OLD, BARE, between, NEW, EARLY])
    assert [OLD] == ends([OLD])
    assert [BARE, NEW] == ends([OLD, BARE, NEW], OLD.version.rpartition(".")[0])
    assert [OLD] == ends([OLD], OLD.version.rpartition(".")[0])
    assert [BARE] == ends([BARE])


def test_one_failure_fails_the_check_after_all_were_tried(capsys: Output) -> None:
    assert 1 == check([OLD, NEW], lambda python: python is NEW)
    assert "tried 2, 1 failed" in capsys.readouterr().out


def test_the_check_fails_where_nothing_can_be_tried(capsys: Output) -> None:
    assert 1 == check([BARE], lambda _: True)
    assert "is needed" in capsys.readouterr().out


def test_the_copy_is_what_a_new_clone_would_have(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in (".git/config", ".venv/bin/python", "a/node_modules/b", "a/code.py", "Makefile"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).touch()
    (source / ".gitignore").write_text(".venv/\nnode_modules/\n*.egg-info/\n")
    copy = copy_of(source, tmp_path / "copy")
    files = {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()}
    assert {".gitignore", "Makefile", "a/code.py"} == files
