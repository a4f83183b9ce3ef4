"""Whatever server runs the application, and with whatever settings: its background runs too.

Orders are carried out, sessions of which nothing is heard are asked about, and consoles hear of
changes. Real processes, and a carrier that notes what it is asked.
"""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.fake_carrier_server import FakeCarrierServer, carrier_server
from tests.gunicorn_server import Server, serving
from tests.stored_work import hears_of, listening, new_key, store

PATIENCE = 30.0
THREADS = 8
GUNICORN = ("-m", "gunicorn", "-c", "{folder}/own.py", "app:app")
SERVERS = {
    "an operator's gunicorn": GUNICORN,
    "an operator's gunicorn, loaded before the fork": GUNICORN,
    "flask run": ("-m", "flask", "--app", "app", "run", "--port", "{port}"),
    "any WSGI server": ("-c", """
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server
from app import app
class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
make_server("127.0.0.1", {port}, app, Server).serve_forever()
"""),
}  # fmt: skip
Start = Callable[..., AbstractContextManager[Server]]


@pytest.fixture
def carrier() -> Iterator[FakeCarrierServer]:
    with carrier_server() as carrier:
        yield carrier


@pytest.fixture
def start(tmp_path: Path, carrier: FakeCarrierServer) -> Start:
    def begin(command: Sequence[str], conf: str = "", **settings: str) -> Any:
        (tmp_path / "own.py").write_text(conf)
        words = [word.replace("{folder}", str(tmp_path)) for word in command]
        return serving(tmp_path, THREADS, words, TWILIO_API_BASE_URL=carrier.url, **settings)

    return begin


def conf_of(name: str) -> str:
    preload = "preload_app = True" if "before the fork" in name else ""
    return f"""
import os
bind = "127.0.0.1:" + os.environ["PORT"]
worker_class, threads = "gthread", 8
graceful_timeout = 1
{preload}
"""


@pytest.mark.parametrize("name", SERVERS)
def test_background_runs_in_whatever_serves(
    start: Start, carrier: FakeCarrierServer, name: str
) -> None:
    """The health check that waits for the start is the only request before the stream."""
    with start(SERVERS[name], conf_of(name)) as server:
        store(server.database_url, "s-ordered", "CA1", is_ordered=True)
        store(server.database_url, "s-silent", "CA2", is_ordered=False)
        assert carrier.was_asked("POST", "/Calls/CA1.json", PATIENCE)
        assert carrier.was_asked("GET", "/Calls/CA2.json", PATIENCE)
        with listening(server, new_key(server.database_url)) as stream:
            store(server.database_url, "s-new", "CA3", is_ordered=False)
            assert hears_of(stream, "s-new")


HOOKS = """
from pathlib import Path
threads = 9
folder = Path("{folder}")
def note(name):
    (folder / name).write_text("")
def when_ready(server):
    note("when_ready")
def post_worker_init(worker):
    note("post_worker_init")
def worker_exit(server, worker):
    note("worker_exit")
def child_exit(server, worker):
    note("child_exit")
def on_exit(server):
    note("on_exit")
"""


@pytest.mark.parametrize("words", [("-c", "{folder}/own.py"), ()], ids=["named", "by its name"])
def test_serve_runs_our_hooks_and_the_operators(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Start, carrier: FakeCarrierServer,
    words: Sequence[str],
) -> None:  # fmt: skip
    """Without a single request orders are carried out: whoever waits asks for no health."""
    hooks = HOOKS.replace("{folder}", str(tmp_path))
    if not words:
        monkeypatch.setattr("tests.gunicorn_server.ROOT", tmp_path)
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
        (tmp_path / "gunicorn.conf.py").write_text(hooks)
    monkeypatch.setattr("tests.gunicorn_server._wait_until_up", lambda _: None)
    with start(("-m", "evovoice", "serve", *words), hooks) as server:
        store(server.database_url, "s-ordered", "CA1", is_ordered=True)
        assert carrier.was_asked("POST", "/Calls/CA1.json", PATIENCE)
    hooks_run = {path.name for path in tmp_path.iterdir() if not path.read_bytes()}
    expected = {"when_ready", "post_worker_init", "worker_exit", "child_exit", "on_exit"}
    assert expected == hooks_run


ODD = {
    "broken chunk": (
        (
            b"POST /auth/credentials HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"zz\r\n{}\r\n0\r\n\r\n"
        ),
        b"HTTP/1.1 400 ",
    ),
    "SCRIPT_NAME": (
        b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\nSCRIPT_NAME: /x\r\n\r\n",
        b"HTTP/1.1 200 ",
    ),
}


def test_odd_requests_are_no_faults_of_another_worker_either(start: Start) -> None:
    """An operator may choose a worker of gunicorn's own, which reads bodies as we ask for them."""
    words = ("-m", "evovoice", "serve", "-c", "{folder}/own.py")
    with start(words, "worker_class = 'gthread'") as server:
        received = {name: _answer(server, sent) for name, (sent, _) in ODD.items()}
    for name, (_, expected) in ODD.items():
        assert received[name].startswith(expected), received[name]


def _answer(server: Server, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(sent)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received
