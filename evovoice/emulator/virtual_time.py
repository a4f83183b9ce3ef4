"""Virtual time of the in-process emulator: event by event, each with all that follows from it."""

from threading import Lock

from evovoice.emulator.exchange import Exchange
from evovoice.emulator.outbox import Outbox
from evovoice.emulator.state.clock import MICROS


class VirtualTime:
    """After every event its deliveries are answered, and its orders to media carried out."""

    def __init__(self, exchange: Exchange, lock: Lock, postbox: Outbox) -> None:
        self._exchange = exchange
        self._lock = lock
        self._postbox = postbox

    def advance(self, seconds: float) -> None:
        """Let that much time pass, with every event and delivery in it."""
        clock = self._exchange.network.clock
        target = clock.micros + round(seconds * MICROS)
        self._settle()
        while (due := clock.next_due()) is not None and due <= target:
            self._step()
        with self._lock:
            clock.advance_to(target)

    def run_until_quiet(self, limit: float = 600.0) -> None:
        """Until nothing more happens unless somebody acts or a time-out ends a wait."""
        clock = self._exchange.network.clock
        target = clock.micros + round(limit * MICROS)
        self._settle()
        while clock.has_prompt_events():
            due = clock.next_due()
            if due is None or due > target:
                return
            self._step()

    def _step(self) -> None:
        with self._lock:
            self._exchange.network.clock.step()
        self._settle()

    def _settle(self) -> None:
        """Deliveries are answered and orders to media carried out until there are no more."""
        while self._hand_over() or self._postbox.empty():
            pass

    def _hand_over(self) -> bool:
        with self._lock:
            return self._exchange.media.hand_over()
