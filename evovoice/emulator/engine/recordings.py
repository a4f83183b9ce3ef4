"""Recordings: silent, but their sids, addresses, lengths and callbacks are there."""

from functools import partial

from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.formats import rfc2822
from evovoice.emulator.engine.leg_events import note_failure
from evovoice.emulator.engine.voice_network import Execution, VoiceNetwork
from evovoice.emulator.engine.voice_request import API_VERSION
from evovoice.emulator.state.clock import MICROS
from evovoice.emulator.state.conference import Conference
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.messages import Params
from evovoice.emulator.state.orders import RecordOrder, Subscription
from evovoice.emulator.state.recording import Recording

RECORDING_EVENTS = frozenset({"in-progress", "completed", "absent"})
PARTICIPANT_EVENTS = RECORDING_EVENTS | {"started", "paused", "resumed", "stopped", "failed"}
TRACKS = frozenset({"inbound", "outbound", "both"})
_COMPLETED = frozenset({"completed"})
_ORDERED = "OutboundAPI"
_TOO_SHORT, _SILENT = 16101, 16102
_BY_DIAL = ("record-from-answer", "record-from-ringing")
_ON = {
    "Dial": frozenset({"true", *_BY_DIAL, *(f"{one}-dual" for one in _BY_DIAL)}),
    "Conference": frozenset({"true", "record-from-start"}),
}


def is_wanted(verb: Verb) -> bool:
    """Whether `record` of a Dial or Conference asks for one; what it cannot mean does not.

    https://www.twilio.com/docs/voice/twiml/dial#record
    """
    return (verb.get("record") or "").lower() in _ON[verb.name]


def recording_target(executor: Execution, verb: Verb) -> Subscription | None:
    """recordingStatusCallback and its events; by default only the end is reported."""
    url = verb.get("recordingStatusCallback")
    if not url:
        return None
    words = frozenset((verb.get("recordingStatusCallbackEvent") or "").split())
    method = verb.method("recordingStatusCallbackMethod")
    return Subscription(executor.resolve(url), method, words & RECORDING_EVENTS or _COMPLETED)


def channels_of(verb: Verb) -> int:
    """Two where `record` asks for each side apart."""
    return 2 if (verb.get("record") or "").lower().endswith("-dual") else 1


def track_of(verb: Verb, attribute: str) -> str:
    """Whose voice is recorded; anything else is both."""
    track = verb.get(attribute) or ""
    return track if track in TRACKS else "both"


def of_call(
    network: VoiceNetwork,
    call_sid: str,
    source: str,
    target: Subscription | None,
    channels: int = 1,
    track: str = "both",
) -> Recording:
    """Start recording for a verb of that leg."""
    about = (("CallSid", call_sid),)
    recording = Recording(
        "", network.now, source, about, target, call_sid, call_sid,
        channels=channels, track=track,
    )  # fmt: skip
    return _start(network, recording)


def of_leg(
    network: VoiceNetwork, leg: Leg, order: RecordOrder, source: str = "StartCallRecordingAPI"
) -> Recording:
    """Start recording a live leg because REST asks for it.

    It goes on whatever document the leg is given, until the leg ends. The recording of a
    two-leg call names the parent.
    """
    about = (("CallSid", leg.parent_sid or leg.sid),)
    recording = Recording(
        "", network.now, source, about, order.target, about[0][1], leg.sid,
        channels=order.channels, track=order.track,
    )  # fmt: skip
    leg.recordings.append(recording)
    return _start(network, recording)


def start_ordered(network: VoiceNetwork, leg: Leg) -> None:
    """The leg is answered, and it was ordered with `Record=true`."""
    if leg.record_order is not None:
        of_leg(network, leg, leg.record_order, _ORDERED)


def finish_all(network: VoiceNetwork, leg: Leg) -> None:
    """The leg is over, and with it what REST had recorded of it."""
    for recording in leg.recordings:
        finish(network, recording)


def of_conference(network: VoiceNetwork, conference: Conference) -> Recording:
    """Start recording a conference: its callback names no CallSid.

    The first who joined is on one channel, all others are on the other.
    """
    sid, target = conference.sid, conference.recording_target
    about = (("ConferenceSid", sid),)
    one = Recording("", network.now, "Conference", about, target, conference_sid=sid, channels=2)
    if target is None:  # which takes the place of the older callback
        one.event_callback, one.conference_name = conference.event_callback, conference.name
    return _start(network, one)


