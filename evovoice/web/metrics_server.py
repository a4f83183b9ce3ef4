"""A server for `/metrics` alone, for a process without an address of its own: `evovoice worker`."""

from collections.abc import Iterator
from contextlib import contextmanager
from socket import AF_INET6
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from flask import Flask

from evovoice.metrics.exposition import Figures
from evovoice.web.every_request import install
from evovoice.web.metrics_page import metrics_blueprint

_SILENCE = 10.0  # seconds after which a client who sends nothing is let go


@contextmanager
def serving_metrics(host: str, port: int, token: str, figures: Figures) -> Iterator[None]:
    """Serve them there until the end of the block. Errors: `OSError`, where nobody can listen."""
    app = Flask("evovoice-metrics", static_folder=None)
    install(app, metrics_blueprint(token, figures))
    kind = _ServerOfIPv6 if ":" in host else _Server
    with kind((host, port), _Handler) as server:
        server.set_app(app)
        thread = Thread(target=server.serve_forever, name="evovoice-metrics", daemon=True)
        thread.start()
        yield
        server.shutdown()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _ServerOfIPv6(_Server):
    address_family = AF_INET6


class _Handler(WSGIRequestHandler):
    timeout = _SILENCE

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's)
        """The service writes its own line of each request."""
