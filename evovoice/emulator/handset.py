"""A phone's character, told in sentences by the in-process door."""

from evovoice.emulator.engine.phones import Character, Outcome
from evovoice.emulator.exchange import Exchange


class Phone:
    """One address' character, told in sentences."""

    def __init__(self, exchange: Exchange, address: str) -> None:
        self._phones = exchange.world.phones
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
        return self._put(outcome="failed")

    def rejects_after(self, seconds: float) -> "Phone":
        """Declines."""
        return self._put(outcome="reject", answer_after=seconds)

    def gives_up_after(self, seconds: float) -> "Phone":
        """Its network reports no answer, before the caller's own time-out."""
        return self._put(outcome="no-answer", answer_after=seconds)

    def just_rings(self) -> "Phone":
        """Rings until `answer`, `busy`, `reject`, or the caller's time-out."""
        return self._put(outcome="silent")

    def _put(
        self,
        outcome: Outcome | None = None,
        answer_after: float | None = None,
        hang_up_after: float | None = None,
    ) -> "Phone":
        old = self._phones.at(self._address)
        character = Character(
            outcome or old.outcome,
            old.answer_after if answer_after is None else answer_after,
            old.hang_up_after if hang_up_after is None else hang_up_after,
        )
        self._phones.put(self._address, character)
        return self
