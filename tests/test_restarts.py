"""Reload, scaling, upgrade and restart under load: every request is answered.

Counted as lost: a request on a fresh connection that got no answer or half of one; a request on
a kept connection that broke after its first byte, or whose repeat on a fresh connection failed.
A kept connection may be closed by the server while a client begins to send (RFC 9112): a client
who got no byte repeats such a request, as every HTTP client does. The repeats are counted too.
"""

import http.client
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.gunicorn_server import Server, children, serving

_LOG = logging.getLogger(__name__)
FRESH = 4  # clients that open a connection for each request
PAUSES = (0.01, 0.01, 0.3, 1.1)  # seconds between requests of those who keep theirs
THREADS = 16
PROCESSES = "2"
SLOW_TO_CLOSE = ["--worker-class", "tests.slow_to_close.SlowToClose"]


@dataclass
class Load:
    """Clients that ask without a pause at the ports in `ports`, in this order."""

    ports: list[int]
    answered: int = 0
    repeated: int = 0
    refused: int = 0
    lost: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_over: threading.Event = field(default_factory=threading.Event)
    _clients: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Load":
        fresh = [threading.Thread(target=self._ask_fresh) for _ in range(FRESH)]
        kept = [threading.Thread(target=self._ask_kept, args=(pause,)) for pause in PAUSES]
        self._clients = fresh + kept
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        for client in self._clients:
            client.join()
        _LOG.info(
            "%d answered, %d lost %s, %d repeated after a kept connection was closed, %d refused",
            self.answered, len(self.lost), self.lost[:5], self.repeated, self.refused,
        )  # fmt: skip

    def _ask_fresh(self) -> None:
        while not self._is_over.wait(0.005):
            self._once()

    def _ask_kept(self, pause: float) -> None:
        connection: http.client.HTTPConnection | None = None
        while not self._is_over.wait(pause):
            if connection is None:
                connection = self._connected()
                is_fresh = True
            try:
                will_close = _ask(connection)
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                connection = None
                if is_fresh or not _got_nothing(error):
                    self._note(f"kept: {error!r}")
                else:
                    self._count("repeated")
                    self._once()
                continue
            is_fresh = False
            self._count("answered")
            if will_close:
                connection.close()
                connection = None
        if connection is not None:
            connection.close()

    def _once(self) -> None:
        connection = self._connected()
        try:
            _ask(connection)
            self._count("answered")
        except (OSError, http.client.HTTPException) as error:
            self._note(f"fresh: {error!r}")
        finally:
            connection.close()

    def _connected(self) -> http.client.HTTPConnection:
        """As a router does: where a connection is refused, at the next instance."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            for port in list(self.ports):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                try:
                    connection.connect()
                except ConnectionRefusedError:
                    self._count("refused")
                else:
                    return connection
            time.sleep(0.01)
        raise AssertionError("nobody listens")

    def _count(self, what: str) -> None:
        with self._lock:
            setattr(self, what, getattr(self, what) + 1)

    def _note(self, what: str) -> None:
        with self._lock:
            self.lost.append(what)


def _ask(connection: http.client.HTTPConnection) -> bool:
    """Whether the answer says that the server closes the connection."""
    connection.request("GET", "/healthz")
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise http.client.HTTPException(f"status {response.status}")
    return response.will_close


def _got_nothing(error: Exception) -> bool:
    return isinstance(
        error, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError
    )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, THREADS, WEB_CONCURRENCY=PROCESSES) as server:
        _all_workers(server)
        yield server


def _workers(server: Server) -> set[int]:
    return children(server.process.pid)


def _all_workers(server: Server) -> set[int]:
    """Once the last of them has been started: the first one may serve before that."""
    _wait_for(lambda: len(_workers(server)) == int(PROCESSES))
    return _workers(server)


def _wait_for(what: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def _require_none_lost(load: Load, least: int = 100) -> None:
    assert load.answered > least
    assert [] == load.lost


def test_reload_under_load_loses_no_request(server: Server) -> None:
    with Load([server.port]) as load:
        for _ in range(3):
            old = _workers(server)
            server.process.send_signal(signal.SIGHUP)
            _wait_for(lambda old=old: not old & _workers(server))  # type: ignore[misc]
    assert 0 == load.refused
    _require_none_lost(load)


def test_fewer_and_more_processes_under_load_lose_no_request(server: Server) -> None:
    with Load([server.port]) as load:
        for number, count in ((signal.SIGTTOU, 1), (signal.SIGTTIN, 2), (signal.SIGTTOU, 1)):
            server.process.send_signal(number)
            _wait_for(lambda count=count: len(_workers(server)) == count)  # type: ignore[misc]
            time.sleep(0.5)
    assert 0 == load.refused
    _require_none_lost(load)


def test_upgrade_under_load_loses_no_request(tmp_path: Path) -> None:
    """SIGUSR2 starts a second gunicorn on the same socket, then the first is told to end.

    By gunicorn's own script: as `python -m gunicorn` it cannot start itself again.
    """
    script = str(Path(sys.executable).with_name("gunicorn"))
    with (
        serving(tmp_path, THREADS, [script, "app:app"], WEB_CONCURRENCY=PROCESSES) as old,
        ExitStack() as ends,
    ):
        before = _all_workers(old)
        with Load([old.port]) as load:
            old.process.send_signal(signal.SIGUSR2)
            _wait_for(lambda: len(_workers(old)) > len(before))
            (new,) = _workers(old) - before
            ends.callback(os.kill, new, signal.SIGTERM)  # whatever happens: nobody else ends it
            _wait_for(lambda: len(children(new)) == int(PROCESSES))
            time.sleep(1)
            old.process.send_signal(signal.SIGTERM)
            old.process.wait(timeout=30)
            time.sleep(0.5)
        ends.close()
        _wait_for(lambda: not _is_answering(old))
    assert 0 == load.refused
    _require_none_lost(load)


def _is_answering(server: Server) -> bool:
    try:
        return server.health(5) == 200
    except OSError:
        return False


def test_restart_behind_a_router_loses_no_request(server: Server, tmp_path: Path) -> None:
    """A platform's deploy: the new instance is up, the old one is told to end, and the router
    learns of it when a connection is refused.
    """
    _require_none_lost(_restart_behind_a_router(server, tmp_path))


def test_restart_of_a_process_that_is_slow_to_close_loses_no_request(tmp_path: Path) -> None:
    """Whoever connects between the last look at the socket and its close would be reset."""
    with serving(tmp_path, THREADS, options=SLOW_TO_CLOSE, WEB_CONCURRENCY="1") as server:
        _require_none_lost(_restart_behind_a_router(server, tmp_path))


def _restart_behind_a_router(server: Server, folder: Path) -> Load:
    second = folder / "second"
    second.mkdir()
    with (
        serving(second, THREADS, WEB_CONCURRENCY=PROCESSES) as new,
        Load([server.port, new.port]) as load,
    ):
        time.sleep(1)
        assert 0 == load.refused
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=30)
        assert load.refused
        time.sleep(0.5)
    return load
