"""Between the outbox and whoever delivers: applies chaos to each delivery and its response."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from evovoice.emulator.chaos import ChaosRule, Fate
from evovoice.emulator.engine.web_addresses import is_address
from evovoice.emulator.exchange import Exchange
from evovoice.emulator.state.messages import Delivery, NoResponse, Reply

Plan = Callable[[Delivery], Sequence[float]]
_OVERTAKEN_BY = 0.05  # seconds between the one that overtook and the one that waited


def at_once(delivery: Delivery) -> Sequence[float]:  # noqa: ARG001 - a plan's signature
    """Once, without delay."""
    return (0.0,)


@dataclass(frozen=True, slots=True)
class ScheduledDelivery:
    """A delivery that may leave now, and how much later its answer counts."""

    delivery: Delivery
    slow: float = 0.0
    note: str = ""


class DeliverySchedule:
    """A plan turns a delivery into delays: () loses it, (0, 0) repeats it, (5,) is late."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._clock = exchange.network.clock
        self._ready: deque[ScheduledDelivery] = deque()
        self._held: dict[ChaosRule, ScheduledDelivery] = {}
        self.plan: Plan = at_once

    def take(self) -> ScheduledDelivery | None:
        """The next one to carry."""
        while not self._ready:
            delivery = self._exchange.take_delivery()
            if delivery is None:
                return None
            self._consider(delivery)
        return self._ready.popleft()

    def complete(self, scheduled: ScheduledDelivery, reply: Reply, took: float = 0.0) -> None:
        """The application replied, `took` virtual seconds after it was asked."""
        took += scheduled.slow
        if took > scheduled.delivery.patience:
            reply, took = NoResponse("timeout"), scheduled.delivery.patience
        arrived = partial(self._exchange.replied, scheduled.delivery, reply, scheduled.note)
        if took > 0:
            self._clock.after(took, arrived)
        else:
            arrived()

    def _consider(self, delivery: Delivery) -> None:
        if not is_address(delivery.url):
            self._exchange.replied(delivery, NoResponse("invalid-url"), "nobody was asked")
            return
        fate = self._exchange.chaos.fate(delivery)
        delays = self.plan(delivery)
        if fate.lost or not delays:
            self._lose(delivery)
        elif fate.refused:
            self._exchange.replied(delivery, NoResponse("connect"), fate.note)
        else:
            self._let_go(ScheduledDelivery(delivery, fate.slow, fate.note), fate, delays)

    def _lose(self, delivery: Delivery) -> None:
        """Nobody ever hears of it; we wait in vain for an answer."""
        lost = partial(self._exchange.replied, delivery, NoResponse("timeout"), "lost")
        self._clock.after(delivery.patience, lost, limit=True)

    def _let_go(self, scheduled: ScheduledDelivery, fate: Fate, delays: Sequence[float]) -> None:
        first, *more = delays
        rule = fate.behind
        if rule is not None and rule not in self._held:
            self._held[rule] = scheduled
            self._clock.after(fate.behind_seconds, partial(self._release, rule, scheduled))
        else:
            self._leave(scheduled, first + fate.delay)
            self._pass(scheduled.delivery)
        for delay in (*more, *fate.again):
            self._leave(scheduled, first + fate.delay + delay)

    def _pass(self, delivery: Delivery) -> None:
        """Whoever waited to be overtaken by one like this may go now."""
        for rule, waiting in tuple(self._held.items()):
            if waiting.delivery is not delivery and _alike(waiting.delivery, delivery):
                self._clock.after(_OVERTAKEN_BY, partial(self._release, rule, waiting))

    def _release(self, rule: ChaosRule, scheduled: ScheduledDelivery) -> None:
        if self._held.get(rule) is scheduled:
            del self._held[rule]
            self._ready.append(scheduled)

    def _leave(self, scheduled: ScheduledDelivery, delay: float) -> None:
        if delay > 0:
            self._clock.after(delay, partial(self._ready.append, scheduled))
        else:
            self._ready.append(scheduled)


def _alike(one: Delivery, other: Delivery) -> bool:
    """Whether the order of the two means anything to the application."""
    return one.kind == other.kind
