"""Keeps telephone numbers and secrets out of every log line."""

import logging
import re
import traceback
from collections.abc import Iterable

_E164 = re.compile(r"(?P<plus>\+|%2[Bb])(?P<first>[0-9])[0-9]{2,10}(?P<last>[0-9]{4})")
_BARE = re.compile(r"(?<![\w.])[0-9]{6,11}(?P<last>[0-9]{4})(?![\w.])")
_CREDENTIALS = re.compile(
    r"\b(?P<kind>Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+"
    r"|\bak-[A-Za-z0-9_-]+|\bls-[A-Za-z0-9_-]{20,}"
)


class Masking(logging.Filter):
    """A filter for log handlers; `secrets` are texts that must never be seen."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace what the handler will write; the record always passes."""
        record.msg, record.args = self._masked(record.getMessage()), None
        if record.exc_info:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
            record.exc_info = None  # a formatter would else write it out once more, unmasked
        if record.exc_text:
            record.exc_text = self._masked(record.exc_text)
        return True

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "•••")
        return masked(text)


def masked_trace(error: BaseException) -> str:
    """Where and why something went wrong, without the numbers and credentials it happened to."""
    return masked("".join(traceback.format_exception(error)))


def masked(text: str) -> str:
    """That text with numbers shortened (`+1•••••4567`) and credentials masked."""
    text = _CREDENTIALS.sub(lambda m: f"{m['kind']} •••" if m["kind"] else "•••", text)
    text = _E164.sub(r"+\g<first>•••••\g<last>", text)
    return _BARE.sub(r"•••••\g<last>", text)
