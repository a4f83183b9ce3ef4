"""The service under its own gunicorn settings: finished and busy connections hold up nobody."""

import http.client
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from gunicorn.config import Config

from evovoice.gunicorn_worker import PatientWorker
from tests.gunicorn_server import Server, serving

THREADS = 4


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server with few threads."""
    with serving(tmp_path, THREADS) as server:
        yield server


def _connections(port: int, sending: bytes, count: int) -> list[socket.socket]:
    made = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    for connection in made:
        connection.sendall(sending)
    return made


def test_clients_that_do_not_close_do_not_hold_the_door(server: Server) -> None:
    """Whole requests with `Connection: close` whose senders keep their end open."""
    whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    lingering = _connections(server.port, whole, THREADS - 1)
    time.sleep(0.2)
    started = time.monotonic()
    assert 200 == server.health(patience=10)
    assert time.monotonic() - started < 1.5
    for connection in lingering:
        connection.close()


def test_kept_connection_serves_many_requests(server: Server) -> None:
    """A thousand, one after the other: nothing is put on the connection with each of them."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    for _ in range(1000):
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        response.read()
        assert 200 == response.status
    connection.close()


def test_busy_connections_leave_no_other_waiting(server: Server) -> None:
    """More kept connections than threads, each asking on without a pause: all are served in
    turn, so each has its first answer before any has its last.
    """
    all_there = Barrier(THREADS * 2)

    def ask_on() -> tuple[float, float]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.connect()
        all_there.wait()
        answered = []
        for _ in range(100):
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            answered.append(time.monotonic())
        connection.close()
        return answered[0], answered[-1]

    with ThreadPoolExecutor(THREADS * 2) as clients:
        asking = [clients.submit(ask_on) for _ in range(THREADS * 2)]
    seen = [each.result() for each in asking]
    assert max(first for first, _ in seen) < min(last for _, last in seen)


def test_service_says_that_it_does_not_speak_tls_itself() -> None:
    """An operator's own settings may ask for it; gunicorn shows the sentence and stops."""
    settings = Config()
    settings.set("certfile", "somewhere.pem")
    with pytest.raises(RuntimeError, match=r"^certfile or keyfile is set, but the service does"):
        PatientWorker.check_config(settings, None)
