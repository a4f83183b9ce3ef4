"""The modules of the phone without a browser: what is pure in them, by Node's own test runner."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

MODULES = Path(__file__).with_name("modules")


def test_modules_do_what_their_tests_say() -> None:
    """CI has to have Node.js, elsewhere the test is skipped without it."""
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Node.js is missing")
        pytest.skip("Node.js is missing")
    files = sorted(str(path) for path in MODULES.glob("*.test.mjs"))
    words = [node, "--test", *files]
    run = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert 0 == run.returncode, run.stdout + run.stderr
