"""Verbs that lead away: Redirect, Hangup, Reject."""

from evovoice.emulator.engine import call_lifecycle
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.voice_network import Execution


def redirect(executor: Execution, verb: Verb) -> bool:
    """Go on with another document."""
    executor.open(executor.resolve(verb.text), verb.method(), "redirect")
    return False


def hang_up(executor: Execution, verb: Verb) -> bool:  # noqa: ARG001 - a handler's signature
    """End this leg."""
    call_lifecycle.end(executor.network, executor.leg, "completed")
    return False


def refuse(executor: Execution, verb: Verb) -> bool:
    """Turn an incoming call away without answering it."""
    leg = executor.leg
    if leg.answered or leg.direction != "inbound":
        call_lifecycle.end(executor.network, leg, "completed")
    elif verb.get("reason") == "busy":
        call_lifecycle.end(executor.network, leg, "busy")
    else:
        call_lifecycle.end(
            executor.network, leg, executor.network.choices.refused_caller_status, 603
        )
    return False
