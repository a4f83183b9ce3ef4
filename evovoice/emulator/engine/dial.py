"""<Dial>: to a conference or to other telephones."""

from typing import TYPE_CHECKING

from evovoice.emulator.engine.dial_conference import enter_conference
from evovoice.emulator.engine.dial_legs import Dialling
from evovoice.emulator.engine.document import Verb

if TYPE_CHECKING:
    from evovoice.emulator.engine.script import Script


def perform_dial(script: "Script", verb: Verb) -> bool:
    """A conference noun excludes all others; bare text is a number."""
    conferences = verb.named("Conference")
    if conferences:
        return enter_conference(script, verb, conferences[0])
    dialling = Dialling(script, verb)
    script.activity = dialling
    dialling.start()
    return False
