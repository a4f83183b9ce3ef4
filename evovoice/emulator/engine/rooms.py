"""Conferences in motion: who comes, who is connected, who leaves, and when it is over."""

from evovoice.emulator.engine import recordings, room_audio, room_events
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.messages import Params
from evovoice.emulator.state.room import EndReason, Entry, Participant, Room

_STARTING_SIZE = 2
_FREE_TEXT: dict[EndReason, str] = {
    "conference-ended-via-api": "Conference ended via API",
    "participant-with-end-conference-on-exit-left": "Participant with end-on-exit left",
    "participant-with-end-conference-on-exit-kicked": "Participant with end-on-exit was kicked",
    "last-participant-kicked": "Last participant was kicked",
    "last-participant-left": "Last participant left",
}


def room_named(network: VoiceNetwork, name: str, entry: Entry, region: str) -> Room:
    """R20: the living conference of that (trimmed) name, or a new one with this callback.

    `region` is where the leg arrived: in two regions one name means two conferences (R59).
    """
    name = name.strip()
    room = network.rooms.active(name, entry.region, region)
    if room is not None:
        return room
    room = Room(
        sid=network.sids.new("CF"),
        name=name,
        created=network.now,
        updated=network.now,
        next_sequence=network.choices.first_conference_sequence,
        callbacks=entry.callbacks,
        max_participants=entry.max_participants,
        region=entry.region or region,
        opened_in=region,
        record=entry.record,
        recording_target=entry.recording_target,
    )
    network.rooms.add(room)
    return room


def join(network: VoiceNetwork, participant: Participant) -> None:
    """The leg shows up in the conference; a leg that still rings may too (S1)."""
    room = participant.room
    participant.joined = True
    room.status = "in-progress"  # R24: from the first join on, started or not
    room_events.tell(network, room, "participant-join", participant)


def connect(network: VoiceNetwork, participant: Participant) -> None:
    """The leg can be heard: the conference may start, or the leg waits (R23, R53)."""
    if not participant.joined:
        join(network, participant)
    participant.connected = True
    room = participant.room
    if not room.started and _may_start(room):
        _start(network, room)
    wait(network, participant)


def _start(network: VoiceNetwork, room: Room) -> None:
    room.started = True
    for one in room.participants.values():
        if not one.hold:
            room_audio.silence(one)
    if room.record:
        room.recording = recordings.of_room(network, room.sid, room.recording_target)
    room_events.tell(network, room, "conference-start")


def wait(network: VoiceNetwork, participant: Participant) -> None:
    """Wait music, while the conference has not started and unless the address is empty."""
    url = participant.wait_url
    waits = participant.connected and not (participant.hold or participant.room.started)
    if waits and url:
        room_audio.play(network, participant, "wait", url, participant.wait_method)


def _may_start(room: Room) -> bool:
    connected = [one for one in room.participants.values() if one.connected]
    return len(connected) >= _STARTING_SIZE and any(one.start_on_enter for one in connected)


def leave(
    network: VoiceNetwork,
    participant: Participant,
    reason: str,
    call_status: str,
    *,
    kicked: bool = False,
) -> None:
    """R26: one leaves; with it the conference ends if it was the last, or bound to it."""
    room = participant.room
    if room.participants.pop(participant.leg.sid, None) is None:
        return
    binding = participant.end_on_exit and participant.connected
    _say_goodbye(network, participant, reason, call_status)
    if binding:
        close(network, room, _bound_reason(kicked), participant)
    elif not room.participants:
        close(network, room, _last_reason(kicked), participant)


def _bound_reason(kicked: bool) -> EndReason:
    if kicked:
        return "participant-with-end-conference-on-exit-kicked"
    return "participant-with-end-conference-on-exit-left"


def _last_reason(kicked: bool) -> EndReason:
    return "last-participant-kicked" if kicked else "last-participant-left"


def _say_goodbye(
    network: VoiceNetwork, participant: Participant, reason: str, call_status: str
) -> None:
    participant.connected = False
    participant.leg.participant = None
    room_audio.silence(participant)
    participant.room.updated = network.now
    extra = (("ReasonParticipantLeft", reason), ("ParticipantCallStatus", call_status))
    room_events.tell(network, participant.room, "participant-leave", participant, extra)


def close(
    network: VoiceNetwork, room: Room, reason: EndReason, by: Participant | None = None
) -> None:
    """R27, R41: everybody is out; documents go on, dialled legs end."""
    room.status = "completed"
    room.reason = reason
    room.updated = network.now
    room.ending_call_sid = by.leg.sid if by else None
    network.rooms.note_end(room)
    rest = tuple(room.participants.values())
    room.participants.clear()
    left = "moderator_ended_conference" if by else "conference_ended_via_api"
    for one in rest:
        _say_goodbye(network, one, left, _status_after_close(one))
    if room.recording is not None:
        recordings.finish(network, room.recording)
    room_events.tell(network, room, "conference-end", extra=_ending(reason, by))
    for one in rest:
        one.way_out()


def _status_after_close(participant: Participant) -> str:
    leg = participant.leg
    if not leg.live:
        return "canceled"
    return "completed" if leg.watcher is not None else "in-progress"


def _ending(reason: EndReason, by: Participant | None) -> Params:
    who: Params = (("CallSidEndingConference", by.leg.sid),) if by else ()
    label: Params = (("ParticipantLabelEndingConference", by.label),) if by and by.label else ()
    return (*who, *label, ("ReasonConferenceEnded", reason), ("Reason", _FREE_TEXT[reason]))
