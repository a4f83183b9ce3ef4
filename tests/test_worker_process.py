"""The background in a process of its own: those who serve leave it what any process can do.

Real processes, and a carrier that notes what it is asked.
"""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from evovoice.storage.migrations.upgrade import upgrade
from tests.fake_carrier_server import FakeCarrierServer, carrier_server
from tests.gunicorn_server import ROOT, Server, serving, settings_for
from tests.stored_work import hears_of, listening, new_key, store

PATIENCE = 30.0
ENDS = """
import atexit
import app
background = app.app.extensions["evovoice"]
atexit.register(lambda: print("running:", background.is_running()))
app.app.test_client().get("/livez")
print("running:", background.is_running())
"""
FORKS = """
import os, threading
import app
background = app.app.extensions["evovoice"]
def begin():
    was_running = background.is_running()
    background.ensure_started()
    count = threading.active_count()
    background.ensure_started()
    assert count == threading.active_count()
    print(was_running, background.is_running(), flush=True)
begin()
if os.fork():
    os.wait()
else:
    begin()
    os._exit(0)
"""


@pytest.fixture
def carrier() -> Iterator[FakeCarrierServer]:
    with carrier_server() as carrier:
        yield carrier


@contextmanager
def worker(database_url: str, carrier: FakeCarrierServer) -> Iterator["subprocess.Popen[bytes]"]:
    settings = settings_for(database_url) | {"TWILIO_API_BASE_URL": carrier.url}
    process = subprocess.Popen([sys.executable, "-m", "evovoice", "worker"], cwd=ROOT, env=settings)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ready(server: Server) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/readyz") as response:
            return dict(json.load(response))
    except urllib.error.HTTPError as refusal:
        with refusal:
            return dict(json.load(refusal))


def place_call(server: Server, key: str) -> int:
    """The status of a request that has an order of its own."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/sessions/outgoing",
        json.dumps({"numberToDial": "+14155550100", "callerId": "+12025550123"}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
    )
    try:
        with urllib.request.urlopen(request) as response:
            status: int = response.status
            return status
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return refusal.code


def test_who_serves_leaves_the_shared_background_to_the_worker(
    tmp_path: Path, carrier: FakeCarrierServer
) -> None:
    """Not its live events, nor the orders of its own requests; and it says that nobody works."""
    told = {"TWILIO_API_BASE_URL": carrier.url, "EVOVOICE_BACKGROUND": "worker"}
    with serving(tmp_path, 8, ("-m", "evovoice", "serve"), **told) as server:
        assert "ok" == ready(server)["status"]
        key = new_key(server.database_url)
        with listening(server, key) as stream:
            store(server.database_url, "s-ordered", "CA1", is_ordered=True, age=31)
            store(server.database_url, "s-silent", "CA2", is_ordered=False)
            assert hears_of(stream, "s-ordered")
        place_call(server, key)
        assert carrier.was_asked("POST", "/Calls.json", PATIENCE)
        time.sleep(1.5)  # three rounds of a background
        assert not carrier.was_asked("POST", "/Calls/CA1.json", 0.1)
        assert not carrier.was_asked("GET", "/Calls/CA2.json", 0.1)
        checks = {"database": "ok", "migrations": "ok", "background": "ok", "orders": "failed"}
        assert checks == ready(server)["checks"]
        with worker(server.database_url, carrier), worker(server.database_url, carrier):
            assert carrier.was_asked("POST", "/Calls/CA1.json", PATIENCE)
            assert carrier.was_asked("GET", "/Calls/CA2.json", PATIENCE)
            assert 1 == sum("POST" in one and "/CA1.json" in one for one in carrier.asked)
            assert "ok" == ready(server)["status"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_worker_ends_when_it_is_told_to(
    tmp_path: Path, carrier: FakeCarrierServer, number: signal.Signals
) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    upgrade(url)
    store(url, "s-ordered", "CA1", is_ordered=True)
    with worker(url, carrier) as process:
        assert carrier.was_asked("POST", "/Calls/CA1.json", PATIENCE)
        process.send_signal(number)
        assert 0 == process.wait(timeout=PATIENCE)


def test_each_process_begins_a_background_of_its_own(tmp_path: Path) -> None:
    """A child of one that has begun has no threads of its parent's; and begun twice is once."""
    assert ["False True", "False True"] == _said_by(FORKS, tmp_path)


def test_background_ends_its_round_with_the_process(tmp_path: Path) -> None:
    """Where no hook of a server tells it to."""
    assert ["running: True", "running: False"] == _said_by(ENDS, tmp_path)


def _said_by(program: str, folder: Path) -> list[str]:
    url = f"sqlite:///{folder / 'x.db'}"
    upgrade(url)
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=settings_for(url), capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    return run.stdout.splitlines()
