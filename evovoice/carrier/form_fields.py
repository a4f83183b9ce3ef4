"""Reads a webhook's form: strictly what a report is about, as a genuine signature does not prove
where a name ends; leniently what it can be understood without, as a report that is refused is lost.
"""

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from evovoice.domain.messages import LOOK

Form = Mapping[str, str]

_LOG = logging.getLogger(__name__)
_SID = re.compile("[A-Z]{2}[0-9a-fA-F]{32}")
_COUNT = re.compile("[0-9]{1,9}")
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\+?[0-9]{3,11}([0-9]{4})(?![0-9A-Za-z])")
SECRETS = frozenset({"CallToken", "StirPassportToken", "RecordingUrl"})
_FLAGS = {"true": True, "false": False}
_KEPT_NAMES = 60
_KEPT_LETTERS = 256


class BadReport(ValueError):
    """A form that Twilio does not send; the sentence names the parameter, not its value."""


def values_of(form: Form, name: str) -> list[str]:
    """All values of a name, from a MultiDict or a plain mapping."""
    getlist = getattr(form, "getlist", None)
    if getlist is not None:
        return list(getlist(name))
    return [form[name]] if name in form else []


def text(form: Form, name: str, limit: int = 256) -> str | None:
    """The one value of a name, or None where it is not there."""
    values = values_of(form, name)
    if not values:
        return None
    if len(values) > 1:
        raise BadReport(f"{name} is given {len(values)} times")
    if len(values[0]) > limit:
        raise BadReport(f"{name} is longer than {limit} characters")
    if _CONTROL.search(values[0]):
        raise BadReport(f"{name} contains control characters")
    return values[0]


def needed(form: Form, name: str, limit: int = 256) -> str:
    """The one value of a name that must be there and say something."""
    value = text(form, name, limit)
    if not value:
        raise BadReport(f"{name} is missing")
    return value


def sid(form: Form, name: str, prefix: str) -> str:
    """A Twilio identifier of the given kind."""
    value = needed(form, name, 34)
    if not value.startswith(prefix) or not _SID.fullmatch(value):
        raise BadReport(f"{name} is not an identifier that begins with {prefix}")
    return value


def count(form: Form, name: str) -> int | None:
    """A number from 0 to 999999999 in ASCII digits; None where there is none."""
    require_uncut(form, name, "[0-9]")
    value = optional(form, name) or ""
    return int(value) if _COUNT.fullmatch(value) else None


def optional(form: Form, name: str, limit: int = 256) -> str | None:
    """The one value of a name that can be done without; None where it cannot be read."""
    try:
        return text(form, name, limit)
    except BadReport as problem:
        _LOG.warning("%s; the report is read without it", problem)
        return None


def flag(form: Form, name: str) -> bool:
    """`true` or `false` (4.3); false where neither is said."""
    require_uncut(form, name, "(?:true|false)")
    value = optional(form, name)
    if value not in _FLAGS:
        _LOG.warning("%s is neither true nor false in a report; it counts as false", name)
        return False
    return _FLAGS[value]


def require_uncut(form: Form, name: str, value: str) -> None:
    """A name that is missing was not hidden: `Holdt=rue`, `Hol=dtrue` and a value that ends in
    `Holdtrue` have the signature of `Hold=true`, and the carrier sent none of them.

    `value` is how the value begins, as a pattern. Errors: `BadReport`.
    """
    if name in form:
        return
    signed, longer = _signed_text(form, name)
    if any(found.end(1) not in longer for found in re.finditer(f"({name}){value}", signed)):
        raise BadReport(f"{name} is missing and stands in other parameters")


def _signed_text(form: Form, name: str) -> tuple[str, set[int]]:
    """Names and values in the order in which they are signed, and where the names end there that
    end in `name` themselves, as `DialCallDuration` does.
    """
    signed, longer = "", set()
    for other in sorted(set(form)):
        for value in sorted(set(values_of(form, other))):
            signed += other
            if other.endswith(name):
                longer.add(len(signed))
            signed += value
    return signed, longer


def timestamp(form: Form, received_at: datetime) -> datetime:
    """When Twilio says it happened; an unreadable time is no reason to lose the rest."""
    require_uncut(form, "Timestamp", "[A-Z][a-z]{2}, ")
    value = optional(form, "Timestamp")
    if not value:
        return received_at
    try:
        at = parsedate_to_datetime(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return received_at


def masked(form: Form) -> dict[str, str]:
    """The form for the log: no secrets, of phone numbers the last digits, nothing boundless."""
    names = sorted(set(form) - SECRETS)[:_KEPT_NAMES]
    return {_safe(name): _safe(", ".join(values_of(form, name))) for name in names}


def _safe(value: str) -> str:
    shown = _CONTROL.sub("", value[:_KEPT_LETTERS])
    return _NUMBER.sub(lambda m: f"{'+' * m[0].startswith('+')}•••{m[1]}", shown)


def event_number(form: Form) -> int:
    """The event's number in its conference; without one it says no more than a look."""
    number = count(form, "SequenceNumber")
    if number is None:
        _LOG.warning("A conference event has no sequence number; any that has one counts more")
        return LOOK
    return number
