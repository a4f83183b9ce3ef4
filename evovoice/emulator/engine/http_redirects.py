"""Answers that lead elsewhere: 301, 302, 303 and 307 are followed (10.3)."""

from evovoice.emulator.engine.web_addresses import joined
from evovoice.emulator.state.messages import Delivery, Reply, WebhookResponse

FIRST = 300
_FIRST_ERROR = 400
_FOLLOWED = frozenset({301, 302, 303, 307})
_SAME_REQUEST = 307
_ALWAYS_GET = 303


def onward(delivery: Delivery, reply: Reply, *, post_becomes_get: bool) -> tuple[str, str] | None:
    """Method and address of the request that the reply asks for, or None.

    307 repeats the request, 303 is a GET without parameters, 301 and 302 are a choice.
    """
    if (
        not isinstance(reply, WebhookResponse)
        or reply.status not in _FOLLOWED
        or not reply.location
    ):
        return None
    gets = reply.status == _ALWAYS_GET or (reply.status != _SAME_REQUEST and post_becomes_get)
    address = joined(delivery.url, reply.location).partition("#")[0]
    return "GET" if gets else delivery.method, address


def code(answer: WebhookResponse) -> int | None:
    """Twilio's number for a redirection that is the last word; None for other answers."""
    if not FIRST <= answer.status < _FIRST_ERROR:
        return None
    return 11215 if answer.status in _FOLLOWED and answer.location else 11216
