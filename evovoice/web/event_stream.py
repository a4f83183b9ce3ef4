"""Server-Sent Events: what a console that listens is sent, as long as it listens (C73-C76)."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from flask import request

from evovoice.domain.values import User
from evovoice.services.errors import NotSignedIn, Refusal
from evovoice.services.live.change_notifier import Wait as Pause
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
from evovoice.web.hand_over import Answer, Question, Step, Wait
from evovoice.web.servicestack.formats.json_format import write_json

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
    """What one client is sent, step by step; a `LongResponse`, whoever sends it.

    Steps up to the first `Wait` may take long, as they read what was missed; those after it never
    do. `authenticate` checks the credentials again. The place in the feed is taken when this is
    made; `leave` frees it, sent or not.
    """

    def __init__(
        self, feed: LiveFeed, listener: Listener, clock: Callable[[], datetime],
        authenticate: Callable[[], User],
    ) -> None:  # fmt: skip
        self._feed, self._listener, self._clock = feed, listener, clock
        self._authenticate = authenticate
        self._told = _UNKNOWN  # the id that the client knows of
        self._steps = self._all_steps()

    def next_step(self, answer: Answer = None) -> Step | None:
        """What is to be done now, None: the stream's time is over, or the client is not let in
        any more. `answer`: to the question that came last.
        """
        try:
            return self._steps.send(answer)
        except StopIteration:
            return None

    def answer(self) -> Answer:
        """Whether the client is still let in; None where nobody can tell right now."""
        try:
            self._listener.interest.user = self._authenticate()
        except NotSignedIn:
            return False
        except (Refusal, DatabaseUnavailable):
            return None
        return True

    def news(self) -> AbstractContextManager[Pause]:
        """In the block, the given function waits for what happens, for so many seconds."""
        return self._feed.notifier.subscribe(self._listener.id)

    def wake_by(self, wake: Callable[[], None]) -> None:
        """From now on call `wake` whenever something has happened; it never blocks."""
        self._listener.wake = wake

    def leave(self) -> None:
        """Free the place; a second time is harmless."""
        self._feed.leave(self._listener)

    def _all_steps(self) -> Generator[Step, Answer, None]:
        try:
            self._feed.begin(self._listener)
            yield _OPENING + (b"\n" if self._listener.gap else self._mark(self._listener.start))
            yield from filter(None, self._feed.missed(self._listener))
        except DatabaseUnavailable:  # what was missed cannot be read now: they come back for it
            return
        yield from self._live()

    def _live(self) -> Generator[Step, Answer, None]:
        next_ping = self._clock() + _PING_EVERY
        while not self._has_ended():
            if (yield from self._is_refused()):
                return
            text, heard = self._listener.take()
            if text:
                self._told = _UNKNOWN  # the last event's, and more may be dealt with
                yield text
            now = self._clock()
            if now >= next_ping:
                next_ping = now + _PING_EVERY
                # asked with each ping: a key may be revoked, a role taken away
                if (yield Question.IS_LET_IN) is False:
                    return
                yield self._mark(heard) + _PING
            elif not text:
                yield Wait((min(next_ping, self._listener.until) - now).total_seconds())
        if self._listener.has_yielded and not (yield from self._is_refused()):
            yield self._farewell()

    def _has_ended(self) -> bool:
        return self._listener.is_over or self._clock() >= self._listener.until

    def _is_refused(self) -> Generator[Step, Answer, bool]:
        """Asked before each piece, of the credentials only where the feed has told that what let
        this user in has changed: then who cannot prove at once that they still may listen goes.
        """
        if not self._listener.is_doubted:
            return False
        self._listener.is_doubted = False  # before it is asked: what is told meanwhile counts
        return (yield Question.IS_LET_IN) is not True

    def _farewell(self) -> bytes:
        """What is left, and an event that says why nothing more comes, for a person to read.

        Its id is what an EventSource comes back with, and is turned away for good by.
        """
        text, heard = self._listener.take()
        data = write_json(_SHAPE.dump(_YIELDS))
        said = f"id: {YIELDED + heard}\nevent: {_YIELDS.type}\ndata: {data}\n\n"
        return text + said.encode()

    def _mark(self, heard: int) -> bytes:
        """An id without an event, which clients only remember: all up to it is dealt with.

        Else a client to whom nothing has happened for long would come back with an id that is
        too old.
        """
        if heard == self._told:
            return b""
        self._told = heard
        return f"id: {heard}\n\n".encode()
