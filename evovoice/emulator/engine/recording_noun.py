"""`<Start><Recording>` and `<Stop><Recording>`: a call is recorded while its document goes on.

https://www.twilio.com/docs/voice/twiml/recording
"""

from evovoice.emulator.engine import recordings
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.voice_network import Execution
from evovoice.emulator.state.orders import RecordOrder


def start(executor: Execution, verb: Verb) -> bool:
    """It begins at once and lasts as one that REST has started, on two channels unless told
    otherwise.
    """
    for noun in verb.named("Recording"):
        order = RecordOrder(
            recordings.recording_target(executor, noun),
            1 if noun.get("channels") == "mono" else 2,
            recordings.track_of(noun, "track"),
        )
        network, leg = executor.network, executor.leg
        one = recordings.of_leg(network, leg, order, "StartCallRecordingTwiML")
        one.name = noun.get("name") or ""
    return True


def stop(executor: Execution, verb: Verb) -> bool:
    """What was started under that `name` on this leg is over; what was not is told in an alert."""
    network, leg = executor.network, executor.leg
    for noun in verb.named("Recording"):
        name = noun.get("name")
        found = [one for one in leg.recordings if name and one.name == name and not one.over]
        for one in found:
            recordings.finish(network, one)
        if not found:
            network.alert(0, f"Stop: no recording named {name!r} runs on this call", leg.sid)
    return True
