"""Clients that send little by little, or do not read: they are cut off, and nobody waits for them.

Over real sockets, from one address, while an honest client asks on: each of its requests on a
connection of its own.
"""

import logging
import selectors
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from evovoice.gunicorn_worker import PatientWorker
from tests.gunicorn_server import Server, asking, serving
from tests.hasty_worker import HastyWorker

_LOG = logging.getLogger(__name__)
CLIENTS = 300
THREADS = 4
HEAD_LIMIT, BODY_LIMIT = HastyWorker.head_seconds, HastyWorker.body_seconds
HASTY = ["--worker-class", "tests.hasty_worker.HastyWorker"]
FROM_ONE_ADDRESS = 64
HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /twilio/voice/incoming HTTP/1.1\r\nHost: x\r\n"
BODY = POST + b"Content-Length: 500\r\n\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n1f4\r\n"
BEGINNINGS = {
    "heads": [HEAD + b"X: "],
    "bodies": [BODY, CHUNKED],
    "both": [HEAD + b"X: ", BODY],
}


class SlowClients:
    """Connections that each send a byte every two seconds, until the server closes them."""

    def __init__(self, port: int, beginnings: list[bytes], count: int) -> None:
        self._selector = selectors.DefaultSelector()
        self.closed_after: list[float] = []
        self.heard: list[bytes] = []
        self._opened: dict[socket.socket, float] = {}
        for number in range(count):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(beginnings[number % len(beginnings)])
            connection.setblocking(False)
            self._selector.register(connection, selectors.EVENT_READ)
            self._opened[connection] = time.monotonic()

    @property
    def open(self) -> int:
        return len(self._opened)

    def trickle(self, seconds: float) -> None:
        """Go on for so long, or until all are closed."""
        until = time.monotonic() + seconds
        next_byte = 0.0
        while self._opened and time.monotonic() < until:
            if time.monotonic() >= next_byte:
                next_byte = time.monotonic() + 2
                self._send_a_byte()
            for key, _ in self._selector.select(0.1):
                self._hear(key.fileobj)

    def listen(self, seconds: float) -> None:
        """Say nothing for so long, or until all are closed."""
        until = time.monotonic() + seconds
        while self._opened and time.monotonic() < until:
            for key, _ in self._selector.select(0.1):
                self._hear(key.fileobj)

    def close(self) -> None:
        for connection in list(self._opened):
            self._forget(connection)
        self._selector.close()

    def _send_a_byte(self) -> None:
        for connection in list(self._opened):
            try:
                connection.send(b"a")
            except OSError:
                self._forget(connection)

    def _hear(self, connection: object) -> None:
        assert isinstance(connection, socket.socket)
        try:
            piece = connection.recv(65536)
        except OSError:
            piece = b""
        if piece:
            self.heard.append(piece)
        else:
            self._forget(connection)

    def _forget(self, connection: socket.socket) -> None:
        self.closed_after.append(time.monotonic() - self._opened.pop(connection))
        self._selector.unregister(connection)
        connection.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("open"), THREADS, options=HASTY) as server:
        yield server


@pytest.fixture(scope="module")
def server_behind_a_router(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("routed")
    with serving(folder, THREADS, options=HASTY, EVOVOICE_PROXIES="1") as server:
        yield server


def _require_honest_clients_served(took: list[float], within: float = 1) -> None:
    """Nine of ten within so many seconds; a machine that is busy itself may hold up the tenth."""
    _LOG.info("%d requests, %d lost, slowest %.3f s", len(took), took.count(-1), max(took))
    assert len(took) > 10
    assert 0 <= min(took)
    assert sorted(took)[len(took) * 9 // 10] < within
    assert max(took) < 4 * within


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_slow_clients_hold_up_nobody_and_are_few_from_one_address(
    server: Server, kind: str
) -> None:
    with asking(server.port) as took:
        slow = SlowClients(server.port, BEGINNINGS[kind], CLIENTS)
        slow.trickle(3)
        remaining = slow.open
        slow.close()
    assert FROM_ONE_ADDRESS >= remaining > 0
    _require_honest_clients_served(took)


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [
        ("heads", HEAD_LIMIT, HEAD_LIMIT),
        ("bodies", BODY_LIMIT, BODY_LIMIT),
        ("both", HEAD_LIMIT, BODY_LIMIT),
    ],
)
def test_behind_a_router_addresses_have_no_limit_and_deadlines_end_slow_requests(
    server_behind_a_router: Server, kind: str, least: float, most: float
) -> None:
    port = server_behind_a_router.port
    with asking(port) as took:
        slow = SlowClients(port, BEGINNINGS[kind], CLIENTS)
        slow.trickle(least - 2)
        assert CLIENTS == slow.open
        slow.trickle(most + 4)
    slow.close()
    assert CLIENTS == len(slow.heard)
    assert all(text.startswith(b"HTTP/1.1 408 ") for text in slow.heard)
    assert least - 1 < min(slow.closed_after)
    assert max(slow.closed_after) < most + 3
    _require_honest_clients_served(took)


def test_full_process_lets_go_of_whoever_waits_longest(tmp_path: Path) -> None:
    """Else nobody else would be let in until the deadlines."""
    options = [*HASTY, "--worker-connections", "40"]
    with (
        serving(tmp_path, THREADS, options=options, EVOVOICE_PROXIES="1") as server,
        asking(server.port) as took,
    ):
        slow = SlowClients(server.port, BEGINNINGS["heads"], CLIENTS)
        slow.trickle(2)
        assert 40 >= slow.open > 0
        slow.close()
    _require_honest_clients_served(took)


def test_deadlines_in_production() -> None:
    assert (10.0, 30.0) == (PatientWorker.head_seconds, PatientWorker.body_seconds)


def test_connections_that_say_nothing_are_closed_without_a_word(server: Server) -> None:
    """A browser opens some ahead: an answer to nothing would be read as one to its next request."""
    slow = SlowClients(server.port, [b""], 3)
    slow.listen(HEAD_LIMIT + 4)
    slow.close()
    assert [] == slow.heard
    assert HEAD_LIMIT - 1 < min(slow.closed_after)
    assert max(slow.closed_after) < HEAD_LIMIT + 3


def test_clients_that_never_read_take_no_thread(server: Server) -> None:
    """More than there are threads ask again and again for a long answer without credentials.

    A thread that waited for them would wait half a minute here; writing takes time too.
    """
    asked = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 80
    silent = [_without_room(server.port) for _ in range(THREADS * 2)]
    with asking(server.port) as took:
        for connection in silent:
            connection.sendall(asked)
        time.sleep(4)
    for connection in silent:
        connection.close()
    _require_honest_clients_served(took, within=3)


def _without_room(port: int) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    return connection
