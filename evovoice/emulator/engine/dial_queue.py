"""<Dial><Queue>: talk to the first call of a queue, or wait until there is one."""

from functools import partial

from evovoice.emulator.engine.courier import Params
from evovoice.emulator.engine.dial_legs import request_in_vain
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.formats import boolean, whole_seconds
from evovoice.emulator.engine.leg import StopCause
from evovoice.emulator.engine.part import SOUNDS_ONLY, Part
from evovoice.emulator.engine.script import Script
from evovoice.emulator.engine.waiting_line import Waiting, WaitingLine

_DIAL_TIMEOUT = 30


class TakingFromQueue:
    """One performance of the Dial verb on the leg that dialled the queue."""

    def __init__(self, script: Script, verb: Verb, noun: Verb, line: WaitingLine) -> None:
        self._script = script
        self._verb = verb
        self._noun = noun
        self._line = line
        self._partner: Waiting | None = None
        self._since: int | None = None
        self._whisper: Script | None = None
        patience = verb.number("timeout", _DIAL_TIMEOUT)
        clock = script.world.clock
        self._timer = clock.after(patience, partial(self._leave, "no-answer"), limit=True)

    def start(self) -> None:
        """Take the first one, or stand by."""
        if self._line.members:
            self.offer(self._line.members[0])
        else:
            self._line.seekers.append(self)

    def offer(self, one: Waiting) -> None:
        """Here is a call; a document may come first, for its ears alone."""
        self._timer.cancel()
        self._partner = one
        one.taken(self._partner_gone)
        url = self._noun.get("url")
        if not url:
            self._bridge()
            return
        part = Part(self._bridge, self._bridge, SOUNDS_ONLY, 12200)
        self._whisper = Script(self._script.world, one.leg, part)
        self._whisper.extra = (("QueueSid", self._line.sid),)
        self._whisper.open(self._script.resolve(url), self._noun.method(), "whisper")

    def abandon(self, cause: StopCause) -> None:
        """This side is gone: the other one goes on with its own document."""
        self._stand_down()
        partner, self._partner = self._partner, None
        report = self._report("completed" if partner else "canceled", partner)
        request_in_vain(self._script, self._verb, report, cause)
        if partner is not None:
            partner.released()

    def _bridge(self) -> None:
        if self._partner is not None:
            self._since = self._script.world.now

    def _partner_gone(self) -> None:
        partner, self._partner = self._partner, None
        self._stand_down()
        self._script.after(self._verb, self._report("completed", partner))

    def _leave(self, status: str) -> None:
        self._stand_down()
        self._script.after(self._verb, self._report(status, None))

    def _stand_down(self) -> None:
        self._timer.cancel()
        if self._whisper is not None:
            self._whisper.stop("redirect")
        if self in self._line.seekers:
            self._line.seekers.remove(self)

    def _report(self, status: str, partner: Waiting | None) -> Params:
        queue = (("QueueSid", self._line.sid), ("DialBridged", boolean(self._since is not None)))
        if partner is None or self._since is None:
            return (("DialCallStatus", status), *queue)
        seconds = whole_seconds(self._since, self._script.world.now)
        return (
            ("DialCallStatus", status),
            ("DialCallSid", partner.leg.sid),
            ("DialCallDuration", str(seconds)),
            *queue,
        )


def dial_queue(script: Script, verb: Verb, noun: Verb) -> bool:
    """A queue that was never made cannot be dialled."""
    line = script.world.lines.get(noun.text)
    if line is None:
        script.after(verb, (("DialCallStatus", "failed"), ("DialBridged", "false")))
        return False
    taking = TakingFromQueue(script, verb, noun, line)
    script.activity = taking
    taking.start()
    return False
