"""gunicorn's threaded worker, made safe against clients that are slow to send or to close."""

import select
import socket
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

_SILENCE = 5.0  # seconds a client may say nothing in the middle of a request
_AT_ONCE = 5  # milliseconds in which a client that goes on has sent its next request


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Three mends, for gunicorn 27 (pinned; `tests/test_gunicorn.py` guards them).

    A thread waits for the rest of a request for ever, so half-sent requests would use the
    threads up: the wait is limited. A finished connection lingers until its client closes, up
    to two seconds, on the one thread that accepts: it lingers on the thread that served it.
    A kept connection goes back to that one thread after each answer: the thread that answered
    looks first whether the next request is there already, and so nothing is handed over.
    """

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 (gunicorn's own pair of values)
        """Serve what a connection asks for without a pause, in a thread of the pool."""
        if "init" not in vars(conn):  # once for each connection: a wrapped wrapper recurses
            conn.init = partial(self._with_limit, conn, conn.init)
        keep = super().handle(conn)
        while keep is True and self._has_spare_threads() and _asks_again(conn.sock):
            keep = super().handle(conn)
        if keep is False:
            conn.close(graceful=True)
            conn.close = lambda graceful=False: None  # noqa: ARG005 (gunicorn passes it)
        return keep

    def _has_spare_threads(self) -> bool:
        """Whether no connection has to wait for the thread that another one keeps."""
        return bool(self.nr_conns <= self.cfg.threads)

    def _with_limit(self, conn: TConn, init: Any) -> None:  # noqa: ANN401
        """gunicorn makes the socket blocking again before each request."""
        init()
        conn.sock.settimeout(_SILENCE)


def _asks_again(client: socket.socket) -> bool:
    waiting = select.poll()
    waiting.register(client, select.POLLIN)
    return bool(waiting.poll(_AT_ONCE))
