"""Sends the responses that go on, such as event streams: one thread for all of a process."""

import os
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import Enum, auto
from functools import partial

from evovoice import logs
from evovoice.connections.bell import Bell
from evovoice.connections.waiting import Connection
from evovoice.web.hand_over import Answer, LongResponse, Question, Step, Wait

_LOG = logs.get_logger(__name__)
_ANSWERS_AT_ONCE = 4  # threads that wait for the database, however many listen
_PATIENCE = 3.0  # seconds for an answer; without one nobody can tell
_READ_AT_ONCE = 65536  # bytes
_BOTH = selectors.EVENT_READ | selectors.EVENT_WRITE
_LAST_CHUNK = b"0\r\n\r\n"


class _State(Enum):
    WAITING = auto()  # for its time, or to be woken
    WRITING = auto()  # until the client has taken in what is left
    ASKING = auto()
    OVER = auto()


class _Sending:
    """One response on its connection."""

    __slots__ = (
        "connection", "deadline", "is_asked", "is_asked_again", "is_chunked", "is_woken",
        "response", "state", "unsent",
    )  # fmt: skip

    def __init__(self, connection: Connection, response: LongResponse, is_chunked: bool) -> None:
        self.connection, self.response, self.is_chunked = connection, response, is_chunked
        self.state, self.deadline = _State.WAITING, 0.0
        self.unsent = b""
        self.is_woken = False  # and has not been looked at since
        self.is_asked = False  # a thread looks for its answer
        self.is_asked_again = False  # and that answer is to another question


