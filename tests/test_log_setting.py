"""EVOVOICE_LOG: text or JSON, for every line of a process, gunicorn's own among them."""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from evovoice import __version__
from evovoice.factory import create_app_from_env
from evovoice.settings import SettingsError
from tests.gunicorn_server import ROOT, serving, settings_for

NUMBER = "+1-202-555-0126"
_OF_ONE_SHAPE = re.compile(r"[0-9-]{10}T[0-9:.]+Z (INFO|WARNING|ERROR) [a-z_.]+ \S")


def _written(folder: Path, **settings: str) -> str:
    """All that a server writes, with one request between its start and its end."""
    log = folder / "log"
    with serving(folder, 4, log=log, **settings) as server:
        address = f"http://127.0.0.1:{server.port}/twilio/{NUMBER}"
        asked = urllib.request.Request(address, headers={"X-Request-ID": "from-a-router"})
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(asked, timeout=5)
    return log.read_text()


def test_every_line_of_a_server_is_json_where_it_is_asked_for(tmp_path: Path) -> None:
    records: list[dict[str, Any]] = [
        json.loads(line) for line in _written(tmp_path, EVOVOICE_LOG="json").splitlines()
    ]
    assert {"gunicorn.error", "evovoice.web.access"} <= {one["logger"] for one in records}
    assert {__version__} == {one["version"] for one in records}
    asked = next(one for one in records if one.get("request_id") == "from-a-router")
    assert ("/twilio/+1•••••0126", 404) == (asked["path"], asked["status"])


def test_lines_of_a_server_are_text_and_alike_by_default(tmp_path: Path) -> None:
    lines = _written(tmp_path).splitlines()
    assert any(" INFO gunicorn.error Listening at: http://127.0.0.1:" in line for line in lines)
    assert any("request_id=from-a-router" in line for line in lines)
    assert [] == [line for line in lines if not _OF_ONE_SHAPE.match(line)]
    assert NUMBER not in "".join(lines)


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "gunicorn", "app:app"],
        ["-m", "evovoice", "serve"],
        ["-m", "evovoice", "worker"],
    ],
)
def test_wrong_value_stops_every_start_with_one_sentence(
    tmp_path: Path, command: list[str]
) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'x.db'}") | {"EVOVOICE_LOG": "xml"}
    run = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=settings, capture_output=True, check=False
    )
    assert 3 == run.returncode
    assert "evovoice: EVOVOICE_LOG must be text or json, not 'xml'.\n" == run.stderr.decode()


def test_application_is_not_made_with_a_wrong_value() -> None:
    with pytest.raises(SettingsError, match="EVOVOICE_LOG"):
        create_app_from_env({"EVOVOICE_LOG": "yaml"})
