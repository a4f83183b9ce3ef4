"""Dates, durations and display forms, written the way Twilio writes them."""

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from evovoice.emulator.state.clock import MICROS

_US_LENGTH = len("+15551234567")


@lru_cache(maxsize=4096)
def _rfc2822(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))


def rfc2822(micros: int) -> str:
    """`Thu, 01 Jun 2017 20:48:32 +0000` (R43)."""
    return _rfc2822(micros // MICROS)


def started_minutes(seconds: int) -> int:
    """`Duration` of a status callback: minutes, rounded up."""
    return -(-seconds // 60)


def boolean(value: bool) -> str:
    """`true` or `false`, as webhooks spell it."""
    return "true" if value else "false"


def formatted(address: str) -> str:
    """`to_formatted`: national form for +1, otherwise the address itself."""
    if address.startswith("+1") and len(address) == _US_LENGTH:
        return f"({address[2:5]}) {address[5:8]}-{address[8:]}"
    return address
