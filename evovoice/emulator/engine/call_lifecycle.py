"""The lifecycle of a leg: placed, ringing, answered, ended."""

from functools import partial

from evovoice.emulator.engine import amd, leg_events, recordings, speaking
from evovoice.emulator.engine.dtmf import press_later
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state import devices
from evovoice.emulator.state.clock import MICROS
from evovoice.emulator.state.leg import Leg, LegStatus
from evovoice.emulator.state.phones import Character, Failure

_SIP_CODES: dict[LegStatus, int] = {
    "completed": 200,
    "busy": 486,
    "failed": 404,
    "no-answer": 487,
    "canceled": 487,
}
_OF_THEIR_OWN = Character("silent", None)


def place(network: VoiceNetwork, leg: Leg, patience: float) -> None:
    """Dial the far end; after `patience` seconds without an answer it is no-answer (R35)."""
    leg.placed = True
    _later(network, leg, network.choices.initiated_after, partial(_initiated, network, leg))
    timeout = partial(end, network, leg, "no-answer")
    leg.timers.append(network.clock.after(patience, timeout, limit=True))


def _later(network: VoiceNetwork, leg: Leg, seconds: float, action: "partial[None]") -> None:
    leg.timers.append(network.clock.after(seconds, action))


def _initiated(network: VoiceNetwork, leg: Leg) -> None:
    leg_events.tell(network, leg, "initiated")
    wait = network.choices.ringing_after - network.choices.initiated_after
    refusal = _refusal(network, leg.to)
    if refusal is not None:
        _later(network, leg, wait, partial(end, network, leg, *refusal))
    else:
        _later(network, leg, wait, partial(_ringing, network, leg))


def _refusal(network: VoiceNetwork, address: str) -> Failure | None:
    """What the network says at once, if it never rings there."""
    if network.devices.is_offline(address) and not network.phones.has(address):
        return network.choices.offline_client_status, 480
    return network.phones.at(address).at_once


def _ringing(network: VoiceNetwork, leg: Leg) -> None:
    leg.status = "ringing"
    leg.updated = network.now
    leg_events.tell(network, leg, "ringing")
    if leg.watcher is not None:
        leg.watcher.leg_ringing(leg)
    if leg.application_sid is None:
        devices.ring(network.devices, leg)
    if leg.application_sid is None and not leg.devices:
        leg.far_end = network.telephone.ring(leg)


def reject(network: VoiceNetwork, leg: Leg) -> None:
    """The called party declines."""
    end(network, leg, network.choices.rejected_status, 603)


def answer(network: VoiceNetwork, leg: Leg) -> None:
    """The far end picks up; from now on the leg is in-progress (R48)."""
    if leg.status != "ringing":
        return
    phone = character_at(network, leg)
    leg.hang_up_after, leg.digits, leg.says = phone.talks_for, phone.digits, phone.says
    connect(network, leg)
    leg_events.tell(network, leg, "answered")
    recordings.start_ordered(network, leg)
    amd.listen(network, leg)
    if leg.watcher is not None:
        leg.watcher.leg_answered(leg)


def pick_up(network: VoiceNetwork, leg: Leg) -> None:
    """The leg's own document answers it: a call to us, or a dialled application."""
    if leg.direction == "inbound":
        connect(network, leg)
    else:
        answer(network, leg)


def connect(network: VoiceNetwork, leg: Leg) -> None:
    """Somebody is on the line: the clock of the conversation starts."""
    leg.drop_timers()
    devices.stop_others(leg)
    leg.status = "in-progress"
    leg.started = leg.updated = network.now
    for seconds in (leg.hang_up_after, leg.time_limit):
        if seconds is not None:
            over = partial(end, network, leg, "completed")
            leg.timers.append(network.clock.after(seconds, over, limit=True))
    press_later(network, leg)
    speaking.speak_later(network, leg)
    listen_for_keys(network, leg, character_at(network, leg))
    if leg.far_end is not None:
        leg.far_end.answered(leg)


def character_at(network: VoiceNetwork, leg: Leg) -> Character:
    """How that person behaves; a page is not played by the phone book."""
    if leg.has_page:
        return _OF_THEIR_OWN
    return network.phones.at(leg.from_ if leg.direction == "inbound" else leg.to)


def listen_for_keys(network: VoiceNetwork, leg: Leg, phone: Character) -> None:
    """That person is on the line, and hears keys from some time on."""
    leg.listener.expects = phone.expects
    leg.listener.listens_from = network.now + round(phone.listens_after * MICROS)


def end(network: VoiceNetwork, leg: Leg, status: LegStatus, sip_code: int | None = None) -> None:
    """The final status; TwiML stops, whoever placed the leg learns it, then the callback goes."""
    if leg.over:
        return
    leg.status = status
    leg.ended = leg.updated = network.now
    leg.sip_code = sip_code or _SIP_CODES[status]
    leg.drop_timers()
    devices.stop_others(leg)
    if leg.far_end is not None:
        leg.far_end.ended(leg)
    recordings.finish_all(network, leg)
    executor, leg.executor = leg.executor, None
    if executor is not None:
        executor.stop("hang-up")
    watcher, leg.watcher = leg.watcher, None
    if watcher is not None:
        watcher.leg_ended(leg)
    leg_events.tell(network, leg, "completed", recordings.told_at_the_end(network, leg))
    network.legs.note_end(leg)


def hang_up(network: VoiceNetwork, leg: Leg) -> None:
    """The far end hangs up: an ending, or a refusal when it never picked up."""
    if leg.live:
        end(network, leg, "completed")
    elif leg.direction == "inbound":
        end(network, leg, network.choices.unanswered_end_status)
    else:
        reject(network, leg)
