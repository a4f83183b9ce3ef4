"""Deliveries of the in-process emulator: made one by one, on virtual time (R49)."""

from collections.abc import Callable
from threading import Lock

from evovoice.emulator.delivery_schedule import DeliverySchedule, ScheduledDelivery
from evovoice.emulator.exchange import Exchange
from evovoice.emulator.state.messages import Delivery, NoResponse, Reply, WebhookResponse

Deliver = Callable[[Delivery], Reply]


def nobody_there(delivery: Delivery) -> Reply:  # noqa: ARG001 - a delivery function's signature
    """What an application that does not run answers."""
    return NoResponse("connect")


class Outbox:
    """The application is called outside the lock: it may call REST from inside its handler."""

    def __init__(self, exchange: Exchange, lock: Lock) -> None:
        self._exchange = exchange
        self._lock = lock
        self.schedule = DeliverySchedule(exchange)
        self.deliver: Deliver = nobody_there

    def empty(self) -> bool:
        """Deliver what is there, one after the other; whether there was anything."""
        found = False
        while (scheduled := self._next()) is not None:
            found = True
            self._hand_over(scheduled)
        return found

    def overtake(self, chosen: Callable[[Delivery], bool]) -> None:
        """R5: deliver the chosen ones before the REST answer leaves."""
        outbox = self._exchange.network.webhook_sender.outbox
        with self._lock:
            early = [delivery for delivery in outbox if chosen(delivery)]
            for delivery in early:
                outbox.remove(delivery)
        for delivery in early:
            self._hand_over(ScheduledDelivery(delivery))

    def _next(self) -> ScheduledDelivery | None:
        with self._lock:
            return self.schedule.take()

    def _hand_over(self, scheduled: ScheduledDelivery) -> None:
        reply = self.deliver(scheduled.delivery)
        took = reply.after if isinstance(reply, WebhookResponse) else 0.0
        with self._lock:
            self.schedule.complete(scheduled, reply, took)
