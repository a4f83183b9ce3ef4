"""Deliveries of the in-process door: handed over one by one, on virtual time (R49)."""

from collections.abc import Callable
from threading import Lock

from evovoice.emulator.dispatch import Dispatch, Parcel
from evovoice.emulator.engine.messages import Answer, Delivery, NoAnswer, Reply
from evovoice.emulator.exchange import Exchange

Deliver = Callable[[Delivery], Reply]


def nobody_there(delivery: Delivery) -> Reply:  # noqa: ARG001 - a delivery function's signature
    """What an application that does not run answers."""
    return NoAnswer("connect")


class Postbox:
    """The application is called outside the lock: it may call REST from inside its handler."""

    def __init__(self, exchange: Exchange, lock: Lock) -> None:
        self._exchange = exchange
        self._lock = lock
        self.dispatch = Dispatch(exchange)
        self.deliver: Deliver = nobody_there

    def empty(self) -> bool:
        """Deliver what is there, one after the other; whether there was anything."""
        found = False
        while (parcel := self._next()) is not None:
            found = True
            self._hand_over(parcel)
        return found

    def overtake(self, chosen: Callable[[Delivery], bool]) -> None:
        """R5: deliver the chosen ones before the REST answer leaves."""
        outbox = self._exchange.world.courier.outbox
        with self._lock:
            early = [delivery for delivery in outbox if chosen(delivery)]
            for delivery in early:
                outbox.remove(delivery)
        for delivery in early:
            self._hand_over(Parcel(delivery))

    def _next(self) -> Parcel | None:
        with self._lock:
            return self.dispatch.take()

    def _hand_over(self, parcel: Parcel) -> None:
        reply = self.deliver(parcel.delivery)
        took = reply.after if isinstance(reply, Answer) else 0.0
        with self._lock:
            self.dispatch.settle(parcel, reply, took)
