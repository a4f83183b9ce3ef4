"""Call status callbacks: initiated, ringing, answered, completed (section 4.2, R48)."""

from functools import partial
from typing import Literal

from evovoice.emulator.engine.failures import is_failure
from evovoice.emulator.engine.formats import rfc2822, started_minutes
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.engine.voice_request import voice_params
from evovoice.emulator.engine.webhook_sender import describe
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.messages import Params, Reply

LegEvent = Literal["initiated", "ringing", "answered", "completed"]
LEG_EVENTS: frozenset[str] = frozenset({"initiated", "ringing", "answered", "completed"})


def tell(network: VoiceNetwork, leg: Leg, event: LegEvent, extra: Params = ()) -> None:
    """Send the event if it is subscribed to; the numbering counts what was sent."""
    target = leg.subscription
    if target is None or event not in target.events:
        return
    params = (*voice_params(network, leg), *_ending(leg), *extra, *_progress(network, leg))
    leg.sequence += 1
    network.webhook_sender.send(
        "call-status",
        target.url,
        target.method,
        params,
        partial(note_failure, network, leg.sid, 15003),
        call_sid=leg.sid,
    )


def _ending(leg: Leg) -> Params:
    if not leg.over:
        return ()
    seconds = leg.seconds
    sip = (("SipResponseCode", str(leg.sip_code)),) if leg.sip_code else ()
    return (
        ("CallDuration", str(seconds)),
        ("Duration", str(started_minutes(seconds))),
        *sip,
    )


def _progress(network: VoiceNetwork, leg: Leg) -> Params:
    return (
        ("Timestamp", rfc2822(network.now)),
        ("CallbackSource", "call-progress-events"),
        ("SequenceNumber", str(leg.sequence)),
    )


def note_failure(network: VoiceNetwork, call_sid: str | None, code: int, reply: Reply) -> None:
    """R51: a status callback that fails changes nothing; the debugger shows it."""
    if is_failure(reply):
        network.alert(code, f"status callback: {describe(reply)}", call_sid)
