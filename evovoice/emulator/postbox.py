"""Deliveries of the in-process door: tests may lose, repeat, delay and reorder them (R49)."""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock

from evovoice.emulator.engine.messages import Answer, Delivery, NoAnswer, Reply
from evovoice.emulator.exchange import Exchange

Deliver = Callable[[Delivery], Reply]
Plan = Callable[[Delivery], Sequence[float]]


def nobody_there(delivery: Delivery) -> Reply:  # noqa: ARG001 - a delivery function's signature
    """What an application that does not run answers."""
    return NoAnswer("connect")


def at_once(delivery: Delivery) -> Sequence[float]:  # noqa: ARG001 - a plan's signature
    """Once, without delay."""
    return (0.0,)


class Postbox:
    """A plan turns a delivery into delays: () loses it, (0, 0) repeats it, (5,) is late."""

    def __init__(self, exchange: Exchange, lock: Lock) -> None:
        self._exchange = exchange
        self._lock = lock
        self._ready: deque[Delivery] = deque()
        self.deliver: Deliver = nobody_there
        self.plan: Plan = at_once

    def empty(self) -> bool:
        """Deliver what is there, one after the other; whether there was anything."""
        found = False
        while (delivery := self._next()) is not None:
            found = True
            self._hand_over(delivery)
        return found

    def overtake(self, chosen: Callable[[Delivery], bool]) -> None:
        """R5: deliver the chosen ones before the REST answer leaves."""
        outbox = self._exchange.world.courier.outbox
        with self._lock:
            early = [delivery for delivery in outbox if chosen(delivery)]
            for delivery in early:
                outbox.remove(delivery)
        for delivery in early:
            self._hand_over(delivery)

    def _next(self) -> Delivery | None:
        while True:
            with self._lock:
                if self._ready:
                    return self._ready.popleft()
                delivery = self._exchange.take_delivery()
            if delivery is None:
                return None
            self._schedule(delivery, self.plan(delivery))

    def _schedule(self, delivery: Delivery, delays: Sequence[float]) -> None:
        clock = self._exchange.world.clock
        with self._lock:
            if not delays:
                lost = partial(self._exchange.failed, delivery, "timeout")
                clock.after(delivery.total_seconds, lost, limit=True)
            for delay in delays:
                if delay > 0:
                    clock.after(delay, partial(self._ready.append, delivery))
                else:
                    self._ready.append(delivery)

    def _hand_over(self, delivery: Delivery) -> None:
        """Outside the lock: the application may call REST from inside its handler."""
        reply = self.deliver(delivery)
        after = reply.after if isinstance(reply, Answer) else 0.0
        if after > delivery.total_seconds:
            reply, after = NoAnswer("timeout"), delivery.total_seconds
        with self._lock:
            if after > 0:
                settle = partial(self._exchange.replied, delivery, reply)
                self._exchange.world.clock.after(after, settle)
            else:
                self._exchange.replied(delivery, reply)
