"""How a phone behaves, set by methods of the in-process emulator."""

from dataclasses import replace

from evovoice.emulator.exchange import Exchange
from evovoice.emulator.state.expected import Expected, reaction_of
from evovoice.emulator.state.speech import SOON, SURE, Utterance


class Phone:
    """One address' character, told in sentences."""

    def __init__(self, exchange: Exchange, address: str) -> None:
        self._phones = exchange.network.phones
        self._address = address

    def answers_after(self, seconds: float) -> "Phone":
        """Picks up that long after it started to ring."""
        return self._put(outcome="answer", answer_after=seconds)

    def hangs_up_after(self, seconds: float) -> "Phone":
        """Ends the conversation that long after picking up."""
        return self._put(hang_up_after=seconds)

    def is_busy(self) -> "Phone":
        """Engaged."""
        return self._put(outcome="busy")

    def is_unreachable(self) -> "Phone":
        """The call fails."""
        return self._put(outcome="unreachable")

    def rejects_after(self, seconds: float) -> "Phone":
        """Declines."""
        return self._put(outcome="reject", answer_after=seconds)

    def gives_up_after(self, seconds: float) -> "Phone":
        """Its network reports no answer, before the caller's own time-out."""
        return self._put(outcome="no-answer", answer_after=seconds)

    def just_rings(self) -> "Phone":
        """Rings until `answer`, `busy`, `reject`, or the caller's time-out."""
        return self._put(outcome="silent")

    def is_a_voicemail(self, greeting: float = 4.0, *, beeps: bool = True) -> "Phone":
        """A machine answers, talks that long, beeps, and listens."""
        return self._put(outcome="voicemail", greeting=greeting, beeps=beeps)

    def is_a_fax(self) -> "Phone":
        """A fax machine answers."""
        return self._put(outcome="answer", answered_by="fax")

    def says_hello(self, seconds: float, after: float = 0.0) -> "Phone":
        """How long a person speaks when picking up, and after what silence; 0 says nothing."""
        return self._put(hello=seconds, quiet=after)

    def is_not_a_number(self) -> "Phone":
        """Nobody can be there."""
        return self._put(outcome="not-a-number")

    def presses(self, digits: str) -> "Phone":
        """Keys from the answer on; `w` waits half a second, `W` a whole one."""
        return self._put(digits=digits)

    def says(
        self, words: str, *, at: float | None = None, after: float = SOON,
        seconds: float | None = None, confidence: float = SURE,
        partial: tuple[str, ...] = (),
    ) -> "Phone":  # fmt: skip
        """One more thing to say: `at` seconds after the answer, or `after` seconds into the next
        verb that listens for speech; what it lasts and how it is understood.
        """
        utterance = Utterance(words, at, after, seconds, confidence, partial)
        return self._put(says=(*self._phones.at(self._address).says, utterance))

    def talks(self, at: float, seconds: float) -> "Phone":
        """Speaks from then on, for so long; the words do not matter."""
        return self.says("", at=at, seconds=seconds)

    def expects(
        self, keys: str, *, says: str = "", hangs_up_after: float | None = None,
        transfers_to: str = "", then: Expected | None = None,
    ) -> "Phone":  # fmt: skip
        """Hears those keys as one entry of a menu, or as a PIN: says something, hangs up, lets
        another phone take over, or expects others then.
        """
        old = self._expected()
        reaction = reaction_of(says, hangs_up_after, transfers_to, then)
        return self._put(expects=replace(old, entries=(*old.entries, (keys.upper(), reaction))))

    def otherwise(
        self, *, says: str = "", hangs_up_after: float | None = None,
        transfers_to: str = "", then: Expected | None = None,
    ) -> "Phone":  # fmt: skip
        """What follows every entry that is not expected; without `then` the same are expected."""
        reaction = reaction_of(says, hangs_up_after, transfers_to, then)
        return self._put(expects=replace(self._expected(), otherwise=reaction))

    def listens_after(self, seconds: float) -> "Phone":
        """Keys that come sooner after the answer are lost."""
        return self._put(listens_after=seconds)

    def _expected(self) -> Expected:
        return self._phones.at(self._address).expects or Expected()

    def _put(self, **changes: object) -> "Phone":
        old = self._phones.at(self._address)
        self._phones.put(self._address, replace(old, **changes))  # type: ignore[arg-type]
        return self
