"""Stands in for Sentry and for a collector of OpenTelemetry: keeps what it is sent."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

PATIENCE = 20.0  # seconds


class Receiver:
    """What has come, by path, unpacked; `everything` is all of it with its headers."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._came: list[tuple[str, bytes, bytes]] = []

    def take(self, path: str, headers: bytes, body: bytes) -> None:
        self._came.append((path, headers, body))

    @property
    def everything(self) -> bytes:
        return b"\n".join(part for path, *rest in self._came for part in (path.encode(), *rest))

    def events(self) -> list[dict[str, Any]]:
        """Sentry's events: the third line of each envelope of one."""
        lines = [body.split(b"\n") for path, _, body in self._came if path.endswith("/envelope/")]
        found = [json.loads(each[2]) for each in lines if b'"type":"event"' in each[1]]
        return list(found)

    def spans(self) -> list[Span]:
        found = []
        for path, _, body in self._came:
            if path.endswith("/v1/traces"):
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    found += [span for scope in resource.scope_spans for span in scope.spans]
        return found

    def wait_for(self, come: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not come():
            assert time.monotonic() < until, self.everything
            time.sleep(0.05)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """One on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            receiver.take(self.path, self.headers.as_bytes(), body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests have nothing to read here."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
