"""<Dial><Conference>: a leg with a document takes part (R16, R20-R24, R27-R30)."""

import re
from functools import partial

from evovoice.emulator.engine import conference_lifecycle, recordings
from evovoice.emulator.engine.conference_events import CONFERENCE_EVENTS
from evovoice.emulator.engine.dial_legs import request_in_vain
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.nouns import subscription_of
from evovoice.emulator.engine.voice_network import Execution
from evovoice.emulator.state.clock import Timer
from evovoice.emulator.state.conference import Conference, Entry, Participant, admit
from evovoice.emulator.state.leg import StopCause
from evovoice.emulator.state.messages import Params

_MAX_PARTICIPANTS = 250
_NAME_LENGTH = 128
_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")
# R16: never a DialCallSid, never a DialCallDuration.
_REPORT: Params = (("DialCallStatus", "answered"),)


class InConference:
    """The time a leg spends in the conference, `timeLimit` seconds at most."""

    def __init__(self, executor: Execution, verb: Verb, participant: Participant) -> None:
        self._executor = executor
        self._verb = verb
        self._participant = participant
        self._timer: Timer | None = None
        seconds = verb.number("timeLimit", 0)
        if seconds:
            self._timer = executor.network.clock.after(seconds, self._time_is_up, limit=True)

    def _time_is_up(self) -> None:
        """The Dial is over: the document goes on as if the leg had been removed (R27)."""
        if self._executor.activity is not self:
            return
        network, participant = self._executor.network, self._participant
        reason = network.choices.kick_leave_reason
        conference_lifecycle.leave(network, participant, reason, "in-progress", kicked=True)
        participant.way_out()

    def abandon(self, cause: StopCause) -> None:
        """Hung up, or redirected (R28); the action is requested and its answer ignored."""
        if self._timer is not None:
            self._timer.cancel()
        network = self._executor.network
        if cause == "redirect":
            reason, status = "participant_updated_via_api", "in-progress"
        else:
            reason, status = "participant_hung_up", self._participant.leg.status
        conference_lifecycle.leave(network, self._participant, reason, status)
        request_in_vain(self._executor, self._verb, _REPORT, cause)


def enter_conference(executor: Execution, verb: Verb, noun: Verb) -> bool:
    """Join, or go on when there is no place for this leg."""
    network, entry = executor.network, _entry(executor, noun)
    conference = network.conferences.active(noun.text, entry.region, executor.leg.region)
    code, text = _obstacle(conference, entry, noun.text)
    if code:
        network.alert(code, text, executor.leg.sid)
        return _turned_away(executor, verb, code)
    conference = conference_lifecycle.conference_named(
        network, noun.text, entry, executor.leg.region
    )
    way_out = partial(executor.after, verb, _REPORT)
    participant = admit(conference, executor.leg, entry, network.now, way_out)
    executor.activity = InConference(executor, verb, participant)
    conference_lifecycle.connect(network, participant)
    return False


def _turned_away(executor: Execution, verb: Verb, code: int) -> bool:
    """13240 goes to the action; every other obstacle to the next verb, as 16025 does (R29)."""
    if code != 13240 or verb.get("action") is None:  # noqa: PLR2004 - one of Twilio's numbers
        return True
    executor.after(verb, _REPORT)
    return False


def _obstacle(conference: Conference | None, entry: Entry, name: str) -> tuple[int, str]:
    """Twilio's code and words for why this leg cannot come in; 0 when it can."""
    if not name or len(name) > _NAME_LENGTH:
        return 13237, "Dial->Conference: Invalid Conference Name"
    label = entry.label or ""
    if len(label) > _NAME_LENGTH or "/" in label or _CALL_SID.fullmatch(label):
        return 16023, f"participant label {label!r} is invalid"
    if entry.coach and (conference is None or entry.coach not in conference.participants):
        return 13240, f"Dial->Conference: Invalid Whisper SID {entry.coach!r}"
    return _no_place(conference, label) if conference else (0, "")


def _no_place(conference: Conference, label: str) -> tuple[int, str]:
    if label and conference.find(label) is not None:
        return 16025, f"participant label {label!r} is in use"
    if len(conference.participants) >= conference.max_participants:
        return 16020, "conference is full"
    return 0, ""


def _entry(executor: Execution, noun: Verb) -> Entry:
    wait_url, event_callback = noun.get("waitUrl"), noun.get("eventCallbackUrl")
    return Entry(
        label=noun.get("participantLabel"),
        muted=noun.flag("muted"),
        start_on_enter=noun.flag("startConferenceOnEnter", True),
        end_on_exit=noun.flag("endConferenceOnExit"),
        coach=noun.get("coach"),
        wait_url=executor.resolve(wait_url) if wait_url else wait_url,
        wait_method=noun.method("waitMethod"),
        max_participants=min(noun.number("maxParticipants", _MAX_PARTICIPANTS), _MAX_PARTICIPANTS),
        callbacks=subscription_of(executor, noun, CONFERENCE_EVENTS, default=frozenset()),
        region=noun.get("region"),
        record=recordings.is_wanted(noun),
        recording_target=recordings.recording_target(executor, noun),
        event_callback=executor.resolve(event_callback) if event_callback else None,
    )
