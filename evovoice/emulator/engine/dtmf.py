"""DTMF digits that the remote party sends by itself, some time after the answer."""

from functools import partial

from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.phones import presses


def press_later(network: VoiceNetwork, leg: Leg) -> None:
    """Whatever listens at that moment gets the key; if nothing does, it is lost."""
    for seconds, key in presses(leg.digits):
        leg.timers.append(network.clock.after(seconds, partial(_press, leg, key)))


def _press(leg: Leg, key: str) -> None:
    activity = getattr(leg.executor, "activity", None)
    listens = getattr(activity, "press", None)
    if listens is not None:
        listens(key)
