"""/Calls/{sid}/UserDefinedMessages and -Subscriptions: messages to and from the page of a call.

https://www.twilio.com/docs/voice/api/userdefinedmessage-resource
https://www.twilio.com/docs/voice/api/userdefinedmessagesubscription-resource
"""

import json

from evovoice.emulator.engine import call_messages
from evovoice.emulator.engine.formats import rfc2822
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest.errors import Refusal, not_found
from evovoice.emulator.rest.fields import method_in, url_in
from evovoice.emulator.rest.messages import JsonObject, RestRequest, RestResponse
from evovoice.emulator.rest.render import account_path
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.orders import Subscription

_INVALID_CONTENT = 32703


def send(network: VoiceNetwork, request: RestRequest, call_sid: str) -> RestResponse:
    """201: the page gets it at once, or never."""
    leg = _with_page(network, request, call_sid)
    message = call_messages.send(network, leg, _content(request))
    return RestResponse(201, _head(network, leg, message.sid))


def subscribe(network: VoiceNetwork, request: RestRequest, call_sid: str) -> RestResponse:
    """201: from now on what the page sends is told there too."""
    leg = _with_page(network, request, call_sid)
    url = url_in(request.form, "Callback", 20001)
    if not url:
        raise Refusal(20001, "Callback is required")
    sid = network.sids.new("ZY")
    leg.message_subscriptions[sid] = Subscription(
        url, method_in(request.form, "Method"), frozenset()
    )
    path = f"{account_path(network)}/Calls/{leg.sid}/UserDefinedMessageSubscriptions/{sid}.json"
    return RestResponse(201, {**_head(network, leg, sid), "uri": path})


def unsubscribe(
    network: VoiceNetwork, request: RestRequest, call_sid: str, sid: str
) -> RestResponse:
    """204."""
    leg = network.legs.get(call_sid)
    if leg is None or leg.message_subscriptions.pop(sid, None) is None:
        raise not_found(request.path)
    return RestResponse(204, None)


def _content(request: RestRequest) -> str:
    content = request.form.text("Content")
    if not content:
        raise Refusal(20001, "Content is required")
    try:
        json.loads(content)
    except ValueError as error:
        raise Refusal(_INVALID_CONTENT, "Content is not JSON") from error
    if len(content) > call_messages.LONGEST:
        raise Refusal(_INVALID_CONTENT, f"Content has more than {call_messages.LONGEST} characters")
    return content


def _with_page(network: VoiceNetwork, request: RestRequest, call_sid: str) -> Leg:
    leg = network.legs.get(call_sid)
    if leg is None:
        raise not_found(request.path)
    if not call_messages.can_be_told(leg):
        code = network.choices.no_page_in_call_code
        raise Refusal(code, "Call is not active, or no Voice SDK takes part in it")
    return leg


def _head(network: VoiceNetwork, leg: Leg, sid: str) -> JsonObject:
    return {
        "account_sid": network.account.sid,
        "call_sid": leg.sid,
        "sid": sid,
        "date_created": rfc2822(network.now),
    }
