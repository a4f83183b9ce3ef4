"""<Dial>: to a conference, to a queue, or to telephones."""

from evovoice.emulator.engine.dial_conference import enter_conference
from evovoice.emulator.engine.dial_legs import Dialling
from evovoice.emulator.engine.dial_queue import dial_queue
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.voice_network import Execution


def perform_dial(executor: Execution, verb: Verb) -> bool:
    """A conference or a queue excludes all others; bare text is a number."""
    alone = verb.named("Conference", "Queue")
    if alone:
        _report_others(executor, verb)
        enter = enter_conference if alone[0].name == "Conference" else dial_queue
        return enter(executor, verb, alone[0])
    dialling = Dialling(executor, verb)
    executor.activity = dialling
    dialling.start()
    return False


def _report_others(executor: Execution, verb: Verb) -> None:
    if len(verb.children) > 1 or verb.text:
        text = "Dial: a Conference or Queue cannot be combined with other nouns"
        executor.network.alert(13215, text, executor.leg.sid)
