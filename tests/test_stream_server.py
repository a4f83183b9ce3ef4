"""Streams of a real process: what another process commits, places, and an end in seconds."""

import http.client
import json
import logging
import signal
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from evovoice.domain.values import Role, User
from evovoice.services import administration
from evovoice.storage.unit_of_work import Database
from tests.browser import chromium, window
from tests.gunicorn_server import Server, asking, children, serving
from tests.storage.builders import ringing_session

__all__ = ["chromium"]

_LOG = logging.getLogger(__name__)
Listen = Callable[[], http.client.HTTPResponse]
THREADS, PLACES = 3, 5  # of one process; a user may have as many
OPENED, CLOSED = 1, 2  # of EventSource.readyState
OPEN = """name => new Promise(done => {
    window[name] = new EventSource("/events");
    window[name].onopen = done;
})"""
ONCE_CLOSED = """() => new Promise(done => {
    const tell = () => done([older.readyState, newer.readyState]);
    older.onerror = () => older.readyState === EventSource.CLOSED && tell();
    setTimeout(tell, 9000);
})"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, THREADS, EVOVOICE_STREAMS=str(PLACES)) as server:
        yield server


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """The database as another process has it."""
    database = Database(server.database_url)
    yield database
    database.dispose()


@pytest.fixture
def key(database: Database) -> str:
    return _key(database)


def _key(database: Database) -> str:
    account = administration.add_account(database, "Acme", "US")
    user = administration.add_user(
        database, account.id, "Max", "max@acme.test", "correct horse", "SystemAdministrator"
    )
    return administration.add_key(database, user.id, datetime.now(UTC)).key


@pytest.fixture
def listen(server: Server, key: str) -> Iterator[Listen]:
    """Opens streams, and closes what is left of them."""
    connections: list[http.client.HTTPConnection] = []

    def open_stream() -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connections.append(connection)
        connection.request("GET", "/events", headers={"Authorization": f"Bearer {key}"})
        return connection.getresponse()

    yield open_stream
    for connection in connections:
        connection.close()


def _next_event(stream: http.client.HTTPResponse) -> dict[str, str]:
    """The next block that is an event."""
    said: dict[str, str] = {}
    while "event" not in said:
        said = {}
        while line := stream.readline().decode().strip():
            name, _, value = line.partition(": ")
            said[name] = value
    return said


def test_console_hears_what_another_process_commits_c74_c75(
    database: Database, listen: Listen
) -> None:
    stream = listen()
    assert b"retry: 2000\n" == stream.readline()
    with database.writing() as work:
        work.sessions.save(ringing_session())
    begin = time.monotonic()
    event = _next_event(stream)
    assert time.monotonic() - begin < 2  # it looks every 0.2 s
    assert "SessionInfoChanged" == event["event"]
    assert "s-1" == json.loads(event["data"])["sessionId"]


def test_stream_ends_soon_after_another_process_has_disabled_its_user_c86(
    database: Database, listen: Listen
) -> None:
    stream = listen()
    with database.writing() as work:
        work.sessions.save(ringing_session())
    assert "SessionInfoChanged" == _next_event(stream)["event"]
    begin = time.monotonic()
    administration.disable_user(database, "max@acme.test", datetime.now(UTC))
    stream.read()
    assert time.monotonic() - begin < 2  # it looks every 0.2 s, and a ping comes after 15 s
    assert 401 == listen().status


def test_streams_take_no_threads_and_end_at_once_c73_c30(server: Server, listen: Listen) -> None:
    """There are more of them than threads. A deploy takes seconds (two or three when nothing else
    runs), not the twenty that gunicorn gives to requests.
    """
    streams = [listen() for _ in range(PLACES)]
    assert [200] * PLACES == [stream.status for stream in streams]
    refused = listen()
    assert (503, "2") == (refused.status, refused.headers["Retry-After"])
    assert 200 == server.health(patience=2)
    begin = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    for stream in streams:
        assert stream.read().startswith(b"retry: 2000\n")
    server.process.wait(timeout=30)
    assert time.monotonic() - begin < 10


@pytest.mark.browser
def test_event_source_that_has_yielded_comes_back_once_and_is_closed_for_good_c75(
    chromium: Browser, tmp_path: Path
) -> None:
    """Else two pages of a user who may have one stream would push each other out for ever."""
    with (
        serving(tmp_path, THREADS, EVOVOICE_STREAMS_PER_USER="1") as server,
        window(chromium) as page,
    ):
        database = Database(server.database_url)
        page.set_extra_http_headers({"Authorization": f"Bearer {_key(database)}"})
        database.dispose()
        page.goto(f"http://127.0.0.1:{server.port}/docs")
        page.evaluate(OPEN, "older")
        page.evaluate(OPEN, "newer")
        assert [CLOSED, OPENED] == page.evaluate(ONCE_CLOSED)


@pytest.mark.parametrize("ahead", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_closed_stream_frees_its_place_at_once_c75(
    server: Server, key: str, listen: Listen, ahead: bytes
) -> None:
    """Also where the client has sent a request ahead: the end comes behind it."""
    streams = [_stream(server.port, key) for _ in range(PLACES)]
    assert 503 == listen().status
    streams[0].sendall(ahead)
    streams[0].close()
    begin = time.monotonic()
    while (status := listen().status) == 503 and time.monotonic() - begin < 5:
        time.sleep(0.05)
    assert 200 == status
    assert time.monotonic() - begin < 2  # not 15 s, when the next ping is written
    for stream in streams[1:]:
        stream.close()


def test_streams_opened_one_by_one_are_shared_by_the_processes_c73(tmp_path: Path) -> None:
    """Three hundred on two processes that nobody has set up for it. All wait at one socket, where
    the same process would take nearly every one; nobody else is refused or kept waiting meanwhile.
    """
    with serving(tmp_path, THREADS, WEB_CONCURRENCY="2") as server:
        keys = _keys(server.database_url, 100)
        with asking(server.port) as took:
            streams = [_stream(server.port, key) for key in keys * 3]
        of_each = [_connections_of(pid, server.port) for pid in children(server.process.pid)]
        for stream in streams:
            stream.close()
    _LOG.info("streams of each process: %s; slowest request %.3f s", of_each, max(took))
    assert 300 <= sum(of_each) <= 302
    assert 100 < min(of_each), of_each
    assert -1 not in took
    assert max(took) < 2


def _keys(database_url: str, count: int) -> list[str]:
    """Keys of so many users, who cannot sign in with a password."""
    database = Database(database_url)
    account = administration.add_account(database, "Acme", "US")
    keys = []
    for number in range(count):
        name = f"user-{number}"
        user = User(name, account.id, name, f"{name}@acme.test", Role.USER, name)
        with database.writing() as work:
            work.directory.add_user(user, "none")
        keys.append(administration.add_key(database, user.id, datetime.now(UTC)).key)
    database.dispose()
    return keys


def _stream(port: int, key: str) -> socket.socket:
    """A stream that has begun."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    head = f"GET /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n"
    connection.sendall(head.encode())
    began = connection.recv(4096)
    assert began.startswith(b"HTTP/1.1 200 "), began
    return connection


def _connections_of(pid: int, port: int) -> int:
    """How many connections to that port the process has."""
    links = Path(f"/proc/{pid}/fd").iterdir()
    own = {str(link.readlink()) for link in links if link.is_symlink()}
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    established = [
        f"socket:[{words[9]}]"
        for words in lines
        if words[1].endswith(f":{port:04X}") and words[3] == "01"
    ]
    return sum(each in own for each in established)
