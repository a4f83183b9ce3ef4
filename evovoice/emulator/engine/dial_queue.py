"""<Dial><Queue>: talk to the first call of a queue, or wait until there is one."""

from functools import partial

from evovoice.emulator.engine.dial_legs import request_in_vain
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.document_context import SOUNDS_ONLY, DocumentContext
from evovoice.emulator.engine.formats import boolean
from evovoice.emulator.engine.twiml_executor import TwimlExecutor
from evovoice.emulator.engine.voice_network import Execution
from evovoice.emulator.state.call_queue import CallQueue, Waiting
from evovoice.emulator.state.clock import whole_seconds
from evovoice.emulator.state.leg import Leg, StopCause
from evovoice.emulator.state.messages import Params

_DIAL_TIMEOUT = 30


class TakingFromQueue:
    """One performance of the Dial verb on the leg that dialled the queue."""

    def __init__(self, executor: Execution, verb: Verb, noun: Verb, queue: CallQueue) -> None:
        self._executor = executor
        self._verb = verb
        self._noun = noun
        self._queue = queue
        self._partner: Waiting | None = None
        self._since: int | None = None
        self._whisper: TwimlExecutor | None = None
        patience = verb.number("timeout", _DIAL_TIMEOUT)
        clock = executor.network.clock
        self._timer = clock.after(patience, partial(self._leave, "no-answer"), limit=True)

    def start(self) -> None:
        """Take the first one, or stand by."""
        if self._queue.members:
            self.offer(self._queue.members[0])
        else:
            self._queue.seekers.append(self)

    def offer(self, one: Waiting) -> None:
        """Here is a call; a document may come first, for its ears alone."""
        self._timer.cancel()
        self._partner = one
        one.taken(self._partner_gone)
        url = self._noun.get("url")
        if not url:
            self._bridge()
            return
        context = DocumentContext(self._bridge, self._bridge, SOUNDS_ONLY, 12200)
        self._whisper = TwimlExecutor(self._executor.network, one.leg, context)
        self._whisper.extra = (("QueueSid", self._queue.sid),)
        self._whisper.open(self._executor.resolve(url), self._noun.method(), "whisper")

    @property
    def talks_to(self) -> Leg | None:
        """The call of the queue, once the two are connected."""
        return self._partner.leg if self._partner and self._since is not None else None

    def abandon(self, cause: StopCause) -> None:
        """This side is gone: the other one goes on with its own document."""
        self._stand_down()
        partner, self._partner = self._partner, None
        report = self._report("completed" if partner else "canceled", partner)
        request_in_vain(self._executor, self._verb, report, cause)
        if partner is not None:
            partner.released()

    def _bridge(self) -> None:
        if self._partner is None:
            return
        self._since = self._executor.network.now
        self._partner.connected_to(self._executor.leg)
        seconds = self._verb.number("timeLimit", 0)
        if seconds:
            clock = self._executor.network.clock
            self._timer = clock.after(seconds, self._time_is_up, limit=True)

    def _time_is_up(self) -> None:
        """The Dial is over: both go on with their documents."""
        partner, self._partner = self._partner, None
        self._stand_down()
        self._executor.after(self._verb, self._report("completed", partner))
        if partner is not None:
            partner.released()

    def _partner_gone(self) -> None:
        partner, self._partner = self._partner, None
        self._stand_down()
        self._executor.after(self._verb, self._report("completed", partner))

    def _leave(self, status: str) -> None:
        self._stand_down()
        self._executor.after(self._verb, self._report(status, None))

    def _stand_down(self) -> None:
        self._timer.cancel()
        if self._whisper is not None:
            self._whisper.stop("redirect")
        if self in self._queue.seekers:
            self._queue.seekers.remove(self)

    def _report(self, status: str, partner: Waiting | None) -> Params:
        queue = (("QueueSid", self._queue.sid), ("DialBridged", boolean(self._since is not None)))
        if partner is None or self._since is None:
            return (("DialCallStatus", status), *queue)
        seconds = whole_seconds(self._since, self._executor.network.now)
        return (
            ("DialCallStatus", status),
            ("DialCallSid", partner.leg.sid),
            ("DialCallDuration", str(seconds)),
            *queue,
        )


def dial_queue(executor: Execution, verb: Verb, noun: Verb) -> bool:
    """A queue that was never made cannot be dialled."""
    queue = executor.network.queues.get(noun.text)
    if queue is None:
        executor.after(verb, (("DialCallStatus", "failed"), ("DialBridged", "false")))
        return False
    taking = TakingFromQueue(executor, verb, noun, queue)
    executor.activity = taking
    taking.start()
    return False
