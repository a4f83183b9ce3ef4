"""The service under its own gunicorn settings, as a real process on a free port."""

import http.client
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evovoice.demo.processes import free_port
from evovoice.storage.migrations.upgrade import upgrade

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Server:
    """Where it listens, and where it keeps its data."""

    port: int
    database_url: str
    process: "subprocess.Popen[bytes]"

    def health(self, patience: float) -> int:
        """The status of its health check, within so many seconds."""
        address = f"http://127.0.0.1:{self.port}/healthz"
        with urllib.request.urlopen(address, timeout=patience) as response:
            status: int = response.status
            return status


def settings_for(database_url: str) -> dict[str, str]:
    """What a process of the service needs, below the environment of the tests."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "HOST": "127.0.0.1",
        "PUBLIC_BASE_URL": "https://voice.example.com",
        "SECRET_KEY": "test",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "test",
        "TWILIO_API_BASE_URL": "http://127.0.0.1:9",  # nobody there, and never Twilio itself
        "WEB_CONCURRENCY": "1",
    }


@contextmanager
def serving(
    folder: Path, threads: int, command: Sequence[str] = ("-m", "gunicorn", "app:app"),
    options: Sequence[str] = (), log: Path | None = None, **settings: str,
) -> Iterator[Server]:  # fmt: skip
    """A server of one process with so many threads, on an SQLite file in that folder.

    `{port}` in the command is where it has to listen; `options` of the command line follow it. What
    it writes down goes into the file `log`.
    """
    url, port = f"sqlite:///{folder / 'x.db'}", free_port()
    upgrade(url)
    environment = settings_for(url) | {"PORT": str(port), "EVOVOICE_THREADS": str(threads)}
    with (log or Path(os.devnull)).open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, *[word.replace("{port}", str(port)) for word in (*command, *options)]],
            cwd=ROOT,
            env=environment | settings,
            stderr=stderr,
        )
    try:
        server = Server(port, url, process)
        _wait_until_up(server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def children(pid: int) -> set[int]:
    """The processes that it has started."""
    return {int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def _wait_until_up(server: Server) -> None:
    until = time.monotonic() + 120  # a busy machine starts it slowly
    while time.monotonic() < until:
        try:
            server.health(1)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not start")


@contextmanager
def asking(port: int) -> Iterator[list[float]]:
    """An honest client meanwhile, ten requests a second; how long each took, or -1 where lost."""
    took: list[float] = []
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.wait(0.1):
            began = time.monotonic()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            try:
                connection.request("GET", "/healthz")
                status = connection.getresponse().status
            except (OSError, http.client.HTTPException):
                status = 0
            finally:
                connection.close()
            took.append(time.monotonic() - began if status == 200 else -1)

    client = threading.Thread(target=ask)
    client.start()
    try:
        yield took
    finally:
        is_over.set()
        client.join()
