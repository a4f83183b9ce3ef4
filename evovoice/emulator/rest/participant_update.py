"""POST on a participant: mute, hold, announce, flags, coaching (section 3.4, R39, R40)."""

from evovoice.emulator.engine import (
    conference_audio,
    conference_events,
    conference_lifecycle,
    conference_speakers,
)
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest import render
from evovoice.emulator.rest.conferences import announce
from evovoice.emulator.rest.errors import Refusal
from evovoice.emulator.rest.fields import method_in, url_in, wait_url_in
from evovoice.emulator.rest.messages import Form, RestRequest, RestResponse
from evovoice.emulator.rest.participants import check_coached, present
from evovoice.emulator.state.conference import Participant

_MODIFYING = ("BeepOnExit", "EndConferenceOnExit", "Coaching", "CallSidToCoach", "WaitUrl")


def update(network: VoiceNetwork, request: RestRequest, conference: str, who: str) -> RestResponse:
    """Every field that is given, each with its own event; whatever is refused changes nothing."""
    participant = present(network, request, conference, who)
    form = request.form
    _check(network, participant, form)
    coaching_changed = _coach(participant, form)
    if participant.coaching and not participant.coach:
        network.alert(0, "Coaching has no effect: it means nothing without CallSidToCoach")
    if "Muted" in form:
        _mute(network, participant, form)
    if "Hold" in form:
        _hold(network, participant, form)
    if coaching_changed or any(name in form for name in _MODIFYING):
        _modify(network, participant, form)
    announce(network, participant.conference, form, participant)
    participant.updated = network.now
    return RestResponse(200, render.participant(network, participant))


def _check(network: VoiceNetwork, participant: Participant, form: Form) -> None:
    for name in ("Hold", "Announce", "Wait"):
        url_in(form, f"{name}Url", 21205)
        method_in(form, f"{name}Method")
    if "Hold" in form and not form.flag("Hold") and not participant.hold:
        raise Refusal(network.choices.not_held_code, "Participant is not on hold")  # R39
    if "EndConferenceOnExit" in form and not participant.connected:
        raise Refusal(network.choices.connecting_leg_code, "Participant is still connecting")  # R40
    if form.get("CallSidToCoach"):
        check_coached(participant.conference, form.text("CallSidToCoach"))


def _coach(participant: Participant, form: Form) -> bool:
    """`Coaching` is false in every update that does not carry it; whether that changed it."""
    if "CallSidToCoach" in form:
        participant.coach = form.get("CallSidToCoach") or None
    before, participant.coaching = participant.coaching, form.flag("Coaching")
    return before != participant.coaching


def _mute(network: VoiceNetwork, participant: Participant, form: Form) -> None:
    muted = form.flag("Muted")
    if muted != participant.muted:
        participant.muted = muted
        event = "participant-mute" if muted else "participant-unmute"
        conference_events.tell(network, participant.conference, event, participant)
        conference_speakers.notice(network, participant)


def _hold(network: VoiceNetwork, participant: Participant, form: Form) -> None:
    hold, url = form.flag("Hold"), url_in(form, "HoldUrl", 21205)
    method = method_in(form, "HoldMethod", "GET")
    changed, participant.hold = hold != participant.hold, hold
    if changed or url:
        conference_audio.silence(participant)
        conference_lifecycle.wait(network, participant)
    if hold and url:
        conference_audio.play(network, participant, "hold", url, method)
    if changed:
        event = "participant-hold" if hold else "participant-unhold"
        conference_events.tell(network, participant.conference, event, participant)
        conference_speakers.notice(network, participant)


def _modify(network: VoiceNetwork, participant: Participant, form: Form) -> None:
    if "EndConferenceOnExit" in form and not participant.hold:  # R40: ignored while held
        participant.end_on_exit = form.flag("EndConferenceOnExit")
    if "WaitUrl" in form:
        participant.wait_url = wait_url_in(form)
        participant.wait_method = method_in(form, "WaitMethod")
        _rewait(network, participant)
    conference_events.tell(network, participant.conference, "participant-modify", participant)


def _rewait(network: VoiceNetwork, participant: Participant) -> None:
    """Other wait music, unless it hears hold music just now."""
    if not participant.hold:
        conference_audio.silence(participant)
        conference_lifecycle.wait(network, participant)
