"""<Enqueue> and <Leave>: a call waits in a queue, with music or its own document."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from evovoice.emulator.engine.courier import Params
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.formats import whole_seconds
from evovoice.emulator.engine.leg import StopCause
from evovoice.emulator.engine.music import Music
from evovoice.emulator.engine.part import QUEUE_WAIT
from evovoice.emulator.engine.script import Script
from evovoice.emulator.engine.sound_verbs import press
from evovoice.emulator.engine.waiting_line import DEFAULT_SIZE, WaitingLine

if TYPE_CHECKING:
    from evovoice.emulator.engine.world import World

_NAME_LENGTH = 64


class Queued:
    """The time a leg spends in the queue, and the conversation that ends it."""

    def __init__(self, script: Script, verb: Verb, line: WaitingLine) -> None:
        self.leg = script.leg
        self.entered = script.world.now
        self._script = script
        self._verb = verb
        self._line = line
        self._gone: Callable[[], None] | None = None  # somebody talks to this call
        self._left_after: int | None = None
        self._music: Music | None = None

    def start(self) -> None:
        """Queue up; whoever waits for a call gets this one."""
        line, url = self._line, self._verb.get("waitUrl")
        line.members.append(self)
        if line.seekers:
            line.seekers.pop(0).offer(self)
        elif url:
            self._music = Music(self._script.world, self.leg, "queue-wait", allowed=QUEUE_WAIT)
            self._music.extra = lambda: line.describe(self, self._script.world.now)
            self._music.owner = self
            address = self._script.resolve(url)
            self._music.play(address, self._verb.method("waitUrlMethod"))

    def press(self, digits: str) -> bool:
        """Keys go to the wait document."""
        script = self._music.script if self._music else None
        return script is not None and press(script, digits)

    def taken(self, gone: Callable[[], None]) -> None:
        """R: out of the queue and into a conversation."""
        self._step_out()
        self._gone = gone

    def released(self) -> None:
        """The other side went: on to the action or the next verb."""
        self._gone = None
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
        now = self._script.world.now
        if self._left_after is None:
            self._left_after = whole_seconds(self.entered, now)
        self._line.leave(self, now)
        if self._music is not None:
            self._music.stop()

    def _go_on(self, result: str) -> None:
        self._script.after(self._verb, self._report(result))

    def _ask_in_vain(self, result: str) -> None:
        if self._verb.get("action") is not None:
            url = self._script.resolve(self._verb.attributes["action"])
            report = self._report(result)
            self._script.ask_without_effect(url, self._verb.method(), "action", report)

    def _report(self, result: str) -> Params:
        return (
            ("QueueResult", result),
            ("QueueSid", self._line.sid),
            ("QueueTime", str(self._left_after or 0)),
        )


def enqueue(script: Script, verb: Verb) -> bool:
    """Queue up under that name; the queue is made when it is not there."""
    world = script.world
    if len(verb.text) > _NAME_LENGTH:
        world.alert(14205, "Enqueue: Queue name too long", script.leg.sid)
        script.after(verb, (("QueueResult", "error"),))
        return False
    line = _line(world, verb.text)
    if len(line.members) >= verb.number("maxQueueSize", DEFAULT_SIZE):
        script.after(verb, (("QueueResult", "queue-full"), ("QueueSid", line.sid)))
        return False
    queued = Queued(script, verb, line)
    script.activity = queued
    queued.start()
    return False


def _line(world: "World", name: str) -> WaitingLine:
    line = world.lines.get(name)
    if line is None:
        line = world.lines[name] = WaitingLine(world.sids.new("QU"), name)
    return line


def leave(script: Script, verb: Verb) -> bool:  # noqa: ARG001 - a handler's signature
    """Out of the queue, from inside its wait document; elsewhere it does nothing."""
    owner = script.owner
    if not isinstance(owner, Queued):
        return True
    owner.leave()
    return False
