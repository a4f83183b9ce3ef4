"""A leg that REST dials straight into a conference (section 3.3, switch S1)."""

from functools import partial

from evovoice.emulator.engine import call_lifecycle, conference_lifecycle
from evovoice.emulator.engine.redirecting import Source, begin
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.account import VoiceSettings
from evovoice.emulator.state.conference import Conference, Entry, Participant, admit
from evovoice.emulator.state.leg import Leg


class DialledParticipant:
    """Watches its leg; the leg has no TwiML, so it ends when it has to leave (R27)."""

    def __init__(self, network: VoiceNetwork, participant: Participant) -> None:
        self._network = network
        self._participant = participant

    def leg_ringing(self, leg: Leg) -> None:
        """S1 `ringing`: the others see it come before anybody has answered."""
        if self._network.choices.join_at == "ringing":
            conference_lifecycle.join(self._network, self._participant)
        application = self._network.account.applications.get(leg.application_sid or "")
        if application is not None:
            _let_application_answer(self._network, leg, application.voice)

    def leg_answered(self, leg: Leg) -> None:  # noqa: ARG002 - a watcher's signature
        """Now it is really in."""
        conference_lifecycle.connect(self._network, self._participant)

    def leg_redirected(self, leg: Leg) -> None:  # noqa: ARG002 - a watcher's signature
        """R28: it has another document, and has not hung up."""
        conference_lifecycle.leave(
            self._network, self._participant, "participant_updated_via_api", "in-progress"
        )

    def leg_ended(self, leg: Leg) -> None:
        """A leg that never answered could not be added; that leave may have no join."""
        reason = "participant_hung_up" if leg.answered else "participant_add_failed"
        conference_lifecycle.leave(self._network, self._participant, reason, leg.status)


def dial_into(
    network: VoiceNetwork,
    conference: Conference,
    leg: Leg,
    entry: Entry,
    *,
    patience: float,
    wait: float,
) -> Participant:
    """R31: queued at first; dialled at once or, over the account's rate, later (R37)."""
    participant = admit(conference, leg, entry, network.now, partial(_show_out, network, leg))
    leg.watcher = DialledParticipant(network, participant)
    network.legs.add(leg)
    if wait > 0:
        later = partial(call_lifecycle.place, network, leg, patience)
        leg.timers.append(network.clock.after(wait, later))
    else:
        call_lifecycle.place(network, leg, patience)
    return participant


def _let_application_answer(network: VoiceNetwork, leg: Leg, voice: VoiceSettings) -> None:
    """`app:AP..`: the far end is a document, which takes part while it runs."""
    if voice.voice_url is None:
        call_lifecycle.end(network, leg, "failed")
    else:
        begin(network, leg, Source(voice.voice_url, voice.voice_method))


def _show_out(network: VoiceNetwork, leg: Leg) -> None:
    call_lifecycle.end(network, leg, "completed" if leg.answered else "canceled")
