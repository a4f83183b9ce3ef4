"""`Status=canceled` and `Status=completed` on a call (R12)."""

from functools import partial

from evovoice.emulator.engine import call_lifecycle
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest.errors import Refusal, not_found, not_in_progress
from evovoice.emulator.rest.messages import RestRequest
from evovoice.emulator.state.leg import Leg, LegStatus


def order_end(network: VoiceNetwork, request: RestRequest, leg: Leg) -> LegStatus:
    """`canceled` reaches only queued and ringing calls, `completed` all that live.

    Returns the status that the answer tells, which need not be that of the leg.
    """
    status = request.form.text("Status")
    if status not in {"canceled", "completed"}:
        raise Refusal(20001, f"Status {status} is not valid")
    if leg.over:
        _refuse_late_order(network)
    elif status == "canceled":
        return _cancel(network, request, leg)
    else:
        call_lifecycle.end(
            network, leg, "completed" if leg.live else network.choices.unanswered_end_status
        )
    return leg.status


def _refuse_late_order(network: VoiceNetwork) -> None:
    if network.choices.late_status_update == "refused":
        raise not_in_progress()


def _cancel(network: VoiceNetwork, request: RestRequest, leg: Leg) -> LegStatus:
    if leg.live:
        _refuse_or_ignore(network, request)
    elif leg.direction == "outbound-dial":
        return _cancel_child(network, leg)
    else:
        call_lifecycle.end(network, leg, "canceled")
    return leg.status


def _refuse_or_ignore(network: VoiceNetwork, request: RestRequest) -> None:
    """Nothing happens to a leg that talks; what REST says about that is a choice."""
    match network.choices.cancel_answered:
        case "refused_21220":
            raise not_in_progress()
        case "refused_20404":
            raise not_found(request.path)


def _cancel_child(network: VoiceNetwork, leg: Leg) -> LegStatus:
    """Twilio counts a call with a ringing <Dial> as in-progress; whether its child too is open."""
    match network.choices.cancel_ringing_child:
        case "stops":
            call_lifecycle.end(network, leg, "canceled")
            return leg.status
        case "stops_later":  # whoever answers before that stops the timer
            stop = partial(call_lifecycle.end, network, leg, "canceled")
            leg.timers.append(network.clock.after(network.choices.late_cancel_after, stop))
    return "in-progress"
