"""The background in a process of its own: those who serve leave it what any process can do.

Real processes, and a carrier that notes what it is asked.
"""

import json
import signal
import socket
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

from evovoice.demo.processes import free_port
from evovoice.storage.migrations.upgrade import upgrade
from tests.fake_carrier_server import FakeCarrierServer, carrier_server
from tests.gunicorn_server import ROOT, Server, serving, settings_for
from tests.scrapes import AS_SCRAPER, TOKEN, Values, values_of
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
def worker(
    database_url: str, carrier: FakeCarrierServer, **more: str
) -> Iterator["subprocess.Popen[bytes]"]:
    settings = settings_for(database_url) | {"TWILIO_API_BASE_URL": carrier.url} | more
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
        checks = {"database": "ok", "migrations": "ok", "background": "ok", "orders": "failed",
                  "carrier": "ok"}  # fmt: skip
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


def test_worker_tells_its_own_metrics_on_a_port_of_its_own_c89(
    tmp_path: Path, carrier: FakeCarrierServer
) -> None:
    """Whoever has the token is told; nothing else is there, and the port is free afterwards."""
    url, port = f"sqlite:///{tmp_path / 'x.db'}", free_port()
    upgrade(url)
    store(url, "s-ordered", "CA1", is_ordered=True)
    told = {"EVOVOICE_METRICS_PORT": str(port), "EVOVOICE_METRICS_TOKEN": TOKEN}
    with worker(url, carrier, **told) as process:
        assert carrier.was_asked("POST", "/Calls/CA1.json", PATIENCE)
        until = time.monotonic() + PATIENCE
        while not _orders_given(values := values_of(_asked(port, "/metrics", AS_SCRAPER))):
            assert time.monotonic() < until
            time.sleep(0.1)
        assert ("evovoice_database_up", frozenset()) in values
        for path, headers, status in (("/metrics", {}, 401), ("/livez", AS_SCRAPER, 404)):
            with pytest.raises(urllib.error.HTTPError) as refusal:
                _asked(port, path, headers)
            assert status == refusal.value.code
            refusal.value.close()
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(timeout=PATIENCE)


def _orders_given(values: Values) -> float:
    return sum(
        value for (name, labels), value in values.items()
        if name == "evovoice_orders_total" and ("kind", "HangUpLeg") in labels
    )  # fmt: skip


def _asked(port: int, path: str, headers: dict[str, str]) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return str(response.read().decode())


def test_port_that_is_taken_stops_the_worker_with_one_sentence(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    upgrade(url)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = {"EVOVOICE_METRICS_PORT": port, "EVOVOICE_METRICS_TOKEN": TOKEN}
        run = subprocess.run(
            [sys.executable, "-m", "evovoice", "worker"],
            cwd=ROOT, env=settings_for(url) | told, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
    assert 3 == run.returncode
    (line,) = run.stderr.decode().splitlines()
    assert line.startswith(
        f"evovoice: EVOVOICE_METRICS_PORT: nobody can listen at 127.0.0.1, port {port}"
    )


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
