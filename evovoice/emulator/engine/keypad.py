"""Keys that Twilio presses towards the far end: SendDigits, sendDigits, <Play digits> (R61).

https://www.twilio.com/docs/voice/api/call-resource#create-a-call
https://www.twilio.com/docs/voice/twiml/play#attributes-digits
"""

import re
from collections.abc import Callable
from functools import partial

from evovoice.emulator.engine import expecting
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.clock import Timer
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.phones import presses, seconds_to_press

_KEYS = re.compile(r"[0-9A-Da-d#*wW]{1,32}")


def is_sendable(digits: str) -> bool:
    """At most 32 of 0-9, A-D, # and *, with w and W for half a second and a whole one."""
    return _KEYS.fullmatch(digits) is not None


def press_then(network: VoiceNetwork, leg: Leg, digits: str, then: Callable[[], None]) -> None:
    """The far end hears one key after the other; then `then`, unless the leg has ended."""
    leg.timers += press(network, leg, digits)
    leg.timers.append(network.clock.after(seconds_to_press(digits), then))


def press(network: VoiceNetwork, leg: Leg, digits: str) -> list[Timer]:
    """The far end hears one key after the other, as long as nobody stops the timers."""
    return [
        network.clock.after(seconds, partial(expecting.hear, network, leg, key))
        for seconds, key in presses(digits)
    ]
