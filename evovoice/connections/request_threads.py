"""The threads that serve: each is given a whole request, and never waits for one."""

import fcntl
import io
import os
import socket
import struct
import termios
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from gunicorn.http import wsgi
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import ThreadWorker

from evovoice import logs
from evovoice.connections.incoming import Flaw, IncomingRequest
from evovoice.connections.long_responses import LongResponses
from evovoice.connections.refusal import flaw_of, refusal
from evovoice.connections.waiting import Connection
from evovoice.web.hand_over import HAND_OVER, LongResponse

_LOG = logs.get_logger(__name__)
_MOST_UNREAD = 65536  # bytes
_INT = struct.Struct("i")


class RequestThreads(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """What a thread of the pool does with a connection whose request is complete.

    A response that goes on leaves its thread for the one that sends all of them.
    """

    write_seconds = 5.0  # for one write to a client who does not read
    alive: bool

    def init_process(self) -> None:
        """After the fork: this serves until the process ends."""
        self._long_responses = LongResponses(self.write_seconds, self._take_back)
        super().init_process()

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

    def handle_request(self, req: Request, conn: Connection) -> bool:
        """As gunicorn's own, whose hooks it calls, but for a response that is handed over."""
        environ: dict[str, Any] = {}
        response = None
        try:
            self.cfg.pre_request(self, req)
            response, environ = wsgi.create(req, conn.sock, conn.client, conn.server, self.cfg)
            environ["wsgi.multithread"] = True
            environ[HAND_OVER] = partial(self._hand_over, conn, response)
            self._let_close(response)
            self._respond(req, conn, response, environ)
        except Exception as error:
            if response is None or not response.headers_sent or isinstance(error, OSError):
                raise
            self.log.exception("Error handling request")  # nothing else can be said any more
            return False
        finally:
            try:
                self.cfg.post_request(self, req, environ, response)
            except Exception:
                self.log.exception("Exception in post_request hook")
        return not response.should_close()

    def _let_close(self, response: wsgi.Response) -> None:
        """Count the request, and say at the head of its response where it is the last."""
        self.nr += 1
        if self.nr >= self.max_requests and self.alive:
            self.log.info("Autorestarting worker after current request.")
            self.alive = False
        is_full = len(self.keepalived_conns) >= self.max_keepalived
        if not self.alive or not self.cfg.keepalive or is_full:
            response.force_close()

    def _respond(
        self, req: Request, conn: Connection, response: wsgi.Response, environ: dict[str, Any]
    ) -> None:
        begun = datetime.now()  # noqa: DTZ005 (as gunicorn does; a difference is all that is read)
        pieces = self.wsgi(environ, response.start_response)
        try:
            if isinstance(pieces, environ["wsgi.file_wrapper"]):
                response.write_file(pieces)
            else:
                for piece in pieces:
                    response.write(piece)
            if not conn.is_handed_over:
                response.close()
        finally:
            self.log.access(response, req, environ, datetime.now() - begun)  # noqa: DTZ005
            if hasattr(pieces, "close"):
                pieces.close()

    def _hand_over(self, conn: Connection, response: wsgi.Response, going_on: LongResponse) -> None:
        """Nothing of the request is kept. What the client may have sent ahead is never served."""
        conn.is_handed_over, conn.incoming = True, IncomingRequest()
        self._long_responses.take(conn, going_on, is_chunked=response.chunked)

    def _take_back(self, conn: Connection) -> None:
        """In whichever thread: the accepting one sees to it that the client closes too."""
        self.method_queue.defer(self._close, conn)

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
