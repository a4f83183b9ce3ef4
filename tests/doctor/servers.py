"""A small server on this machine that answers as a test wants it, over http or https."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

# Made once with openssl, for localhost and for tests alone: no authority has signed it.
CERTIFICATE = Path(__file__).parent / "certificate" / "certificate.pem"
KEY = Path(__file__).parent / "certificate" / "key.pem"

Reply = Callable[[str, str], tuple[int, str]]


@contextmanager
def server(reply: Reply, *, secure: bool = False) -> Iterator[str]:
    """Its address; `reply` gets method and path, and gives status and body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self._answer()

        def _answer(self) -> None:
            status, body = reply(self.command, self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *arguments: Any) -> None:
            """Nothing: tests are quiet."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.handle_error = lambda *_: None  # type: ignore[method-assign]
    if secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE, KEY)
        listener.socket = context.wrap_socket(listener.socket, server_side=True)
    thread = Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    scheme = "https" if secure else "http"
    try:
        yield f"{scheme}://127.0.0.1:{listener.server_address[1]}"
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
