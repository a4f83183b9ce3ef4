"""Server-Sent Events: what a console that listens is sent, as long as it listens (C73-C76)."""

import select
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from flask import Response, request

from evovoice.domain.values import User
from evovoice.services.errors import NotSignedIn, Refusal
from evovoice.services.live.change_notifier import Wait
from evovoice.services.live.feed_page import Event, MemberEvent
from evovoice.services.live.listener import YIELDED, Listener
from evovoice.services.live.live_feed import LiveFeed
from evovoice.storage.unit_of_work import DatabaseUnavailable
from evovoice.web.dto.push_notification import (
    PushNotification,
    PushNotificationSchema,
    push_notification,
)
from evovoice.web.dto.session_info import log_line
from evovoice.web.dto.session_schemas import SessionEventSchema
from evovoice.web.enums import PushNotificationTypes
from evovoice.web.hang_ups import HangUps
from evovoice.web.servicestack.addresses import address
from evovoice.web.servicestack.formats.json_format import write_json
from evovoice.web.servicestack.formats.kinds import STREAM_TYPE
from evovoice.web.servicestack.responses import no_content

_PING_EVERY = timedelta(seconds=15)
_OPENING = b"retry: 2000\n"
_PING = b'event: Ping\ndata: {"type":"Ping"}\n\n'
_LONGEST_ID = 18  # digits that any database holds
_NOT_OURS = 0  # an id older than all there are
_UNKNOWN = -1
_SHAPE, _LINE = PushNotificationSchema(), SessionEventSchema()
_YIELDS = PushNotification(
    type=PushNotificationTypes.TOAST.value,
    title="Not listening any more",
    body="You have opened more event streams than one user may have, so the oldest has ended."
    " Close another page of yours, then load this one again.",
)
_HANG_UPS = HangUps()


def write_event(event: Event | MemberEvent) -> bytes:
    """That event as it is sent; its JSON is one line, for it escapes every line break."""
    if isinstance(event, MemberEvent):
        data = write_json(_LINE.dump(log_line(event.session_id, event.sequence, event.line)))
        return f"event: {event.line.type}\ndata: {data}\n\n".encode()
    data = write_json(_SHAPE.dump(push_notification(event)))
    return f"id: {event.id}\nevent: {event.kind}\ndata: {data}\n\n".encode()


def last_event_id() -> int | None:
    """The id a client that comes back has heard last; one we never gave is older than all."""
    text = request.headers.get("Last-Event-ID", "").strip()
    if not text:
        return None
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID
    return int(text) if is_number else _NOT_OURS


def has_yielded(last_id: int | None) -> bool:
    """Whether a client that comes back with that id was told that its stream has yielded."""
    return last_id is not None and last_id >= YIELDED


class EventStream:
    """What one client is sent, piece by piece. `authenticate` checks the credentials again.

    The place in the feed is taken when this is made; `close` frees it, sent or not.
    """

    def __init__(
        self, feed: LiveFeed, listener: Listener, clock: Callable[[], datetime],
        authenticate: Callable[[], User],
    ) -> None:  # fmt: skip
        self._feed, self._listener, self._clock = feed, listener, clock
        self._authenticate = authenticate
        self._connection: socket.socket | None = request.environ.get("gunicorn.socket")
        self._told = _UNKNOWN  # the id that the client knows of
        self._has_begun = False

    def close(self) -> None:
        """Free the place. All is sent by then, and nothing more comes on this connection: kept
        open, it would keep a process waiting that is to end.
        """
        self._feed.leave(self._listener)
        if self._connection is not None and self._has_begun:
            _HANG_UPS.forget(self._connection)
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    def __iter__(self) -> Iterator[bytes]:
        """Everything, until the stream's time is over or the client is not let in any more."""
        self._has_begun = True
        if self._connection is not None:
            _HANG_UPS.watch(self._connection, self._end)
        try:
            self._feed.begin(self._listener)
            yield _OPENING + (b"\n" if self._listener.gap else self._mark(self._listener.start))
            yield from filter(None, self._feed.missed(self._listener))
            with self._feed.notifier.subscribe(self._listener.id) as wait:
                yield from self._live(wait)
        except DatabaseUnavailable:  # what was missed cannot be read now: they come back for it
            return

    def _live(self, wait: Wait) -> Iterator[bytes]:
        next_ping = self._clock() + _PING_EVERY
        while not self._has_ended():
            if self._is_refused():
                return
            text, heard = self._listener.take()
            if text:
                self._told = _UNKNOWN  # the last event's, and more may be dealt with
                yield text
            now = self._clock()
            if now >= next_ping:
                next_ping = now + _PING_EVERY
                if not self._is_authorized():
                    return
                yield self._mark(heard) + _PING
            elif not text:
                wait((min(next_ping, self._listener.until) - now).total_seconds())
        if self._listener.has_yielded and not self._is_refused():
            yield self._farewell()

    def _end(self) -> None:
        """Called when the client has closed the connection."""
        self._listener.is_over = True
        self._feed.notifier.notify(self._listener.id)

    def _has_ended(self) -> bool:
        is_over = self._listener.is_over or self._clock() >= self._listener.until
        return is_over or (self._connection is not None and has_hung_up(self._connection))

    def _is_refused(self) -> bool:
        """Asked before each piece, of the credentials only where the feed has told that what let
        this user in has changed: then who cannot prove at once that they still may listen goes.
        """
        if not self._listener.is_doubted:
            return False
        self._listener.is_doubted = False  # before it is asked: what is told meanwhile counts
        try:
            self._listener.interest.user = self._authenticate()
        except (Refusal, DatabaseUnavailable):
            return True
        return False

    def _farewell(self) -> bytes:
        """What is left, and an event that says why nothing more comes, for a person to read.

        Its id is what an EventSource comes back with, and is turned away for good by.
        """
        text, heard = self._listener.take()
        data = write_json(_SHAPE.dump(_YIELDS))
        said = f"id: {YIELDED + heard}\nevent: {_YIELDS.type}\ndata: {data}\n\n"
        return text + said.encode()

    def _is_authorized(self) -> bool:
        """Asked with each ping: a key may be revoked, a role taken away."""
        try:
            self._listener.interest.user = self._authenticate()
        except NotSignedIn:
            return False
        except (Refusal, DatabaseUnavailable):
            pass  # nobody can tell right now: as before
        return True

    def _mark(self, heard: int) -> bytes:
        """An id without an event, which clients only remember: all up to it is dealt with.

        Else a client to whom nothing has happened for long would come back with an id that is
        too old.
        """
        if heard == self._told:
            return b""
        self._told = heard
        return f"id: {heard}\n\n".encode()


def stream_response(stream: EventStream) -> Response:
    """The response that goes on; of a HEAD only its beginning, of a one-way request nothing."""
    if address().is_one_way:
        stream.close()
        return no_content()
    response = Response(iter(stream), content_type=STREAM_TYPE)
    response.headers["X-Accel-Buffering"] = "no"  # nginx would wait for more before it sends
    response.call_on_close(stream.close)
    return response


def has_hung_up(connection: socket.socket) -> bool:
    """Whether the client is gone; a write finds that out only the second time."""
    poll = select.poll()
    try:
        poll.register(connection, select.POLLIN)
        return bool(poll.poll(0)) and connection.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True
