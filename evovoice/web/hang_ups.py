"""Notices at once that a client has closed its connection, while nothing is written to it."""

import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress


class HangUps:
    """One thread of the process that watches all connections whose responses go on.

    Nothing is read, so what a client may have sent ahead stays where it is. Only Linux tells
    that an end is closed in spite of that; elsewhere the next ping finds it out (C75).
    """

    def __init__(self) -> None:
        self._watched: dict[int, tuple[socket.socket, Callable[[], None]]] = {}
        self._lock = threading.Lock()
        self._poll: select.epoll | None = None

    def watch(self, connection: socket.socket, tell: Callable[[], None]) -> None:
        """Call `tell`, once, when the client closes it. `tell` must not block."""
        if not hasattr(select, "epoll"):
            return
        with self._lock, suppress(OSError, ValueError):  # closed already: the caller will see
            poll = self._started()
            poll.register(connection, select.EPOLLRDHUP | select.EPOLLONESHOT)
            self._watched[connection.fileno()] = connection, tell

    def forget(self, connection: socket.socket) -> None:
        """Watch it no longer; to be called before it is closed. A second time is harmless."""
        number = connection.fileno()
        with self._lock, suppress(OSError, ValueError):
            if self._watched.pop(number, None) is not None and self._poll is not None:
                self._poll.unregister(number)

    def _started(self) -> select.epoll:
        """The thread begins with the first who is watched: after the fork."""
        if self._poll is None:
            self._poll = select.epoll()
            arguments = (self._poll,)
            name = "evovoice-hang-ups"
            threading.Thread(target=self._run, args=arguments, name=name, daemon=True).start()
        return self._poll

    def _run(self, poll: select.epoll) -> None:
        while True:
            for number, _ in poll.poll():
                with self._lock:
                    connection, tell = self._watched.get(number, (None, None))
                if connection is not None and tell is not None and _is_closed(connection):
                    tell()


def _is_closed(connection: socket.socket) -> bool:
    """Asked again, as another connection may have got the number meanwhile."""
    poll = select.poll()
    try:
        poll.register(connection, select.POLLRDHUP)
    except (OSError, ValueError):
        return False
    return bool(poll.poll(0))