def _start(network: VoiceNetwork, recording: Recording) -> Recording:
    recording.sid = network.sids.new("RE")
    network.recordings.add(recording)
    for event in ("started", "in-progress"):
        _tell(network, recording, event, ())
    return recording


def pause(network: VoiceNetwork, recording: Recording, *, skips: bool) -> None:
    """Silence from here on, or with `skips` nothing at all."""
    if recording.paused is None:
        recording.paused, recording.skips = network.now, skips
        _tell(network, recording, "paused", ())


def resume(network: VoiceNetwork, recording: Recording) -> None:
    """Sound again."""
    if recording.paused is None:
        return
    _end_pause(network, recording, recording.paused)
    _tell(network, recording, "resumed", ())


def _end_pause(network: VoiceNetwork, recording: Recording, since: int) -> None:
    if recording.skips:
        recording.left_out += network.now - since
    recording.paused = None


def stop(network: VoiceNetwork, recording: Recording) -> None:
    """Somebody ends it while there would be more to record."""
    _tell(network, recording, "stopped", ())
    finish(network, recording)


def told_at_the_end(network: VoiceNetwork, leg: Leg) -> Params:
    """What the last status callback says of the recording that `Record=true` made of the leg.

    https://www.twilio.com/docs/voice/api/call-resource#statuscallback
    """
    for recording in leg.recordings:
        if recording.source == _ORDERED and recording.status == "completed":
            return _found(network, recording)
    return ()


def finish(network: VoiceNetwork, recording: Recording) -> Params:
    """It is over, if it was not; what the action request says about it."""
    if not recording.over:
        if recording.paused is not None:
            _end_pause(network, recording, recording.paused)
        recording.ended = network.now
        _report_end(network, recording)
    return _found(network, recording)


def _found(network: VoiceNetwork, recording: Recording) -> Params:
    return (
        ("RecordingUrl", url_of(network, recording)),
        ("RecordingSid", recording.sid),
        ("RecordingDuration", str(recording.seconds)),
    )


def _report_end(network: VoiceNetwork, recording: Recording) -> None:
    recording.error_code = _why_absent(network, recording)
    if recording.error_code is not None:
        _tell(network, recording, "absent", (("ErrorCode", str(recording.error_code)),))
    else:
        _tell(network, recording, "completed", (("RecordingDuration", str(recording.seconds)),))
        _tell_record_end(network, recording)


def _why_absent(network: VoiceNetwork, recording: Recording) -> int | None:
    length = network.now - recording.started - recording.left_out
    if length < network.choices.shortest_recording * MICROS:
        return _TOO_SHORT
    return _SILENT if recording.is_silent else None


def _tell_record_end(network: VoiceNetwork, recording: Recording) -> None:
    """`eventCallbackUrl`: conference-record-end, with parameters of its own (4.3)."""
    if recording.event_callback is None:
        return
    params = (
        *recording.about,
        ("FriendlyName", recording.conference_name),
        ("AccountSid", network.account.sid),
        ("Timestamp", rfc2822(network.now)),
        ("EventName", "conference-record-end"),
        ("RecordingUrl", url_of(network, recording)),
        ("Duration", str(recording.seconds)),
        ("RecordingFileSize", str(recording.file_size)),
    )
    _send(network, recording, recording.event_callback, "POST", params)


def url_of(network: VoiceNetwork, recording: Recording) -> str:
    """Where its sound is."""
    account = f"{network.address}/{API_VERSION}/Accounts/{network.account.sid}"
    return f"{account}/Recordings/{recording.sid}"


def _tell(network: VoiceNetwork, recording: Recording, status: str, extra: Params) -> None:
    target = recording.target
    if target is None or status not in target.events:
        return
    track = (("RecordingTrack", recording.track),) if recording.leg_sid else ()
    params = (
        ("AccountSid", network.account.sid),
        *recording.about,
        ("RecordingSid", recording.sid),
        ("RecordingUrl", url_of(network, recording)),
        ("RecordingStatus", status),
        *extra,
        ("RecordingChannels", str(recording.channels)),
        ("RecordingStartTime", rfc2822(recording.started)),
        ("RecordingSource", recording.source),
        *track,
    )
    _send(network, recording, target.url, target.method, params)


def _send(
    network: VoiceNetwork, recording: Recording, url: str, method: str, params: Params
) -> None:
    network.webhook_sender.send(
        "recording-status",
        url,
        method,
        params,
        partial(note_failure, network, recording.call_sid, 15003),
        call_sid=recording.call_sid,
        conference_sid=recording.conference_sid,
    )
