"""<Enqueue> and <Leave>: a call waits in a queue, with music or its own document."""

from collections.abc import Callable

from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.document_context import QUEUE_WAIT
from evovoice.emulator.engine.hold_audio import HoldAudio
from evovoice.emulator.engine.sound_verbs import press
from evovoice.emulator.engine.voice_network import Execution, VoiceNetwork
from evovoice.emulator.state.call_queue import DEFAULT_SIZE, CallQueue
from evovoice.emulator.state.clock import whole_seconds
from evovoice.emulator.state.leg import Leg, StopCause
from evovoice.emulator.state.messages import Params

_NAME_LENGTH = 64


class Queued:
    """The time a leg spends in the queue, and the conversation that ends it."""

    def __init__(self, executor: Execution, verb: Verb, queue: CallQueue) -> None:
        self.leg = executor.leg
        self.entered = executor.network.now
        self._executor = executor
        self._verb = verb
        self._queue = queue
        self._gone: Callable[[], None] | None = None  # somebody talks to this call
        self._left_after: int | None = None
        self._music: HoldAudio | None = None
        self.talks_to: Leg | None = None

    def start(self) -> None:
        """Queue up; whoever waits for a call gets this one."""
        queue, url = self._queue, self._verb.get("waitUrl")
        queue.members.append(self)
        if queue.seekers:
            queue.seekers.pop(0).offer(self)
        elif url:
            self._music = HoldAudio(
                self._executor.network, self.leg, "queue-wait", allowed=QUEUE_WAIT
            )
            self._music.extra = lambda: queue.describe(self, self._executor.network.now)
            self._music.owner = self
            address = self._executor.resolve(url)
            self._music.play(address, self._verb.method("waitUrlMethod"))

    def press(self, digits: str) -> bool:
        """Keys go to the wait document."""
        executor = self._music.executor if self._music else None
        return executor is not None and press(executor, digits)

    def taken(self, gone: Callable[[], None]) -> None:
        """R: out of the queue and into a conversation."""
        self._step_out()
        self._gone = gone

    def connected_to(self, leg: Leg) -> None:
        """The two talk from now on."""
        self.talks_to = leg

    @property
    def hears_music(self) -> bool:
        """Twilio's own, where the application has none to wait with."""
        return self._left_after is None and self._verb.get("waitUrl") is None

    def released(self) -> None:
        """The other side went: on to the action or the next verb."""
        self._gone = self.talks_to = None
        self._go_on("bridged")

    def leave(self) -> None:
        """<Leave>, or no way to wait."""
        self._step_out()
        self._go_on("leave")

    def abandon(self, cause: StopCause) -> None:
        """Hung up or redirected: the action is requested and its answer ignored."""
        result = "hangup" if cause == "hang-up" else "redirected"
        gone, self._gone = self._gone, None
        if gone is not None:
            result = "bridged" if cause == "hang-up" else "redirected-from-bridged"
        self._step_out()
        self._ask_in_vain(result)
        if gone is not None:
            gone()

    def _step_out(self) -> None:
        now = self._executor.network.now
        if self._left_after is None:
            self._left_after = whole_seconds(self.entered, now)
        self._queue.leave(self, now)
        if self._music is not None:
            self._music.stop()

    def _go_on(self, result: str) -> None:
        self._executor.after(self._verb, self._report(result))

    def _ask_in_vain(self, result: str) -> None:
        if self._verb.get("action") is not None:
            url = self._executor.resolve(self._verb.attributes["action"])
            report = self._report(result)
            self._executor.ask_without_effect(url, self._verb.method(), "action", report)

    def _report(self, result: str) -> Params:
        return (
            ("QueueResult", result),
            ("QueueSid", self._queue.sid),
            ("QueueTime", str(self._left_after or 0)),
        )


def enqueue(executor: Execution, verb: Verb) -> bool:
    """Queue up under that name; the queue is made when it is not there."""
    network = executor.network
    if len(verb.text) > _NAME_LENGTH:
        network.alert(14205, "Enqueue: Queue name too long", executor.leg.sid)
        executor.after(verb, (("QueueResult", "error"),))
        return False
    queue = _queue(network, verb.text)
    if len(queue.members) >= verb.number("maxQueueSize", DEFAULT_SIZE):
        executor.after(verb, (("QueueResult", "queue-full"), ("QueueSid", queue.sid)))
        return False
    queued = Queued(executor, verb, queue)
    executor.activity = queued
    queued.start()
    return False


def _queue(network: VoiceNetwork, name: str) -> CallQueue:
    queue = network.queues.get(name)
    if queue is None:
        queue = network.queues[name] = CallQueue(network.sids.new("QU"), name)
    return queue


def leave(executor: Execution, verb: Verb) -> bool:  # noqa: ARG001 - a handler's signature
    """Out of the queue, from inside its wait document; elsewhere it does nothing."""
    owner = executor.owner
    if not isinstance(owner, Queued):
        return True
    owner.leave()
    return False