class LongResponses:
    """Everything but `take` and `stop` happens in its own thread, which never blocks.

    A client who does not read has `write_seconds` for each piece. `give_back` gets each connection
    whose response is over, with nothing to come either way.
    """

    def __init__(self, write_seconds: float, give_back: Callable[[Connection], None]) -> None:
        """After the fork."""
        self._write_seconds, self._give_back = write_seconds, give_back
        self._selector, self._bell = selectors.DefaultSelector(), Bell()
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._sendings: set[_Sending] = set()
        self._to_do: deque[Callable[[], None]] = deque()
        self._look_at = float("inf")  # no deadline is earlier
        self._pool = ThreadPoolExecutor(_ANSWERS_AT_ONCE, "evovoice-streams")
        self._is_stopped = False
        threading.Thread(target=self._run, name="evovoice-streams", daemon=True).start()

    def take(self, connection: Connection, response: LongResponse, *, is_chunked: bool) -> None:
        """Send the response from here on, and look after its connection until it is over."""
        sending = _Sending(connection, response, is_chunked)
        self._call(partial(self._begin, sending))

    def stop(self) -> None:
        """Give no connection back any more."""
        self._is_stopped = True

    def _call(self, what: Callable[[], None]) -> None:
        """Have the thread do that soon."""
        self._to_do.append(what)
        self._bell.ring()

    def _wake(self, sending: _Sending) -> None:
        if not sending.is_woken:
            sending.is_woken = True
            self._call(partial(self._look, sending))

    # --- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            try:
                self._turn()
            except Exception as error:  # of one of them; the others go on
                _LOG.error("long responses: a turn failed", exc_info=error)

    def _turn(self) -> None:
        for key, events in self._selector.select(self._longest_wait()):
            if key.data is None:
                self._bell.silence()
            else:
                self._notice(key.data, events)
        while self._to_do:
            self._to_do.popleft()()
        self._keep_deadlines()

    def _longest_wait(self) -> float | None:
        return max(0.0, self._look_at - time.monotonic()) if self._sendings else None

    def _keep_deadlines(self) -> None:
        now = time.monotonic()
        if now < self._look_at:
            return
        for sending in [each for each in self._sendings if each.deadline <= now]:
            if sending.state is _State.WRITING:
                self._end(sending, is_whole=False)
            else:
                self._go_on(sending)
        self._look_at = min((each.deadline for each in self._sendings), default=float("inf"))

    def _begin(self, sending: _Sending) -> None:
        self._sendings.add(sending)
        self._selector.register(sending.connection.sock, selectors.EVENT_READ, sending)
        sending.response.wake_by(partial(self._wake, sending))
        self._go_on(sending)

    def _look(self, sending: _Sending) -> None:
        """It was woken. Whoever writes or is asked about looks by themselves, afterwards."""
        sending.is_woken = False
        if sending.state is _State.WAITING:
            self._go_on(sending)

    def _notice(self, sending: _Sending, events: int) -> None:
        """The client has sent something, has closed, or can be written to."""
        if sending.state is not _State.OVER and events & selectors.EVENT_READ:
            self._read(sending)
        if (
            sending.state is _State.WRITING
            and events & selectors.EVENT_WRITE
            and self._write(sending)
        ):
            self._selector.modify(sending.connection.sock, selectors.EVENT_READ, sending)
            self._go_on(sending)

    def _read(self, sending: _Sending) -> None:
        """What a client sends ahead is of no use: nothing more comes on this connection."""
        try:
            has_hung_up = not os.read(sending.connection.sock.fileno(), _READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            has_hung_up = True
        if has_hung_up:
            self._end(sending, is_whole=False)

    # --- the steps -------------------------------------------------------------------------------

    def _go_on(self, sending: _Sending, answer: Answer = None) -> None:
        """Take steps for as long as nothing has to be waited for."""
        try:
            while self._take(sending, sending.response.next_step(answer)):
                answer = None
        except Exception as error:
            _LOG.error("a long response failed", exc_info=error)
            self._end(sending, is_whole=False)

    def _take(self, sending: _Sending, step: Step | None) -> bool:
        """Whether the next step may be taken at once."""
        match step:
            case None:
                self._end(sending, is_whole=True)
            case Wait():
                sending.state = _State.WAITING
                self._set_deadline(sending, step.seconds)
            case Question():
                self._ask(sending)
            case _:
                return self._send(sending, step)
        return False

    def _ask(self, sending: _Sending) -> None:
        """One thread at a time: the question before may be unanswered still, but was put before
        what has made this one necessary.
        """
        sending.state = _State.ASKING
        self._set_deadline(sending, _PATIENCE)
        sending.is_asked_again = sending.is_asked
        if not sending.is_asked:
            sending.is_asked = True
            self._pool.submit(self._find_answer, sending)

    def _find_answer(self, sending: _Sending) -> None:
        """In a thread that may wait."""
        answer: Answer = None
        try:
            answer = sending.response.answer()
        except Exception as error:
            _LOG.error("a long response could not be asked about", exc_info=error)
        self._call(partial(self._answered, sending, answer))

    def _answered(self, sending: _Sending, answer: Answer) -> None:
        sending.is_asked = False
        if sending.state is _State.ASKING and sending.is_asked_again:
            self._ask(sending)
        elif sending.state is _State.ASKING:
            self._go_on(sending, answer)
        elif answer is False and sending.state is not _State.OVER:  # late, and true all the same
            self._end(sending, is_whole=sending.state is _State.WAITING)

    def _send(self, sending: _Sending, piece: bytes) -> bool:
        """Whether all of it is sent."""
        sending.unsent = b"%X\r\n%b\r\n" % (len(piece), piece) if sending.is_chunked else piece
        if self._write(sending):
            return True
        if sending.state is not _State.OVER:
            sending.state = _State.WRITING
            self._set_deadline(sending, self._write_seconds)
            self._selector.modify(sending.connection.sock, _BOTH, sending)
        return False

    def _write(self, sending: _Sending) -> bool:
        """Whether nothing is left."""
        try:
            count = os.write(sending.connection.sock.fileno(), sending.unsent)
        except BlockingIOError:
            return False
        except OSError:
            self._end(sending, is_whole=False)
            return False
        sending.unsent = sending.unsent[count:]
        return not sending.unsent

    def _set_deadline(self, sending: _Sending, seconds: float) -> None:
        sending.deadline = time.monotonic() + seconds
        self._look_at = min(self._look_at, sending.deadline)

    # --- the end ---------------------------------------------------------------------------------

    def _end(self, sending: _Sending, *, is_whole: bool) -> None:
        """Close at once, whatever the client does. That the place is free is stored before the
        connection goes back: a process that is to end waits for its connections.
        """
        sending.state = _State.OVER
        self._sendings.discard(sending)
        with suppress(KeyError, ValueError):
            self._selector.unregister(sending.connection.sock)
        with suppress(OSError):
            if is_whole and sending.is_chunked:
                os.write(sending.connection.sock.fileno(), _LAST_CHUNK)
            sending.connection.sock.shutdown(socket.SHUT_RDWR)
        if not self._is_stopped:
            self._pool.submit(self._leave, sending)

    def _leave(self, sending: _Sending) -> None:
        """In a thread that may wait."""
        try:
            sending.response.leave()
        except Exception as error:
            _LOG.error("a long response could not free its place", exc_info=error)
        if not self._is_stopped:
            self._give_back(sending.connection)
