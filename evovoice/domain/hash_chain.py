"""Digests of what is written once: each link covers the one before it, so that nothing in between
can be changed, left out, added or swapped without a trace.

What may be erased one day is covered by a salted digest of its own. Without the salt nobody finds
out what it was, and the chain holds all the same.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode

BEGIN = ""  # what the first link of a chain follows
ERASED = "(erased)"  # stands where a text was that told who somebody is (C91)


def salted_digest(salt: str, content: Mapping[str, object]) -> str:
    """SHA-256 in hexadecimal digits of the salt and the content as JSON with sorted keys."""
    return _sha256(salt + _canonical(content))


def link(previous: str, content: Sequence[object]) -> str:
    """SHA-256 in hexadecimal digits of the link before and of what this one stands for."""
    return _sha256(previous + _canonical(content))


def moment_text(moment: datetime) -> str:
    """A moment as links cover it: in UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
