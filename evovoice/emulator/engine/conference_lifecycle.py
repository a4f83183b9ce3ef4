"""Conferences in motion: who comes, who is connected, who leaves, and when it is over."""

from evovoice.emulator.engine import (
    conference_audio,
    conference_events,
    conference_speakers,
    recordings,
)
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.conference import Conference, EndReason, Entry, Participant
from evovoice.emulator.state.messages import Params

_STARTING_SIZE = 2
_FREE_TEXT: dict[EndReason, str] = {
    "conference-ended-via-api": "Conference ended via API",
    "participant-with-end-conference-on-exit-left": "Participant with end-on-exit left",
    "participant-with-end-conference-on-exit-kicked": "Participant with end-on-exit was kicked",
    "last-participant-kicked": "Last participant was kicked",
    "last-participant-left": "Last participant left",
}


def conference_named(network: VoiceNetwork, name: str, entry: Entry, region: str) -> Conference:
    """R20: the living conference of that (trimmed) name, or a new one with this callback.

    `region` is where the leg arrived: in two regions one name means two conferences (R59).
    """
    name = name.strip()
    conference = network.conferences.active(name, entry.region, region)
    if conference is not None:
        return conference
    conference = Conference(
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
        event_callback=entry.event_callback,
    )
    network.conferences.add(conference)
    return conference


def join(network: VoiceNetwork, participant: Participant) -> None:
    """The leg shows up in the conference; a leg that still rings may too (S1)."""
    conference = participant.conference
    participant.joined = True
    conference.status = "in-progress"  # R24: from the first join on, started or not
    conference_events.tell(network, conference, "participant-join", participant)


def connect(network: VoiceNetwork, participant: Participant) -> None:
    """The leg can be heard: the conference may start, or the leg waits (R23, R53)."""
    if not participant.joined:
        join(network, participant)
    participant.connected = True
    conference = participant.conference
    if not conference.started and _may_start(conference):
        _start(network, conference)
    wait(network, participant)
    conference_speakers.notice(network, participant)


def _start(network: VoiceNetwork, conference: Conference) -> None:
    conference.started = True
    for one in conference.participants.values():
        if not one.hold:
            conference_audio.silence(one)
    if conference.record:
        conference.recording = recordings.of_conference(network, conference)
    conference_events.tell(network, conference, "conference-start")
    for one in conference.participants.values():
        conference_speakers.notice(network, one)


def wait(network: VoiceNetwork, participant: Participant) -> None:
    """Wait music, while the conference has not started and unless the address is empty."""
    url = participant.wait_url
    waits = participant.connected and not (participant.hold or participant.conference.started)
    if waits and url:
        conference_audio.play(network, participant, "wait", url, participant.wait_method)


def _may_start(conference: Conference) -> bool:
    connected = [one for one in conference.participants.values() if one.connected]
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
    conference = participant.conference
    if conference.participants.pop(participant.leg.sid, None) is None:
        return
    binding = participant.end_on_exit and participant.connected
    _say_goodbye(network, participant, reason, call_status)
    if binding:
        close(network, conference, _bound_reason(kicked), participant)
    elif not conference.participants:
        close(network, conference, _last_reason(kicked), participant)


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
    conference_audio.silence(participant)
    participant.conference.updated = network.now
    extra = (("ReasonParticipantLeft", reason), ("ParticipantCallStatus", call_status))
    conference_events.tell(network, participant.conference, "participant-leave", participant, extra)


def close(
    network: VoiceNetwork, conference: Conference, reason: EndReason, by: Participant | None = None
) -> None:
    """R27, R41: everybody is out; documents go on, dialled legs end."""
    conference.status = "completed"
    conference.reason = reason
    conference.updated = network.now
    conference.ending_call_sid = by.leg.sid if by else None
    network.conferences.note_end(conference)
    rest = tuple(conference.participants.values())
    conference.participants.clear()
    left = "moderator_ended_conference" if by else "conference_ended_via_api"
    for one in rest:
        _say_goodbye(network, one, left, _status_after_close(one))
    if conference.recording is not None:
        recordings.finish(network, conference.recording)
    conference_events.tell(network, conference, "conference-end", extra=_ending(reason, by))
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
