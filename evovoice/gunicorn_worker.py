"""gunicorn's threaded worker with an accepting thread that waits for slow clients, and is fair."""

import errno
import resource
import selectors
import socket
import time
from contextlib import suppress
from typing import Any

from evovoice.connections import syn_filter
from evovoice.connections.clients import LINGER, Clients
from evovoice.connections.shares import ConnectionShares

_MOMENT = 0.02  # seconds in which a process with fewer connections takes the next
_TURN = 1.0  # seconds between two looks at deadlines; the arbiter hears of us as often
_MOST_FILES = 65536
_FULL = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class PatientWorker(Clients):
    """Three mends, for gunicorn 27 (pinned; `tests/test_gunicorn.py` guards them).

    Requests are complete before they take a thread (`connections/clients.py`). All processes
    accept from one socket, so that a reload resets nobody who waits there; whoever has more than
    their share of connections lets the others take the next. Who ends as the last takes in what
    waits at the socket before it is closed.
    """

    shares: ConnectionShares | None = None
    sockets: list[socket.socket]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (gunicorn's)
        """In the arbiter, before the fork: the first worker makes the table for all of them."""
        super().__init__(*args, **kwargs)
        if PatientWorker.shares is None:
            PatientWorker.shares = ConnectionShares()
        self._shares = PatientWorker.shares
        self._pause_until = 0.0
        self._next_look = 0.0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:  # noqa: ANN401 (gunicorn's)
        """Errors: `RuntimeError`, which gunicorn shows, where it is to speak TLS itself."""
        if cfg.is_ssl:
            raise RuntimeError(
                "certfile or keyfile is set, but the service does not speak TLS itself: leave them"
                " out, and let a router or a web server in front of it do that"
            )
        super().check_config(cfg, log)

    def init_process(self) -> None:
        """Let a thousand connections, and the database's, have files to be."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _MOST_FILES if most == resource.RLIM_INFINITY else min(most, _MOST_FILES)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        super().init_process()

    def run(self) -> None:
        """Accept until told to end; then see to whoever is still here."""
        queue = self.method_queue
        self.poller.register(queue.fileno(), selectors.EVENT_READ, queue.run_callbacks)
        self._shares.join(self.age)
        for listener in self.sockets:
            syn_filter.remove(listener)  # of a worker that was killed while it ended
        while self.alive and self.is_parent_alive():
            self._turn(_TURN)
        self._end()
        self._long_responses.stop()
        self.tpool.shutdown(wait=False)
        self.poller.close()
        queue.close()

    def _turn(self, longest: float) -> None:
        """One round of events."""
        self.notify()
        if self._pause_until and time.monotonic() >= self._pause_until:
            self._end_pause()
        self.set_accept_enabled(not self._pause_until)
        self.wait_for_and_dispatch_events(_MOMENT if self._pause_until else longest)
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + _TURN / 2
            self.let_go_of_the_late()
            self._note()

    # --- who is let in --------------------------------------------------------------------------

    def accept(self, listener: socket.socket) -> None:
        """Take the next connection, or leave it for a moment to a process that has fewer."""
        if self.alive and self._shares.is_above(self.nr_conns):
            self._pause()
        else:
            self._accept(listener)

    def _pause(self) -> None:
        self._pause_until = time.monotonic() + _MOMENT
        self.set_accept_enabled(False)

    def _end_pause(self) -> None:
        """Take what the others have left in their moment: they may be busy."""
        self._pause_until = 0.0
        for listener in self.sockets:
            while not self._pause_until and self._accept(listener):
                pass

    def _accept(self, listener: socket.socket) -> bool:
        """Whether somebody was waiting, and could be let in."""
        if self.nr_conns >= self.worker_connections and not self.make_room():
            self._pause()
            return False
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in _FULL and not self.make_room():
                self._pause()
            return False
        self.take_over(sock, client, listener.getsockname())
        self._note()
        return True

    def _note(self) -> None:
        if self.alive:
            self._shares.note(self.nr_conns)

    # --- the end --------------------------------------------------------------------------------

    def _end(self) -> None:
        """Answer whoever comes until others do it, or a router has noticed that we end.

        Every answer closes its connection. Idle ones stay open for as long as new ones are let
        in, for a client who has just begun to send.
        """
        self.alive = False
        until = time.monotonic() + self.cfg.graceful_timeout
        listen_until = time.monotonic() + LINGER
        self._shares.leave()
        self.hurry_the_silent()
        while time.monotonic() < listen_until and not self._shares.has_others():
            self._turn(_TURN / 10)
        self._stop_listening()
        while self.nr_conns > 0 and time.monotonic() < until:
            self._turn(_TURN / 10)

    def _stop_listening(self) -> None:
        """What waits at the socket when its last owner closes it is reset, so it is let in."""
        self.set_accept_enabled(False)
        is_last = not self._shares.has_others()
        for listener in self.sockets:
            if is_last:
                self._let_in_the_last(listener)
            listener.close()
        self.sockets = []
        self.hurry_the_silent()

    def _let_in_the_last(self, listener: socket.socket) -> None:
        """Nobody comes meanwhile: who came after the last look would be reset by the close.

        The filter is gone before the socket is closed, since others may have it still: the
        arbiter, or the workers of another gunicorn (SIGUSR2).
        """
        with syn_filter.installed(listener):
            while self._accept(listener):
                pass
