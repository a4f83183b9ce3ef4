"""Orders for media, kept until they are handed over, and what media reports of them."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from evovoice.emulator.engine.measurements import Measurements
from evovoice.emulator.state.clock import Clock, Timer
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.media import (
    Answered,
    AnswerOffer,
    Close,
    Gone,
    MakeOffer,
    Measured,
    Media,
    Offered,
    Order,
    Refused,
    Report,
    TakeAnswer,
)

NO_MEDIA = 31000  # Twilio's general error of a call
_NO_EXTRA = (
    "The emulator has no sound, and a browser gives up a call without: install it with"
    " pip install 'evovoice[audio]' and start the emulator again"
)


def _nobody_asks() -> None:
    """Of a call that came in: whoever picks it up has answered it."""


@dataclass(frozen=True, slots=True)
class MediaLegEvents:
    """What the owner of a media leg wants to know: our SDP, or a sentence why there is none; and
    that its person is given something to hear before the call is answered (early media).
    """

    described: Callable[[str], None]
    refused: Callable[[str], None]
    heard_early: Callable[[], None] = _nobody_asks


class MediaDesk:
    """Nothing is carried out in here: whoever drives the exchange calls `hand_over`."""

    def __init__(self, clock: Clock, patience: float) -> None:
        self._clock = clock
        self._patience = patience
        self._media: Media | None = None
        self._owners: dict[str, MediaLegEvents] = {}
        self._timers: dict[str, Timer] = {}
        self._orders: deque[Order] = deque()
        self._numbered = 0
        self.lengths = Measurements(clock, patience, self.order)
        self.calls: dict[str, Leg] = {}  # whose sound each media leg carries
        self.absence = _NO_EXTRA  # why there is no sound; empty when there is

    @property
    def open_legs(self) -> frozenset[str]:
        """The media legs that are open; the clock keeps real speed while there are any."""
        return frozenset(self._owners)

    def attach(self, media: Media) -> None:
        """From now on there is sound; who attaches it hands on what it reports."""
        self._media, self.absence = media, ""

    def answer_offer(self, leg: str, sdp: str, events: MediaLegEvents) -> None:
        """A browser calls."""
        self._open(leg, events, AnswerOffer(leg, sdp))

    def make_offer(self, leg: str, events: MediaLegEvents) -> None:
        """A browser is called."""
        self._open(leg, events, MakeOffer(leg))

    def take_answer(self, leg: str, sdp: str) -> None:
        """It picked up."""
        self.order(TakeAnswer(leg, sdp))

    def close(self, leg: str) -> None:
        """Over; harmless when it is already."""
        self._still(leg)
        self.calls.pop(leg, None)
        if self._owners.pop(leg, None) is not None:
            self.order(Close(leg))

    def assign(self, name: str, leg: Leg) -> None:
        """The call that this media leg carries the sound of."""
        self.calls[name], leg.media_leg = leg, name

    def tell_heard_early(self, leg: str) -> None:
        """Its person hears something already, and nobody has answered; may be said again."""
        owner = self._owners.get(leg)
        if owner is not None:
            owner.heard_early()

    def next_number(self) -> int:
        """Of something that is played."""
        self._numbered += 1
        return self._numbered

    def order(self, order: Order) -> None:
        """Wait for `hand_over`."""
        self._orders.append(order)

    def hand_over(self) -> bool:
        """Give media what was ordered; whether there was anything."""
        found = bool(self._orders)
        while self._orders:
            order = self._orders.popleft()
            if self._media is not None:
                self._media.order(order)
        return found

    def report(self, report: Report) -> None:
        """Media says what became of an order. What is late or unknown is ignored."""
        if isinstance(report, Answered | Offered):
            self._described(report.leg, report.sdp)
        elif isinstance(report, Refused):
            self._refuse(report.leg, report.reason)
        elif isinstance(report, Measured):
            self.lengths.note(report)
        elif isinstance(report, Gone):
            self._gone(report.reason)

    def _open(self, leg: str, events: MediaLegEvents, order: Order) -> None:
        self._owners[leg] = events
        reason = f"The emulator's sound said nothing for {self._patience:g} seconds"
        late = partial(self._refuse, leg, reason)
        self._timers[leg] = self._clock.after(self._patience, late, limit=True)
        self.order(order)

    def _still(self, leg: str) -> None:
        timer = self._timers.pop(leg, None)
        if timer is not None:
            timer.cancel()

    def _described(self, leg: str, sdp: str) -> None:
        self._still(leg)
        owner = self._owners.get(leg)
        if owner is not None:
            owner.described(sdp)

    def _refuse(self, leg: str, reason: str) -> None:
        owner = self._owners.get(leg)
        self.close(leg)
        if owner is not None:
            owner.refused(reason)

    def _gone(self, reason: str) -> None:
        self._media, self.absence = None, f"The emulator has no sound any more: {reason}"
        for leg in tuple(self._owners):
            self._refuse(leg, self.absence)
        self.lengths.give_up()
