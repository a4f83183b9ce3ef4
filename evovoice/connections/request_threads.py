"""The threads that serve: each is given a whole request, and never waits for one."""

import fcntl
import io
import os
import socket
import struct
import termios
from contextlib import suppress

from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import ThreadWorker

from evovoice import logs
from evovoice.connections.incoming import Flaw
from evovoice.connections.refusal import flaw_of, refusal
from evovoice.connections.waiting import Connection

_LOG = logs.get_logger(__name__)
_MOST_UNREAD = 65536  # bytes
_INT = struct.Struct("i")


class RequestThreads(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """What a thread of the pool does with a connection whose request is complete."""

    def handle(self, conn: Connection) -> bool:
        """Serve the request; whether the connection may bring another.

        A client who has left earlier answers unread is not served: its answer would wait here.
        """
        if _unread(conn.sock) > _MOST_UNREAD:
            return False
        try:
            request = self._request(conn)
        except (ParseException, NoMoreData) as error:
            _refuse(conn, flaw_of(error), type(error).__name__)
            return False
        return self._serve(request, conn)

    def _serve(self, request: Request, conn: Connection) -> bool:
        try:
            return self.handle_request(request, conn) and not conn.incoming.is_cut
        except (OSError, StopIteration):  # the client has gone; gunicorn has told of the error
            return False
        except Exception as error:
            request_id = _refuse(conn, flaw_of(error), type(error).__name__)
            _LOG.error("request failed", request_id=request_id, exc_info=error)
            return False

    def _request(self, conn: Connection) -> Request:
        """The request, parsed from its own bytes alone, with its body read.

        Errors: `ParseException`, `NoMoreData` where the body ends too soon. A field with an
        underscore in its name may pass for one of the server's own variables, such as
        SCRIPT_NAME, which gunicorn takes from a router on the same machine: it is left out.
        """
        whole, _ = conn.incoming.take()
        parser = RequestParser(self.cfg, [whole], conn.client)
        request = next(parser)
        request.headers = [each for each in request.headers if "_" not in each[0]]
        request._expected_100_continue = False
        if not conn.incoming.is_cut:
            request.body = io.BytesIO(request.body.read())
        if parser.unreader.take_buffered():  # two readings of where it ends: trust neither
            conn.incoming.is_cut = True
        return request


def _refuse(conn: Connection, flaw: Flaw, why: str) -> str:
    """Answer in the application's place; the id of the request."""
    answer, request_id = refusal(flaw)
    _LOG.info("request refused", request_id=request_id, status=flaw.status, why=why)
    send_now(conn.sock, answer)
    return request_id


def send_now(sock: socket.socket, data: bytes) -> None:
    """Send what little there is; a client who cannot take it in has gone, or will be let go."""
    with suppress(OSError):
        os.write(sock.fileno(), data)


def _unread(sock: socket.socket) -> int:
    """How many bytes sent to a client have not reached it; 0 where the system does not tell."""
    try:
        count = fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(_INT.size))
    except OSError:
        return 0
    return int(_INT.unpack(count)[0])
