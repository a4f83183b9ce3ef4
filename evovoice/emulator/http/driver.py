"""Real time drives the virtual clock, and deliveries leave as they appear."""

import asyncio

from evovoice.emulator.delivery_schedule import DeliverySchedule, ScheduledDelivery
from evovoice.emulator.engine.remote_party import Impossible
from evovoice.emulator.exchange import Exchange
from evovoice.emulator.http.address_map import AddressMap
from evovoice.emulator.http.sender import Sender
from evovoice.emulator.state.clock import MICROS
from evovoice.emulator.state.messages import Reply

_REAL = 1.0


class Driver:
    """Call `catch_up` before touching the exchange and `pulse` after."""

    def __init__(self, exchange: Exchange, speed: float, addresses: AddressMap) -> None:
        self.exchange = exchange
        self.sender = Sender(self._replied, addresses)
        self._schedule = DeliverySchedule(exchange)
        self._clock = exchange.network.clock
        self._loop = asyncio.get_running_loop()
        self._turn(speed)
        self._before_sound: float | None = None  # the dial, while sound holds it at real speed
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_due: int | None = None

    @property
    def speed(self) -> float:
        """Virtual seconds per real second; 0 is stepped time."""
        return self._speed

    @property
    def held_by_sound(self) -> bool:
        """Whether a page is in a call: people hear in real time, so the dial stays there."""
        return bool(self.exchange.network.media.open_legs)

    def set_speed(self, speed: float) -> None:
        """Turn the dial; what is due by now has happened at the old speed. Errors: `Impossible`."""
        self.catch_up()
        if speed != _REAL:
            self._refuse_while_held()
        self._turn(speed)

    def _refuse_while_held(self) -> None:
        if self.held_by_sound:
            count = len(self.exchange.network.media.open_legs)
            raise Impossible(
                "time keeps real speed while browsers have sound, and follows the dial again"
                f" after their calls: {count} now"
            )

    def _hold_or_release(self) -> None:
        """Real speed from the first page's call on, and the dial as it was after the last."""
        if self.held_by_sound and self._before_sound is None:
            self._before_sound = self._speed
            self._turn(_REAL)
        elif not self.held_by_sound and self._before_sound is not None:
            before, self._before_sound = self._before_sound, None
            self._turn(before)

    def _turn(self, speed: float) -> None:
        self._speed = speed
        self._real_start = self._loop.time()
        self._virtual_start = self._clock.micros
        self._alarm_due = None

    def catch_up(self) -> None:
        """Run what is due by now."""
        if self._speed > 0:
            real = self._loop.time() - self._real_start
            self._clock.advance_to(self._virtual_start + round(real * self._speed * MICROS))

    def pulse(self) -> None:
        """Send what there is to send, and wake up for the next event."""
        self.exchange.media.hand_over()
        self._hold_or_release()
        while (scheduled := self._schedule.take()) is not None:
            self.sender.send(scheduled)
        self._set_alarm()

    async def advance(self, seconds: float) -> None:
        """Let time pass event by event, each delivery answered before the next event.

        Errors: `Impossible` while there is sound.
        """
        if seconds > 0:
            self._refuse_while_held()
        target = self._clock.micros + round(seconds * MICROS)
        await self._wait_for_replies()
        while (due := self._clock.next_due()) is not None and due <= target:
            self._clock.step()
            await self._wait_for_replies()
        self._clock.advance_to(target)
        self._turn(self._speed)

    async def close(self) -> None:
        """Stop waking up, drop what is on its way."""
        if self._alarm is not None:
            self._alarm.cancel()
        await self.sender.close()

    async def _wait_for_replies(self) -> None:
        self.pulse()
        await self.sender.wait_for_replies()

    def _replied(self, scheduled: ScheduledDelivery, reply: Reply) -> None:
        self.catch_up()
        self._schedule.complete(scheduled, reply)
        self.pulse()

    def _wake(self) -> None:
        self._alarm = None
        self._alarm_due = None
        self.catch_up()
        self.pulse()

    def _set_alarm(self) -> None:
        due = self._clock.next_due()
        if due == self._alarm_due:
            return
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        self._alarm_due = due
        if due is not None and self._speed > 0:
            seconds = (due - self._virtual_start) / MICROS / self._speed
            # A microsecond late, so that rounding never makes it wake too early.
            self._alarm = self._loop.call_at(self._real_start + seconds + 1e-6, self._wake)
