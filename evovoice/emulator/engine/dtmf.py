"""DTMF digits that the remote party sends, by hand or by itself some time after the answer.

Whatever listens at that moment gets them: a verb, or whoever the leg is bridged to.
https://www.twilio.com/docs/voice/sdks/javascript/twiliocall#callsenddigitsdigits
"""

from functools import partial
from typing import Protocol, runtime_checkable

from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.phones import presses


@runtime_checkable
class TakesKeys(Protocol):
    """An activity that listens for keys."""

    def press(self, digits: str) -> bool:
        """Take them; False when nobody listens just now."""


@runtime_checkable
class CarriesKeys(Protocol):
    """Whoever placed a leg and may have bridged it to another."""

    def carry(self, leg: Leg, digits: str) -> bool:
        """The other side hears what that leg presses; False where there is none."""


def press_later(network: VoiceNetwork, leg: Leg) -> None:
    """Whatever listens at that moment gets the key; if nothing does, it is lost."""
    press_in_turn(network, leg, leg.digits)


def press_in_turn(network: VoiceNetwork, leg: Leg, digits: str) -> None:
    """One key after the other, `w` waits half a second."""
    for seconds, key in presses(digits):
        leg.timers.append(network.clock.after(seconds, partial(_press, leg, key)))


def _press(leg: Leg, key: str) -> None:
    press(leg, key)


def press(leg: Leg, digits: str) -> bool:
    """The person on the leg presses keys; False when nobody hears them."""
    activity = getattr(leg.executor, "activity", None)
    if isinstance(activity, TakesKeys):
        return activity.press(digits)
    watcher: object = leg.watcher
    return isinstance(watcher, CarriesKeys) and watcher.carry(leg, digits)
