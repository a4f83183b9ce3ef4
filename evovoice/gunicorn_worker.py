"""gunicorn's threaded worker, made safe against clients that are slow to send or to close."""

from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

_SILENCE = 5.0  # seconds a client may say nothing in the middle of a request


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Two mends, for gunicorn 27 (pinned; `tests/test_gunicorn.py` guards them).

    A thread waits for the rest of a request for ever, so half-sent requests would use the
    threads up: the wait is limited. A finished connection lingers until its client closes, up
    to two seconds, on the one thread that accepts: it lingers on the thread that served it.
    """

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 (gunicorn's own pair of values)
        """Serve what a connection asks for without a pause, in a thread of the pool."""
        if "init" not in vars(conn):  # once for each connection: a wrapped wrapper recurses
            conn.init = partial(self._with_limit, conn, conn.init)
        keep = super().handle(conn)
        if keep is False:
            conn.close(graceful=True)
            conn.close = lambda graceful=False: None  # noqa: ARG005 (gunicorn passes it)
        return keep

    def _with_limit(self, conn: TConn, init: Any) -> None:  # noqa: ANN401
        """gunicorn makes the socket blocking again before each request."""
        init()
        conn.sock.settimeout(_SILENCE)
