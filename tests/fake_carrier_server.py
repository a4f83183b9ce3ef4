"""A carrier that real processes can ask: it knows no call, and notes what it was asked."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_NOT_FOUND = json.dumps({"code": 20404, "message": "not found", "status": 404}).encode()


class FakeCarrierServer:
    """`asked` has verb and path of each request, such as `POST /2010-04-01/...`."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.asked: list[str] = []

    def was_asked(self, verb: str, what: str, patience: float) -> bool:
        """Whether such a request has come, within so many seconds."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if any(one.startswith(f"{verb} ") and what in one for one in list(self.asked)):
                return True
            time.sleep(0.05)
        return False


@contextmanager
def carrier_server() -> Iterator[FakeCarrierServer]:
    """One that listens on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer()

        def _answer(self) -> None:
            carrier.asked.append(f"{self.command} {self.path}")
            self.send_response(404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(_NOT_FOUND)))
            self.end_headers()
            self.wfile.write(_NOT_FOUND)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        carrier = FakeCarrierServer(server.server_port)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield carrier
        server.shutdown()
