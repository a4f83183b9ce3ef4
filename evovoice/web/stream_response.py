"""The response that goes on: begun in its request's thread, and sent further by whoever can."""

import select
import socket
from collections.abc import Iterator
from contextlib import suppress

from flask import Response, request

from evovoice.web.event_stream import EventStream
from evovoice.web.hand_over import HAND_OVER, Answer, HandOver, Question, Wait
from evovoice.web.servicestack.addresses import address
from evovoice.web.servicestack.formats.kinds import STREAM_TYPE
from evovoice.web.servicestack.responses import no_content


def stream_response(stream: EventStream) -> Response:
    """The response that goes on; of a HEAD only its beginning, of a one-way request nothing."""
    if address().is_one_way:
        stream.leave()
        return no_content()
    pieces = _Pieces(stream, request.environ.get(HAND_OVER), request.environ.get("gunicorn.socket"))
    response = Response(iter(pieces), content_type=STREAM_TYPE)
    response.headers["X-Accel-Buffering"] = "no"  # nginx would wait for more before it sends
    response.call_on_close(pieces.close)
    return response


class _Pieces:
    """What the thread of the request sends: up to the first wait where the server goes on from
    there, everything under any other.
    """

    def __init__(
        self, stream: EventStream, hand_over: HandOver | None, connection: socket.socket | None
    ) -> None:
        self._stream, self._hand_over, self._connection = stream, hand_over, connection
        self._has_begun = self._is_handed_over = False

    def __iter__(self) -> Iterator[bytes]:
        self._has_begun = True
        answer: Answer = None
        with self._stream.news() as wait:
            while (step := self._stream.next_step(answer)) is not None:
                answer = None
                match step:
                    case bytes():
                        yield step
                    case Question():
                        answer = self._stream.answer()
                    case Wait() if self._hand_over is not None:
                        self._is_handed_over = True
                        self._hand_over(self._stream)
                        return
                    case Wait():
                        wait(step.seconds)
                        if self._connection is not None and has_hung_up(self._connection):
                            return

    def close(self) -> None:
        """Free the place. All is sent by then, and nothing more comes on this connection: kept
        open, it would keep a process waiting that is to end.
        """
        if self._is_handed_over:
            return
        self._stream.leave()
        if self._connection is not None and self._has_begun:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)


def has_hung_up(connection: socket.socket) -> bool:
    """Whether the client is gone; a write finds that out only the second time."""
    poll = select.poll()
    try:
        poll.register(connection, select.POLLIN)
        return bool(poll.poll(0)) and connection.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True
