"""<Dial> to Number, Client and Sip: ring them all, bridge the first, then go on (R1-R8)."""

from functools import partial

from evovoice.emulator.engine import call_lifecycle, caller_id, expecting, keypad, recordings
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.formats import boolean
from evovoice.emulator.engine.nouns import child_leg
from evovoice.emulator.engine.voice_network import Execution
from evovoice.emulator.state.clock import whole_seconds
from evovoice.emulator.state.leg import Leg, StopCause
from evovoice.emulator.state.messages import Params
from evovoice.emulator.state.recording import Recording

_DIAL_TIMEOUT = 30
_MOST_NOUNS = 10
_NO_ONE = "failed"


class Dialling:
    """One performance of a Dial verb; it watches the child legs it placed."""

    def __init__(self, executor: Execution, verb: Verb) -> None:
        self._executor = executor
        self._network = executor.network
        self._verb = verb
        self._waiting: list[Verb] = []
        self._children: dict[Leg, Verb] = {}
        self.bridged: Leg | None = None
        self._recording: Recording | None = None

    def start(self) -> None:
        """Place one child leg per noun, all at once or one after the other."""
        nouns = self._verb.named("Number", "Client", "Sip")
        if self._verb.text and not nouns:
            nouns = (Verb("Number", {}, self._verb.text, ()),)
        self._waiting = [noun for noun in nouns if self._may_dial(noun)]
        if len(self._waiting) > _MOST_NOUNS:
            self._network.alert(13250, "Dial: more than ten nouns", self._executor.leg.sid)
            del self._waiting[_MOST_NOUNS:]
        if not self._dial_more():
            self._leave(self._report(_NO_ONE, None))

    def _may_dial(self, noun: Verb) -> bool:
        leg = self._executor.leg
        finding = caller_id.obstacle(self._network, leg, self._verb, noun)
        if finding is not None:
            self._network.alert(finding.code, finding.text, leg.sid)
        return finding is None

    def _dial_more(self) -> bool:
        count = 1 if self._verb.flag("sequential") else len(self._waiting)
        nouns, self._waiting = self._waiting[:count], self._waiting[count:]
        legs = [child_leg(self._executor, self._verb, noun) for noun in nouns]
        self._children.update(zip(legs, nouns, strict=True))
        for leg in legs:
            leg.watcher = self
            call_lifecycle.place(self._network, leg, self._verb.number("timeout", _DIAL_TIMEOUT))
        return bool(legs)

    @property
    def rings(self) -> bool:
        """Whether somebody is rung, which the caller hears."""
        return self.bridged is None and any(leg.status == "ringing" for leg in self._children)

    def leg_ringing(self, leg: Leg) -> None:  # noqa: ARG002 - a watcher's signature
        """The caller hears it, and so may a recording."""
        if (self._verb.get("record") or "").lower().startswith("record-from-ringing"):
            self._record()

    def leg_answered(self, leg: Leg) -> None:
        """The first answer wins, the others stop ringing."""
        self._waiting.clear()
        for other in tuple(self._children):
            if other is not leg:
                self._dismiss(other)
        digits = self._children[leg].get("sendDigits") or ""
        if keypad.is_sendable(digits):
            keypad.press_then(self._network, leg, digits, partial(self._introduce, leg))
        else:
            self._introduce(leg)

    def _introduce(self, leg: Leg) -> None:
        """Whatever the called party is to hear alone; then the two can talk."""
        if leg not in self._children:  # redirected while keys were pressed
            return
        noun = self._children[leg]
        if noun.get("url"):
            whisper = self._executor.whisper(leg, partial(self._bridge, leg))
            url = self._executor.resolve(noun.attributes["url"])
            whisper.open(url, noun.method(), "whisper")
        else:
            self._bridge(leg)

    def _bridge(self, leg: Leg) -> None:
        self.bridged = leg
        parent = self._executor.leg
        if not parent.answered:
            call_lifecycle.pick_up(self._network, parent)
        self._record()

    def _record(self) -> None:
        if self._recording is not None or not recordings.is_wanted(self._verb):
            return
        target = recordings.recording_target(self._executor, self._verb)
        channels = recordings.channels_of(self._verb)
        track = recordings.track_of(self._verb, "recordingTrack")
        sid = self._executor.leg.sid
        self._recording = recordings.of_call(
            self._network, sid, "DialVerb", target, channels, track
        )

    def press(self, digits: str) -> bool:
        """The other side hears them; with hangupOnStar a star lets the caller go on alone."""
        leg = self.bridged
        if leg is None:
            return False
        if "*" not in digits or not self._verb.flag("hangupOnStar"):
            return self._hear(leg, digits)
        self._dismiss(leg)
        self._leave(self._report("completed", leg))
        return True

    def carry(self, leg: Leg, digits: str) -> bool:
        """The called party presses keys, and the caller hears them."""
        return leg is self.bridged and self._hear(self._executor.leg, digits)

    def _hear(self, leg: Leg, digits: str) -> bool:
        for key in digits:
            expecting.hear(self._network, leg, key)
        return True

    def leg_redirected(self, leg: Leg) -> None:
        """R2: the child has another document now; the parent goes to its action."""
        self._children.pop(leg)
        for other in tuple(self._children):
            self._dismiss(other)
        choices = self._network.choices
        params = [("DialCallStatus", choices.child_redirect_report), ("DialCallSid", leg.sid)]
        if choices.child_redirect_duration:
            params.append(("DialCallDuration", str(self._seconds(leg))))
        params.append(("DialBridged", boolean(choices.child_redirect_bridged)))
        self._leave((*params, *self._recorded()))

    def leg_ended(self, leg: Leg) -> None:
        """The bridged child hung up, or the last one could not be reached."""
        self._children.pop(leg)
        if not self._children and not self._dial_more():
            self._leave(self._report(leg.status, leg))

    def abandon(self, cause: StopCause) -> None:
        """The parent is gone (its action is still requested) or has another document (R6)."""
        bridged = self.bridged
        if cause == "redirect" and bridged is not None:
            bridged.watcher = None
            wait = self._network.choices.parent_redirect_child_end
            self._network.clock.after(wait, partial(self._part, bridged))
            return
        last = next(iter(self._children), None)
        for leg in tuple(self._children):
            self._dismiss(leg)
        self._ask_in_vain(self._report(last.status if last else _NO_ONE, last), cause)

    def _part(self, leg: Leg) -> None:
        call_lifecycle.end(self._network, leg, "completed")
        self._ask_in_vain(self._report("completed", leg), "redirect")

    def _dismiss(self, leg: Leg) -> None:
        self._children.pop(leg)
        leg.watcher = None
        call_lifecycle.end(self._network, leg, "completed" if leg.answered else "canceled")

    def _leave(self, params: Params) -> None:
        self._executor.after(self._verb, params)

    def _ask_in_vain(self, params: Params, cause: StopCause) -> None:
        request_in_vain(self._executor, self._verb, params, cause)

    def _report(self, status: str, leg: Leg | None) -> Params:
        """The Dial* parameters of the action request (section 1.6)."""
        if leg is None:
            return (("DialCallStatus", status), ("DialBridged", "false"))
        spoke = leg is self.bridged
        duration = (("DialCallDuration", str(leg.seconds)),) if spoke else ()
        return (
            ("DialCallStatus", status),
            ("DialCallSid", leg.sid),
            *duration,
            ("DialBridged", boolean(spoke)),
            *self._recorded(),
        )

    def _recorded(self) -> Params:
        recording, self._recording = self._recording, None
        return recordings.finish(self._network, recording) if recording else ()

    def _seconds(self, leg: Leg) -> int:
        return whole_seconds(leg.started or self._network.now, self._network.now)


def request_in_vain(executor: Execution, verb: Verb, params: Params, cause: StopCause) -> None:
    """R6, R7: request the action, or a Redirect directly behind; ignore what comes back."""
    if verb.get("action") is not None:
        url = executor.resolve(verb.attributes["action"])
        executor.ask_without_effect(url, verb.method(), "action", params)
        return
    following = executor.next_verb()
    if cause == "redirect" and following is not None and following.name == "Redirect":
        url = executor.resolve(following.text)
        executor.ask_without_effect(url, following.method(), "redirect", ())
