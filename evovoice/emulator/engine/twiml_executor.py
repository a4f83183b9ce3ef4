"""Executes TwiML on one leg: fetches a document, performs its verbs, goes on where it leads."""

from collections.abc import Callable
from functools import partial

from evovoice.emulator.engine import call_lifecycle
from evovoice.emulator.engine.document import Document, DocumentError, Verb
from evovoice.emulator.engine.document_context import NO_DIAL, DocumentContext
from evovoice.emulator.engine.failures import failure_code, is_failure
from evovoice.emulator.engine.parsing import parse
from evovoice.emulator.engine.voice_network import Activity, VoiceNetwork
from evovoice.emulator.engine.voice_request import voice_params
from evovoice.emulator.engine.web_addresses import joined
from evovoice.emulator.engine.webhook_sender import describe
from evovoice.emulator.state.leg import Leg, StopCause
from evovoice.emulator.state.messages import (
    DeliveryKind,
    NoResponse,
    Params,
    Reply,
    WebhookResponse,
)

_DO_NOT_ANSWER = frozenset({"Reject", "Redirect"})
_TWIML = frozenset({"text/xml", "application/xml", "text/html"})
_MOST_AT_ONCE = 100


class TwimlExecutor:
    """A leg's own document, or with a `context` one that plays beside it."""

    def __init__(
        self, network: VoiceNetwork, leg: Leg, context: DocumentContext | None = None
    ) -> None:
        self.network = network
        self.leg = leg
        self.live = True
        self.activity: Activity | None = None
        self.base_url: str | None = None
        self.context = context or _main(network, leg)
        self.extra: Params = ()  # added to every request for another document
        self.owner: object = None  # the queue place whose wait document this is
        self.ran_since = network.now
        self._verbs: tuple[Verb, ...] = ()
        self._position = 0
        self._asked_at = network.now
        self._asked = 0  # documents asked for in this very moment

    def whisper(self, leg: Leg, finished: Callable[[], None]) -> "TwimlExecutor":
        """A document for the called party alone, before the two are bridged (R14)."""
        end = partial(call_lifecycle.end, self.network, leg, "completed")

        def done() -> None:
            leg.executor = None
            finished()

        leg.executor = TwimlExecutor(
            self.network, leg, DocumentContext(done, end, NO_DIAL, 13201, stops=True)
        )
        return leg.executor

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
        if self._runs_in_circles():
            self._alert(0, f"{url}: documents lead to each other without end", url)
            self._give_up()
            return
        base = voice_params(self.network, self.leg) if params is None else params
        arrived = partial(self._arrived, url, kind)
        fields = (*base, *self.extra, *extra)
        self.network.webhook_sender.send(kind, url, method, fields, arrived, call_sid=self.leg.sid)

    def _runs_in_circles(self) -> bool:
        """Twilio goes on for ever; where no time passes, nobody would ever wake up."""
        if self._asked_at != self.network.now:
            self._asked_at, self._asked = self.network.now, 0
        self._asked += 1
        return self._asked > _MOST_AT_ONCE

    def run(self, document: Document, base_url: str | None) -> None:
        """Perform the document from its first verb."""
        for finding in document.findings:
            self._alert(finding.code, finding.text, base_url)
        self._verbs = document.verbs
        self._position = 0
        self.base_url = base_url
        self.ran_since = self.network.now
        self.proceed()

    def proceed(self) -> None:
        """Go on with the next verb, until one takes time."""
        self.activity = None
        while self.live and self._position < len(self._verbs):
            verb = self._verbs[self._position]
            self._position += 1
            if not self._perform(verb):
                return
        if self.live:
            self.live = False
            self.context.finished()

    def _perform(self, verb: Verb) -> bool:
        handler = self.network.verbs.get(verb.name)
        if handler is None:
            return True
        if verb.name not in self.context.allowed:
            return self._refuse(verb)
        self._pick_up(verb)
        return handler(self, verb)

    def _refuse(self, verb: Verb) -> bool:
        """R14, R25: this verb has no place in a document of this kind."""
        self._alert(self.context.code, f"<{verb.name}> is not allowed here", self.base_url)
        if self.context.stops:
            self.live = False
            self.context.failed()
        return not self.context.stops

    def _pick_up(self, verb: Verb) -> None:
        if self.leg.answered or verb.name in _DO_NOT_ANSWER:
            return
        on_bridge = verb.flag("answerOnBridge") and not verb.named("Conference", "Queue")
        if not (on_bridge and self._rings_on()):
            call_lifecycle.pick_up(self.network, self.leg)

    def _rings_on(self) -> bool:
        """Whether answerOnBridge leaves the caller ringing; a page sees that it does (R68)."""
        return self.leg.has_page or self.network.choices.answer_on_bridge_rings

    def next_verb(self) -> Verb | None:
        """The verb after the one being performed."""
        return self._verbs[self._position] if self._position < len(self._verbs) else None

    def after(self, verb: Verb, params: Params) -> None:
        """Leave a verb: to its action if it has one, else to the next verb (R8)."""
        if verb.get("action") is None:
            self.proceed()
        else:
            self.open(self.resolve(verb.attributes["action"]), verb.method(), "action", params)

    def ask_without_effect(self, url: str, method: str, kind: DeliveryKind, extra: Params) -> None:
        """R6, R7: the request is made, the TwiML of its answer is ignored."""
        params = (*voice_params(self.network, self.leg), *extra)
        note = partial(self._note_failure, url)
        self.network.webhook_sender.send(kind, url, method, params, note, call_sid=self.leg.sid)

    def resolve(self, url: str) -> str:
        """Relative addresses count from the document's own."""
        if self.base_url is None and "://" not in url:
            self.network.alert(15004, f"relative URL in inline TwiML: {url!r}", self.leg.sid)
        return joined(self.base_url, url)

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
            self._alert(error.code, f"{url}: {error.text}", url)
            self._fall_back(url, kind, error.code)
        else:
            self.run(document, _home(reply) or url)

    def _alert(self, code: int, text: str, url: str | None) -> None:
        self.network.alert(code, text, self.leg.sid, {"url": url} if url else None)

    def _note_failure(self, url: str, reply: Reply) -> None:
        if is_failure(reply):
            self.network.alert(failure_code(reply), f"{url}: {describe(reply)}", self.leg.sid)

    def _fall_back(self, url: str, kind: DeliveryKind, code: int) -> None:
        """R51: the fallback address once, else the application error and the end of the call."""
        if self.context.is_main and self.leg.fallback is not None and kind != "fallback":
            address, method = self.leg.fallback
            extra = (("ErrorCode", str(code)), ("ErrorUrl", url))
            self.open(address, method, "fallback", extra)
        else:
            self._give_up()

    def _give_up(self) -> None:
        self.live = self.context.is_main  # whoever fails alone is done; a leg's end stops it
        self.context.failed()


def _main(network: VoiceNetwork, leg: Leg) -> DocumentContext:
    def failed() -> None:
        call_lifecycle.end(network, leg, "completed" if leg.answered else "failed")

    return DocumentContext(
        partial(call_lifecycle.end, network, leg, "completed"), failed, is_main=True
    )


def _home(reply: Reply) -> str | None:
    return reply.url if isinstance(reply, WebhookResponse) else None


def _read(reply: Reply) -> Document:
    """TwiML, sound, or words to be read aloud; after the latter two the call is over (10.3)."""
    if isinstance(reply, NoResponse) or is_failure(reply):
        raise DocumentError(failure_code(reply), describe(reply))
    kind = reply.content_type.partition(";")[0].strip().lower()
    if kind.startswith("audio/"):
        return Document((Verb("Play", {}, "", ()),))
    if kind == "text/plain":
        return Document((Verb("Say", {}, reply.body.strip(), ()),))
    if kind not in _TWIML:
        raise DocumentError(12300, "Invalid Content-Type")
    return parse(reply.body)
