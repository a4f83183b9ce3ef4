"""Messages between an application and the page that is in a call.

https://www.twilio.com/docs/voice/sdks/call-message-events
"""

from functools import partial

from evovoice.emulator.engine.formats import rfc2822
from evovoice.emulator.engine.leg_events import note_failure
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.leg import CallMessage, Leg
from evovoice.emulator.state.messages import Params

LONGEST = 10_000  # characters of a message's content
_NOT_DELIVERED = 15003


def can_be_told(leg: Leg) -> bool:
    """Whether a page is in the call, ringing or talking."""
    return leg.has_page and not leg.over


def send(network: VoiceNetwork, leg: Leg, content: str) -> CallMessage:
    """The application tells the page something; a page without a socket misses it."""
    message = CallMessage(network.sids.new("KX"), content)
    if leg.far_end is not None and not leg.far_end.take_message(leg, message):
        network.alert(0, f"message {message.sid}: the page has lost its socket", leg.sid)
    return message


def deliver(network: VoiceNetwork, leg: Leg, message: CallMessage) -> None:
    """The page tells the application something: to all who subscribed to that call."""
    number, leg.messages_sent = leg.messages_sent, leg.messages_sent + 1
    params: Params = (
        ("ContentType", message.content_type),
        ("Content", message.content),
        ("SequenceNumber", str(number)),
        ("CallSid", leg.sid),
        ("Timestamp", rfc2822(network.now)),
        ("AccountSid", network.account.sid),
        ("Sid", message.sid),
    )
    failed = partial(note_failure, network, leg.sid, _NOT_DELIVERED)
    for target in leg.message_subscriptions.values():
        network.webhook_sender.send(
            "call-message", target.url, target.method, params, failed, call_sid=leg.sid
        )
