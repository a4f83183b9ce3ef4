"""Recordings: nobody hears them, but their sids, addresses and callbacks are there."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from evovoice.emulator.engine.courier import Params
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.formats import rfc2822, whole_seconds
from evovoice.emulator.engine.leg import Leg, Subscription
from evovoice.emulator.engine.leg_events import note_failure
from evovoice.emulator.engine.voice_request import API_VERSION
from evovoice.emulator.engine.world import World

if TYPE_CHECKING:
    from evovoice.emulator.engine.script import Script

RECORDING_EVENTS = frozenset({"in-progress", "completed", "absent"})
_COMPLETED = frozenset({"completed"})
_OFF = frozenset({"do-not-record", "false", ""})


@dataclass(slots=True)
class Recording:
    """`about` is what its callbacks say it belongs to: a call or a conference."""

    sid: str
    started: int
    source: str
    about: Params
    target: Subscription | None
    call_sid: str | None = None
    conference_sid: str | None = None
    channels: int = 1
    track: str = "both"
    ended: int | None = None


def is_wanted(verb: Verb) -> bool:
    """Whether the `record` attribute asks for one."""
    return (verb.get("record") or "").lower() not in _OFF


def recording_target(script: "Script", verb: Verb) -> Subscription | None:
    """recordingStatusCallback and its events; by default only the end is reported."""
    url = verb.get("recordingStatusCallback")
    if not url:
        return None
    words = frozenset((verb.get("recordingStatusCallbackEvent") or "").split())
    method = verb.method("recordingStatusCallbackMethod")
    return Subscription(script.resolve(url), method, words & RECORDING_EVENTS or _COMPLETED)


def of_call(world: World, call_sid: str, source: str, target: Subscription | None) -> Recording:
    """Start recording a leg."""
    about = (("CallSid", call_sid),)
    return _start(world, Recording("", world.now, source, about, target, call_sid))


def of_leg(
    world: World, leg: Leg, target: Subscription | None, *, channels: int, track: str
) -> Recording:
    """Start recording a live leg because REST asks for it.

    It goes on whatever document the leg is given, until the leg ends. The recording of a
    two-leg call names the parent.
    """
    about = (("CallSid", leg.parent_sid or leg.sid),)
    recording = Recording(
        "", world.now, "StartCallRecordingAPI", about, target, about[0][1],
        channels=channels, track=track,
    )  # fmt: skip
    leg.recordings.append(recording)
    return _start(world, recording)


def finish_all(world: World, leg: Leg) -> None:
    """The leg is over, and with it what REST had recorded of it."""
    for recording in leg.recordings:
        finish(world, recording)


def of_room(world: World, room_sid: str, target: Subscription | None) -> Recording:
    """Start recording a conference: its callback names no CallSid."""
    about = (("ConferenceSid", room_sid),)
    one = Recording("", world.now, "Conference", about, target, conference_sid=room_sid)
    return _start(world, one)


def _start(world: World, recording: Recording) -> Recording:
    recording.sid = world.sids.new("RE")
    _tell(world, recording, "in-progress", ())
    return recording


def finish(world: World, recording: Recording, seconds: int | None = None) -> Params:
    """It is over; what the action request says about it."""
    recording.ended = world.now
    length = whole_seconds(recording.started, world.now) if seconds is None else seconds
    duration = (("RecordingDuration", str(length)),)
    _tell(world, recording, "completed", duration)
    return (
        ("RecordingUrl", url_of(world, recording)),
        ("RecordingSid", recording.sid),
        *duration,
    )


def url_of(world: World, recording: Recording) -> str:
    """Where Twilio would keep it."""
    account = f"https://api.twilio.com/{API_VERSION}/Accounts/{world.account.sid}"
    return f"{account}/Recordings/{recording.sid}"


def _tell(world: World, recording: Recording, status: str, extra: Params) -> None:
    target = recording.target
    if target is None or status not in target.events:
        return
    params = (
        ("AccountSid", world.account.sid),
        *recording.about,
        ("RecordingSid", recording.sid),
        ("RecordingUrl", url_of(world, recording)),
        ("RecordingStatus", status),
        *extra,
        ("RecordingChannels", str(recording.channels)),
        ("RecordingStartTime", rfc2822(recording.started)),
        ("RecordingSource", recording.source),
    )
    world.courier.send(
        "recording-status",
        target.url,
        target.method,
        params,
        partial(note_failure, world, recording.call_sid, 15003),
        call_sid=recording.call_sid,
        conference_sid=recording.conference_sid,
    )
