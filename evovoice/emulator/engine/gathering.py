"""<Gather>: prompts, then digits."""

from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.sound_verbs import seconds_of
from evovoice.emulator.engine.voice_network import Execution
from evovoice.emulator.state.leg import StopCause

_PROMPTS = ("Say", "Play", "Pause")


class Gathering:
    """Nested prompts, then `timeout` seconds for the first digit or between two."""

    def __init__(self, executor: Execution, verb: Verb) -> None:
        self._executor = executor
        self._verb = verb
        self._digits = ""
        clock = executor.network.clock
        prompts = sum(seconds_of(one, executor.network.choices) for one in verb.named(*_PROMPTS))
        self._patience = float(verb.number("timeout", 5))
        self._timer = clock.after(
            prompts + self._patience, self._done, limit=executor.context.in_background
        )

    def press(self, digits: str) -> bool:
        """The far end presses keys."""
        finish = self._verb.attributes.get("finishOnKey", "#")
        for digit in digits:
            if finish and digit in finish:
                self._done()
                return True
            self._digits += digit
            if len(self._digits) == self._verb.number("numDigits", 0):
                self._done()
                return True
        self._timer.cancel()
        self._timer = self._executor.network.clock.after(self._patience, self._done)
        return True

    def abandon(self, cause: StopCause) -> None:  # noqa: ARG002 - every cause is the same here
        """Stop waiting; no other verb runs."""
        self._timer.cancel()

    def _done(self) -> None:
        self._timer.cancel()
        executor, verb = self._executor, self._verb
        if not self._digits and not verb.flag("actionOnEmptyResult"):
            executor.proceed()
            return
        url = executor.resolve(verb.get("action") or "")
        executor.open(url, verb.method(), "action", (("Digits", self._digits),))


def gather(executor: Execution, verb: Verb) -> bool:
    """Play the nested prompts and wait for digits."""
    executor.activity = Gathering(executor, verb)
    return False
