"""One table from everything that can go wrong with a Twilio request to a `CarrierError`.

The texts are ours: Twilio's repeat phone numbers and addresses, and these are shown and logged.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.base.version import Version  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from urllib3.exceptions import ConnectTimeoutError, ProxyError

from evovoice import logs
from evovoice.carrier.cures import cure_of
from evovoice.carrier.failure_table import failure_of_refusal
from evovoice.carrier.port import (
    AccountRejected,
    CarrierBusy,
    CarrierError,
    CarrierRefused,
    CarrierUnreachable,
    CredentialsRefused,
    NotFound,
    Unanswered,
)

_log = logs.get_logger(__name__)
NOT_IN_PROGRESS = 21220
NOT_FOUND = 20404
LABEL_IN_USE = 16026
_MISSING = frozenset({NOT_FOUND, 16001, 16003, 16022})  # the resource, or its conference
_REQUEST_TIMEOUT = 408
_BUSY = frozenset({429, 20429, 10004, 16021})
_CREDENTIALS = frozenset({401, 20003})
_ACCOUNT = frozenset({403, 10001, 20005, 20006})

_REASONS = {
    13214: "the calling number is not verified",
    13223: "the number has the wrong format",
    13224: "the number is not supported",
    13225: "calls to this number are blocked",
    13227: "calls to this country are not allowed",
    16003: "the conference does not exist",
    16020: "the conference is full",
    16022: "the conference is over",
    16026: "this party is being dialled already",
    20404: "it does not exist any more",
    21201: "there is no number to call",
    21203: "calls to this country are not allowed",
    21210: "the calling number is not verified",
    21211: "the number is not valid",
    21212: "the calling number is not valid",
    21213: "there is no number to call from",
    21214: "the number cannot be reached",
    21215: "calls to this country are not allowed",
    21216: "calls to this number are blocked",
    21217: "the number does not look valid",
    21219: "a trial account may only call verified numbers",
    21220: "the call is not in progress",
    21264: "the calling number is not verified",
    32205: "calls to this country are not allowed",
}


@contextmanager
def translated() -> Iterator[None]:
    """Let nothing but a `CarrierError` out, and nothing of the original error with it."""
    try:
        yield
    except CarrierError:
        raise
    except Exception as error:  # once sent, any other failure leaves the outcome open
        meant = carrier_error(error)
        if isinstance(meant, CarrierRefused):  # perhaps nobody else tells: some are no failures
            _log.info("The carrier refused a request", code=meant.code, status=meant.status)
        raise meant from None


def carrier_error(error: Exception) -> CarrierError:
    """What that failure means for the order."""
    if isinstance(error, TwilioException):
        return _by_answer(*_status_and_code(error))
    if any(_is_no_connection(e) for e in _causes(error)):
        return CarrierUnreachable("The carrier cannot be reached")
    return Unanswered(f"The carrier gave no usable answer ({type(error).__name__})")


def _by_answer(status: int, code: int | None) -> CarrierError:
    if status in _BUSY or code in _BUSY:
        return CarrierBusy(cure=cure_of(code), code=None if code == status else code)
    if status in _CREDENTIALS or code in _CREDENTIALS:
        return CredentialsRefused(None if code == status else code, status)
    if code in _ACCOUNT:
        return AccountRejected(None if code == status else code, status)
    if 400 <= status < 500 and status != _REQUEST_TIMEOUT:  # noqa: PLR2004
        reason = _REASONS.get(code or 0, "it does not take this order")
        kind = NotFound if code in _MISSING else CarrierRefused
        told, failure = None if code == status else code, failure_of_refusal(code)
        return kind(told, status, reason, cure_of(code), failure)
    code = None if code == status else code
    return Unanswered(f"The carrier answered with status {status}", status or None, code)


def _status_and_code(error: TwilioException) -> tuple[int, int | None]:
    """From either error shape (8.3); a list's error holds the response itself, still unread."""
    response = next((a for a in error.args if isinstance(a, Response)), None)
    if response is not None:
        error = Version.exception("GET", "", response, "")
    status = _number(getattr(error, "status", None))
    code = _number(getattr(error, "code", None))
    return status or 0, status if code is None else code


def _number(value: object) -> int | None:
    if isinstance(value, int):
        return value
    text = value if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None  # noqa: PLR2004


def _is_no_connection(error: object) -> bool:
    """Whether it says that no byte of the request left; name look-ups are among these."""
    return isinstance(error, ConnectTimeoutError | ProxyError | ssl.SSLCertVerificationError)


def _causes(error: object) -> Iterator[object]:
    """The error and those it was made of: `requests` wraps them, urllib3 hands them on."""
    for _ in range(8):
        yield error
        arguments = getattr(error, "args", ())
        inner = [getattr(error, "reason", None), *arguments, getattr(error, "__cause__", None)]
        error = next((e for e in inner if isinstance(e, Exception)), None)
