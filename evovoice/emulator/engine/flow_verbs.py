"""Verbs that lead away: Redirect, Hangup, Reject."""

from typing import TYPE_CHECKING

from evovoice.emulator.engine import lines
from evovoice.emulator.engine.document import Verb

if TYPE_CHECKING:
    from evovoice.emulator.engine.script import Script


def redirect(script: "Script", verb: Verb) -> bool:
    """Go on with another document."""
    script.open(script.resolve(verb.text), verb.method(), "redirect")
    return False


def hang_up(script: "Script", verb: Verb) -> bool:  # noqa: ARG001 - a handler's signature
    """End this leg."""
    lines.end(script.world, script.leg, "completed")
    return False


def refuse(script: "Script", verb: Verb) -> bool:
    """Turn an incoming call away without answering it."""
    leg = script.leg
    if leg.answered or leg.direction != "inbound":
        lines.end(script.world, leg, "completed")
    elif verb.get("reason") == "busy":
        lines.end(script.world, leg, "busy")
    else:
        lines.end(script.world, leg, script.world.choices.refused_caller_status, 603)
    return False
