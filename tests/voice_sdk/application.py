"""Somebody's application: a page with the SDK, and documents that a test writes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

from tests.emulator.outside_emulator import wait_for
from tests.voice_sdk.needed import SDK

_HERE = Path(__file__).parent
_FILES = {
    "/": (_HERE / "page.html", "text/html"),
    "/page.js": (_HERE / "page.js", "text/javascript"),
    "/sdk.js": (SDK, "text/javascript"),
}


class Application:
    """`documents` are TwiML by path; `received` what was asked for, and with which fields."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.page = f"http://localhost:{port}/"  # a secure context, with or without a certificate
        self.documents: dict[str, str] = {}
        self.received: list[tuple[str, dict[str, str]]] = []

    def answer(self, path: str, twiml: str) -> None:
        """From now on, to whoever asks there. What was asked for before is forgotten."""
        self.received.clear()
        self.documents[path] = f"<Response>{twiml}</Response>"

    def last(self, path: str) -> dict[str, str]:
        """The fields of the latest request there; a page may be told before it comes."""
        wait_for(lambda: any(one == path for one, _ in self.received))
        return [fields for one, fields in self.received if one == path][-1]


@contextmanager
def application() -> Iterator[Application]:
    """It listens on a free port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    served = _Handler.served = Application(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    served: Application

    def do_GET(self) -> None:
        file, kind = _FILES.get(self.path, (None, "text/plain"))
        self._send(404 if file is None else 200, kind, b"" if file is None else file.read_bytes())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.served.received.append((self.path, dict(parse_qsl(body, keep_blank_values=True))))
        twiml = self.served.documents.get(self.path, "<Response/>")
        self._send(200, "text/xml", twiml.encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silence."""
