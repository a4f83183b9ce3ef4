"""The service under its own gunicorn settings: slow clients take nobody's place."""

import http.client
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from evovoice.demo.processes import free_port
from evovoice.storage.upgrade import upgrade

ROOT = Path(__file__).parent.parent
THREADS = 4


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A server with few threads."""
    url, port = f"sqlite:///{tmp_path / 'x.db'}", free_port()
    upgrade(url)
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_BASE_URL": "https://voice.example.com",
        "SECRET_KEY": "test",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "test",
        "EVOVOICE_THREADS": str(THREADS),
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "app:app"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_up(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _health(port: int, patience: float) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=patience) as answer:
        status: int = answer.status
        return status


def _wait_until_up(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            _health(port, 1)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not start")


def _connections(port: int, sending: bytes, count: int) -> list[socket.socket]:
    made = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    for connection in made:
        connection.sendall(sending)
    return made


def test_half_sent_requests_do_not_use_up_the_threads(port: int) -> None:
    """Twice as many as there are threads: served again once their silence is cut off."""
    body = b"POST /twilio/voice/incoming HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf"
    slow = _connections(port, body, THREADS * 2)
    assert 200 == _health(port, patience=25)
    for connection in slow:
        connection.close()


def test_clients_that_do_not_close_do_not_hold_the_door(port: int) -> None:
    """Whole requests with `Connection: close` whose senders keep their end open."""
    whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    lingering = _connections(port, whole, THREADS - 1)
    time.sleep(0.2)
    started = time.monotonic()
    assert 200 == _health(port, patience=10)
    assert time.monotonic() - started < 1.5
    for connection in lingering:
        connection.close()


def test_kept_connection_serves_many_requests(port: int) -> None:
    """The limit is put on each connection once; wrapped again each time it would recurse."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for _ in range(1000):
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
        assert 200 == answer.status
    connection.close()
