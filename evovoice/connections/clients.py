"""The clients of a process who are to send or to close, watched by its accepting thread."""

import errno
import os
import selectors
import socket
from concurrent.futures import Future
from contextlib import suppress
from functools import cache, partial
from typing import Any

from evovoice.connections.incoming import CUT_SHORT, LATE, Flaw, IncomingRequest
from evovoice.connections.refusal import refusal
from evovoice.connections.request_threads import RequestThreads, send_now
from evovoice.connections.waiting import Connection, Waiting
from evovoice.environment import environment
from evovoice.settings import proxy_count

LINGER = 2.0  # seconds a client has to read our last answer and to close
_FROM_ONE_ADDRESS = 64  # connections with a request that is not complete
_READ_AT_ONCE = 65536  # bytes
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Clients(RequestThreads):
    """Collects requests without a thread for each, and lets go whoever is late.

    Behind a platform's router (EVOVOICE_PROXIES above 0) all connections come from the router,
    which itself waits for slow clients: then no address has a limit of its own, and the
    deadlines remain.
    """

    head_seconds, body_seconds = 10.0, 30.0  # for all of a request's head; for all of its body

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (gunicorn's)
        super().__init__(*args, **kwargs)
        self._incomplete, self._closing = Waiting(), Waiting()
        self.keepalived_conns = Waiting()  # the name by which `handle_request` counts them

    def take_over(self, sock: socket.socket, client: Any, server: Any) -> None:  # noqa: ANN401
        """Look after a connection that was accepted just now.

        Its limit is for the threads, which write. Here it is read and written by its number,
        which does not wait, and spares a switch between the two.
        """
        sock.settimeout(self.write_seconds)
        self.nr_conns += 1
        self._collect(Connection(sock, client, server))

    def make_room(self) -> bool:
        """Let go whoever waits longest: to close, to ask again, to say what they want."""
        for waiting in (self._closing, self.keepalived_conns, self._incomplete):
            longest = waiting.oldest()
            if longest is not None:
                self._drop(longest, waiting)
                return True
        return False

    def let_go_of_the_late(self) -> None:
        """Keep the deadlines; to be called every second at least."""
        for connection in self._incomplete.overdue():
            if connection.incoming.has_begun:
                self._refuse(connection, LATE)
            else:
                self._drop(connection, self._incomplete)
        for waiting in (self.keepalived_conns, self._closing):
            for connection in waiting.overdue():
                self._drop(connection, waiting)

    def hurry_the_silent(self) -> None:
        """Connections that ask for nothing stay for a moment only, for a client who begins now."""
        for connection in self.keepalived_conns:
            self.keepalived_conns.hurry(connection, LINGER)
        for connection in self._incomplete:
            if not connection.incoming.has_begun:
                self._incomplete.hurry(connection, LINGER)

    # --- what they send ------------------------------------------------------------------------

    def _collect(self, connection: Connection) -> None:
        """Read the beginning of a request, and watch for the rest of it."""
        self._incomplete.put(connection, self.head_seconds)
        self._read(connection)
        if connection in self._incomplete:  # most requests are whole at once
            self._register(connection, self._read)
            self._limit(connection.network)

    def _limit(self, network: str) -> None:
        """Whoever has waited longest goes: requests of honest clients are complete at once."""
        if self._incomplete.of_network(network) <= _FROM_ONE_ADDRESS or _has_router():
            return
        longest = self._incomplete.oldest(network)
        if longest is not None:
            self._drop(longest, self._incomplete)

    def _read(self, connection: Connection) -> None:
        if connection not in self._incomplete:
            return  # it was let go for another in the same round of events
        try:
            data = os.read(connection.sock.fileno(), _READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            self._drop(connection, self._incomplete)
            return
        if data:
            self._add(connection, data)
        elif connection.incoming.has_begun:
            self._refuse(connection, CUT_SHORT)
        else:
            self._drop(connection, self._incomplete)

    def _add(self, connection: Connection, data: bytes) -> None:
        incoming = connection.incoming
        had_head = incoming.has_head
        incoming.add(data)
        if incoming.flaw is not None:
            self._refuse(connection, incoming.flaw)
        elif incoming.is_whole:
            self._unwatch(connection, self._incomplete)
            self.enqueue_req(connection)
        elif incoming.has_head and not had_head:
            self._incomplete.put(connection, self.body_seconds)
            if incoming.expects_continue():
                send_now(connection.sock, _CONTINUE)

    def _refuse(self, connection: Connection, flaw: Flaw) -> None:
        answer, _ = refusal(flaw)
        self._unwatch(connection, self._incomplete)
        send_now(connection.sock, answer)
        self._close(connection)

    # --- what has been answered ----------------------------------------------------------------

    def finish_request(self, conn: Connection, fs: "Future[bool]") -> None:
        """Keep the connection for the next request, which may be here already, or close it.

        One that was handed over comes back by itself.
        """
        if conn.is_handed_over:
            return
        if fs.cancelled() or fs.exception() is not None or not fs.result():
            self._close(conn)
            return
        _, rest = conn.incoming.take()
        conn.incoming = IncomingRequest()
        if rest:
            self._incomplete.put(conn, self.head_seconds)
            self._add(conn, rest)
            if conn in self._incomplete:
                self._register(conn, self._read)
        else:
            seconds = self.cfg.keepalive if self.alive else min(self.cfg.keepalive, LINGER)
            self._watch(conn, self.keepalived_conns, seconds, self._ask_again)

    def _ask_again(self, connection: Connection) -> None:
        """A connection that was kept has something to say."""
        if connection in self.keepalived_conns:
            self._unwatch(connection, self.keepalived_conns)
            self._collect(connection)

    def _close(self, connection: Connection) -> None:
        """Close our end, and the rest once the client has: else it may lose our last answer."""
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._forget(connection)
        else:
            self._watch(connection, self._closing, LINGER, self._discard)

    def _discard(self, connection: Connection) -> None:
        """What comes after our last answer is of no use; its end is."""
        if connection not in self._closing:
            return
        try:
            is_over = not os.read(connection.sock.fileno(), _READ_AT_ONCE)
        except OSError as error:
            is_over = error.errno not in {errno.EAGAIN, errno.EWOULDBLOCK}
        if is_over:
            self._drop(connection, self._closing)

    # --- whom the accepting thread watches -------------------------------------------------------

    def _watch(
        self, connection: Connection, waiting: Waiting, seconds: float, then: Any  # noqa: ANN401
    ) -> None:  # fmt: skip
        waiting.put(connection, seconds)
        self._register(connection, then)

    def _register(self, connection: Connection, then: Any) -> None:  # noqa: ANN401
        act = partial(_ignoring_the_socket, then, connection)
        self.poller.register(connection.sock, selectors.EVENT_READ, act)

    def _unwatch(self, connection: Connection, waiting: Waiting) -> None:
        waiting.remove(connection)
        with suppress(KeyError, ValueError):
            self.poller.unregister(connection.sock)

    def _drop(self, connection: Connection, waiting: Waiting) -> None:
        self._unwatch(connection, waiting)
        self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        self.nr_conns -= 1
        with suppress(OSError):
            connection.sock.close()


def _ignoring_the_socket(then: Any, connection: Connection, _sock: Any) -> None:  # noqa: ANN401
    then(connection)


@cache
def _has_router() -> bool:
    """Asked when it matters, once: the application, which comes later, has checked the settings."""
    return proxy_count(environment()) > 0
