"""The table of verbs: who performs which."""

from collections.abc import Mapping

from evovoice.emulator.engine.dial import perform_dial
from evovoice.emulator.engine.enqueueing import enqueue, leave
from evovoice.emulator.engine.flow_verbs import hang_up, redirect, refuse
from evovoice.emulator.engine.gathering import gather
from evovoice.emulator.engine.record_verb import record
from evovoice.emulator.engine.recording_noun import start, stop
from evovoice.emulator.engine.sound_verbs import pause, play, say
from evovoice.emulator.engine.voice_network import Handler

HANDLERS: Mapping[str, Handler] = {
    "Dial": perform_dial,
    "Enqueue": enqueue,
    "Gather": gather,
    "Hangup": hang_up,
    "Leave": leave,
    "Pause": pause,
    "Play": play,
    "Record": record,
    "Redirect": redirect,
    "Reject": refuse,
    "Say": say,
    "Start": start,
    "Stop": stop,
}
