"""The table of verbs, and what it means to meet one that is not in it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from evovoice.emulator.engine.dial import perform_dial
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.flow_verbs import hang_up, redirect, refuse
from evovoice.emulator.engine.sound_verbs import gather, pause, play, say

if TYPE_CHECKING:
    from evovoice.emulator.engine.script import Script

# A handler answers True when it is done, False when it takes time or led away.
Handler = Callable[["Script", Verb], bool]

DOES_NOT_ANSWER = frozenset({"Reject", "Redirect"})

_HANDLERS: Mapping[str, Handler] = {
    "Dial": perform_dial,
    "Gather": gather,
    "Hangup": hang_up,
    "Pause": pause,
    "Play": play,
    "Redirect": redirect,
    "Reject": refuse,
    "Say": say,
}


def perform(script: "Script", verb: Verb) -> bool:
    """Do what the verb says; an unknown one is skipped and reported."""
    handler = _HANDLERS.get(verb.name)
    if handler is None:
        script.world.alert(12200, f"unknown verb <{verb.name}>", script.leg.sid)
        return True
    return handler(script, verb)
