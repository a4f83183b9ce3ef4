"""Which version runs, as the command line and programs see it."""

import subprocess
import sys
from pathlib import Path

import pytest

from evovoice import __version__
from evovoice.release import running_version

ROOT = Path(__file__).parent.parent
COMMIT = "f99bdffcfa3e78642be36e570628b4e4daaf1002"


@pytest.mark.parametrize(
    "name",
    ["EVOVOICE_COMMIT", "HEROKU_BUILD_COMMIT", "HEROKU_SLUG_COMMIT", "RENDER_GIT_COMMIT",
     "SOURCE_COMMIT"],
)  # fmt: skip
def test_commit_that_the_platform_names_follows_the_version(name: str) -> None:
    assert f"{__version__}+f99bdffcfa3e" == running_version({name: f" {COMMIT.upper()} "})


def test_our_own_name_goes_before_the_platforms() -> None:
    environ = {"SOURCE_COMMIT": "0" * 40, "EVOVOICE_COMMIT": "abcdef0"}
    assert f"{__version__}+abcdef0" == running_version(environ)


@pytest.mark.parametrize("text", ["", " ", "main", "abcdef", "a" * 65, "abcdef0\n<b>", "٣" * 8])
def test_what_is_no_hash_is_not_shown(text: str) -> None:
    """The next name may have one."""
    assert __version__ == running_version({"EVOVOICE_COMMIT": text})
    named = {"EVOVOICE_COMMIT": text, "SOURCE_COMMIT": COMMIT}
    assert f"{__version__}+f99bdffcfa3e" == running_version(named)


def test_command_line_tells_the_version_without_settings() -> None:
    command = [sys.executable, "-m", "evovoice", "--version"]
    run = subprocess.run(
        command, cwd=ROOT, env={"EVOVOICE_COMMIT": COMMIT}, capture_output=True, check=True
    )
    assert f"evovoice {__version__}+f99bdffcfa3e\n" == run.stdout.decode()
