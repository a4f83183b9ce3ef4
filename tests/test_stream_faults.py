"""A process with consoles that listen ends or is killed: nothing is lost, no place stays taken."""

import http.client
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from evovoice.domain.values import Role, User
from evovoice.services import administration
from evovoice.storage.unit_of_work import Database
from tests.gunicorn_server import Server, children, serving
from tests.storage.builders import ringing_session
from tests.test_stream_server import database

__all__ = ["database"]

THREADS, CONSOLES, OF_ONE_USER = 3, 100, 5
LAST_CHUNK = b"0\r\n\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, THREADS) as server:
        yield server


def keys(database: Database, count: int) -> list[str]:
    """Keys of so many users of the account whose sessions are told, who oversee it."""
    with database.writing() as work:
        work.directory.add_account("a-acme", "Acme", "US")
        for number in range(count):
            name = f"user-{number}"
            user = User(name, "a-acme", name, f"{name}@acme.test", Role.MANAGER, name)
            work.directory.add_user(user, "none")
    now = datetime.now(UTC)
    return [administration.add_key(database, f"user-{number}", now).key for number in range(count)]


class Console:
    """Listens as a browser does, and comes back with the last id it has heard."""

    def __init__(self, port: int, key: str) -> None:
        self._port, self._key, self._last_id = port, key, ""
        self.listen()

    def listen(self) -> None:
        headers = {"Authorization": f"Bearer {self._key}"}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        self.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        self.connection.request("GET", "/events", headers=headers)
        self.stream = self.connection.getresponse()
        assert 200 == self.stream.status

    def come_back(self) -> None:
        """Once somebody serves again."""
        self.connection.close()
        end = time.monotonic() + 30
        while True:
            try:
                return self.listen()
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < end
                time.sleep(0.1)

    def next_session(self) -> str:
        """The session of the next event."""
        while line := self.stream.readline():
            if line.startswith(b"id: "):
                self._last_id = line[4:].decode().strip()
            if line.startswith(b"data: ") and b'"sessionId":"' in line:
                return line.partition(b'"sessionId":"')[2].partition(b'"')[0].decode()
        raise AssertionError("the stream has ended")


def store(database: Database, name: str) -> None:
    with database.writing() as work:
        work.sessions.save(ringing_session(name, f"CA-{name}"))


def test_console_of_a_process_that_is_killed_misses_nothing_c76(
    server: Server, database: Database
) -> None:
    """What is committed before anybody serves again is told when it comes back."""
    console = Console(server.port, keys(database, 1)[0])
    store(database, "s-before")
    assert "s-before" == console.next_session()
    (worker,) = children(server.process.pid)
    os.kill(worker, signal.SIGKILL)
    store(database, "s-meanwhile")
    console.come_back()
    assert "s-meanwhile" == console.next_session()
    store(database, "s-after")
    assert "s-after" == console.next_session()
    console.connection.close()


def test_hundred_streams_end_whole_and_count_no_more_when_the_process_ends_c75(
    server: Server, database: Database
) -> None:
    """The consoles are told at once; the process waits until nobody's place is taken."""
    users = keys(database, CONSOLES // OF_ONE_USER)
    consoles = [Console(server.port, key) for key in users * OF_ONE_USER]
    assert CONSOLES == places_taken(database)
    begun = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert {LAST_CHUNK} == {end_of(console) for console in consoles}
    assert time.monotonic() - begun < 5
    server.process.wait(timeout=30)
    assert time.monotonic() - begun < 10
    assert 0 == places_taken(database)
    for console in consoles:
        console.connection.close()


def end_of(console: Console) -> bytes:
    """The last bytes of the connection, as they come over it."""
    received = b""
    while piece := console.stream.fp.read1(65536):
        received += piece
    return received[-len(LAST_CHUNK) :]


def places_taken(database: Database) -> int:
    with database.autocommit() as work:
        found = work.connection.execute(text("SELECT count(*) FROM listeners")).scalar_one()
    return int(found)
