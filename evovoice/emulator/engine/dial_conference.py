"""<Dial><Conference>: a leg with a document takes part (R16, R20-R24, R27-R30)."""

from functools import partial
from typing import TYPE_CHECKING

from evovoice.emulator.engine import rooms
from evovoice.emulator.engine.courier import Params
from evovoice.emulator.engine.dial_legs import request_in_vain
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.leg import StopCause
from evovoice.emulator.engine.nouns import subscription_of
from evovoice.emulator.engine.room import Entry, Participant, Room, admit
from evovoice.emulator.engine.room_events import ROOM_EVENTS

if TYPE_CHECKING:
    from evovoice.emulator.engine.script import Script

_MAX_PARTICIPANTS = 250
# R16: never a DialCallSid, never a DialCallDuration.
_REPORT: Params = (("DialCallStatus", "answered"),)


class InConference:
    """The time a leg spends in the conference."""

    def __init__(self, script: "Script", verb: Verb, participant: Participant) -> None:
        self._script = script
        self._verb = verb
        self._participant = participant

    def abandon(self, cause: StopCause) -> None:
        """Hung up, or redirected (R28); the action is requested and its answer ignored."""
        world = self._script.world
        if cause == "redirect":
            reason, status = "participant_updated_via_api", "in-progress"
        else:
            reason, status = "participant_hung_up", self._participant.leg.status
        rooms.leave(world, self._participant, reason, status)
        request_in_vain(self._script, self._verb, _REPORT, cause)


def enter_conference(script: "Script", verb: Verb, noun: Verb) -> bool:
    """Join, or go on with the next verb when there is no place for this leg."""
    entry = _entry(script, noun)
    room = rooms.room_named(script.world, noun.text, entry)
    obstacle = _obstacle(room, entry)
    if obstacle is not None:
        script.world.alert(*obstacle, script.leg.sid)
        return True
    way_out = partial(script.after, verb, _REPORT)
    participant = admit(room, script.leg, entry, script.world.now, way_out)
    script.activity = InConference(script, verb, participant)
    rooms.connect(script.world, participant)
    return False


def _obstacle(room: Room, entry: Entry) -> tuple[int, str] | None:
    if entry.label and room.find(entry.label) is not None:
        return 16025, f"participant label {entry.label!r} is in use"
    if len(room.participants) >= room.max_participants:
        return 16020, "conference is full"
    return None


def _entry(script: "Script", noun: Verb) -> Entry:
    wait_url = noun.get("waitUrl")
    return Entry(
        label=noun.get("participantLabel"),
        muted=noun.flag("muted"),
        start_on_enter=noun.flag("startConferenceOnEnter", True),
        end_on_exit=noun.flag("endConferenceOnExit"),
        coach=noun.get("coach"),
        wait_url=script.resolve(wait_url) if wait_url else None,
        wait_method=noun.get("waitMethod") or "POST",
        max_participants=noun.number("maxParticipants", _MAX_PARTICIPANTS),
        callbacks=subscription_of(script, noun, ROOM_EVENTS, default=frozenset()),
    )
