"""TwiML running on one leg: fetch a document, perform its verbs, go on where it leads."""

from collections.abc import Callable
from functools import partial
from typing import Protocol
from urllib.parse import urljoin

from evovoice.emulator.engine import lines
from evovoice.emulator.engine.courier import Params, describe
from evovoice.emulator.engine.document import Document, DocumentError, Verb, parse
from evovoice.emulator.engine.leg import Leg, StopCause
from evovoice.emulator.engine.messages import Answer, DeliveryKind, NoAnswer, Reply
from evovoice.emulator.engine.overrides import is_failure
from evovoice.emulator.engine.verbs import DOES_NOT_ANSWER, perform
from evovoice.emulator.engine.voice_request import voice_params
from evovoice.emulator.engine.world import World

_FETCH_CODES = {"connect": 11205, "timeout": 11205, "reset": 11200}


class Activity(Protocol):
    """What a leg is doing inside one verb."""

    def abandon(self, cause: StopCause) -> None:
        """The leg is taken away in the middle of it."""


class Script:
    """`finished` is what happens after the last verb; by default the leg is hung up."""

    def __init__(self, world: World, leg: Leg, finished: Callable[[], None] | None = None) -> None:
        self.world = world
        self.leg = leg
        self.live = True
        self.activity: Activity | None = None
        self.base_url: str | None = None
        self._verbs: Document = ()
        self._position = 0
        self._is_whisper = finished is not None
        self._finished = finished or partial(lines.end, world, leg, "completed")

    def whisper(self, leg: Leg, finished: Callable[[], None]) -> "Script":
        """A document for the called party alone, before the two are bridged."""
        script = Script(self.world, leg, finished)
        leg.script = script
        return script

    def open(
        self,
        url: str,
        method: str,
        kind: DeliveryKind,
        extra: Params = (),
        params: Params | None = None,
    ) -> None:
        """Fetch the next document; nothing else happens on the leg meanwhile."""
        self._verbs = ()
        self.activity = None
        base = voice_params(self.world, self.leg) if params is None else params
        arrived = partial(self._arrived, url, kind)
        self.world.courier.send(kind, url, method, (*base, *extra), arrived, call_sid=self.leg.sid)

    def run(self, document: Document, base_url: str | None) -> None:
        """Perform the document from its first verb."""
        self._verbs = document
        self._position = 0
        self.base_url = base_url
        self.proceed()

    def proceed(self) -> None:
        """Go on with the next verb, until one takes time."""
        self.activity = None
        while self.live and self._position < len(self._verbs):
            verb = self._verbs[self._position]
            self._position += 1
            self._pick_up(verb)
            if not perform(self, verb):
                return
        if self.live:
            self.live = False
            if self._is_whisper:
                self.leg.script = None
            self._finished()

    def _pick_up(self, verb: Verb) -> None:
        if not self.leg.answered and verb.name not in DOES_NOT_ANSWER:
            lines.connect(self.world, self.leg)

    def next_verb(self) -> Verb | None:
        """The verb after the one being performed."""
        return self._verbs[self._position] if self._position < len(self._verbs) else None

    def after(self, verb: Verb, params: Params) -> None:
        """Leave Dial or Gather: to its action if it has one, else to the next verb (R8)."""
        if verb.get("action") is None:
            self.proceed()
        else:
            url = self.resolve(verb.attributes["action"])
            self.open(url, verb.get("method") or "POST", "action", params)

    def ask_without_effect(self, url: str, method: str, kind: DeliveryKind, extra: Params) -> None:
        """R6, R7: the request is made, the TwiML of its answer is ignored."""
        params = (*voice_params(self.world, self.leg), *extra)
        note = partial(self._note_failure, url)
        self.world.courier.send(kind, url, method, params, note, call_sid=self.leg.sid)

    def resolve(self, url: str) -> str:
        """Relative addresses count from the document's own."""
        if self.base_url is None and "://" not in url:
            self.world.alert(15004, f"relative URL in inline TwiML: {url!r}", self.leg.sid)
        return urljoin(self.base_url or "", url)

    def stop(self, cause: StopCause) -> None:
        """The leg hung up or got another document; late answers find nobody."""
        self.live = False
        activity, self.activity = self.activity, None
        if activity is not None:
            activity.abandon(cause)

    def _arrived(self, url: str, kind: DeliveryKind, reply: Reply) -> None:
        if not self.live:
            return
        try:
            document = _read(reply)
        except DocumentError as error:
            self.world.alert(error.code, f"{url}: {error.text}", self.leg.sid)
            self._fall_back(url, kind, error.code)
        else:
            self.run(document, url)

    def _note_failure(self, url: str, reply: Reply) -> None:
        if is_failure(reply):
            self.world.alert(11200, f"{url}: {describe(reply)}", self.leg.sid)

    def _fall_back(self, url: str, kind: DeliveryKind, code: int) -> None:
        """R51: the fallback address once, else the application error and the end of the call."""
        if self.leg.fallback is not None and kind != "fallback":
            address, method = self.leg.fallback
            extra = (("ErrorCode", str(code)), ("ErrorUrl", url))
            self.open(address, method, "fallback", extra)
        else:
            lines.end(self.world, self.leg, "completed" if self.leg.answered else "failed")


def _read(reply: Reply) -> Document:
    if isinstance(reply, NoAnswer):
        raise DocumentError(_FETCH_CODES[reply.reason], describe(reply))
    if is_failure(reply):
        raise DocumentError(11200, describe(reply))
    if not isinstance(reply, Answer) or not _is_xml(reply.content_type):
        raise DocumentError(12300, "Invalid Content-Type")
    return parse(reply.body)


def _is_xml(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind in {"text/xml", "application/xml", "text/html"}
