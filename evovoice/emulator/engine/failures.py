"""Replies that are of no use, and Twilio's number for why.

https://www.twilio.com/docs/api/errors: 11100, 11200, 11203, 11205, 11210, 11215 to 11217.
"""

from collections.abc import Mapping

from evovoice.emulator.engine import http_redirects
from evovoice.emulator.state.messages import FailureReason, NoResponse, Reply, WebhookResponse

_BEYOND_SUCCESS = 300  # redirections that can be followed never get here
_NO_ANSWER: Mapping[FailureReason, int] = {
    "connect": 11205,
    "reset": 11200,
    "timeout": 11203,
    "unknown-host": 11210,
    "invalid-url": 11100,
}
_ERROR_ANSWER = 11217  # 4xx and 5xx


def is_failure(reply: Reply) -> bool:
    """Whether no usable document or acknowledgement came back."""
    return not isinstance(reply, WebhookResponse) or reply.status >= _BEYOND_SUCCESS


def failure_code(reply: Reply) -> int:
    """The code of a reply that is a failure."""
    if isinstance(reply, NoResponse):
        return _NO_ANSWER[reply.reason]
    return http_redirects.code(reply) or _ERROR_ANSWER
