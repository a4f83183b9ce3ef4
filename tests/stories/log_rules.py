"""The log of a session contradicts itself nowhere."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

_GONE = frozenset({"MemberLeft", "MemberRemoved", "MemberFailed"})
_THERE = frozenset({"MemberAnswered", "MemberRinging", "MemberHeld", "MemberMuted"})
_MOST_REPEATS = 6  # of one line: each refusal is not a line of its own
_AFTER_ALL = "in the call after all"


def contradictions(lines: list[dict[str, Any]]) -> Iterable[str]:
    """Each as a sentence; lines as GetSessionEvents gives them."""
    yield from _numbering(lines)
    yield from _after_leaving(lines)
    yield from _endings(lines)
    yield from _repeats(lines)


def _numbering(lines: list[dict[str, Any]]) -> Iterable[str]:
    if [line["sequence"] for line in lines] != list(range(1, len(lines) + 1)):
        yield "the lines are not numbered 1, 2, 3"


def _after_leaving(lines: list[dict[str, Any]]) -> Iterable[str]:
    gone: dict[str, str] = {}
    for line in lines:
        member, kind = line.get("memberId"), line["type"]
        if member is None:
            continue
        if kind in _GONE:
            gone[member] = kind
        elif kind == "CarrierReport" and _AFTER_ALL in line["message"]:
            gone.pop(member, None)
        elif kind in _THERE and member in gone:
            yield f"{kind} after {gone[member]}"


def _endings(lines: list[dict[str, Any]]) -> Iterable[str]:
    ended = False
    for line in lines:
        if line["type"] == "SessionEnded":
            if ended:
                yield "SessionEnded twice"
            ended = True
        elif line["type"] == "CarrierReport" and _AFTER_ALL in line["message"]:
            ended = False


def _repeats(lines: list[dict[str, Any]]) -> Iterable[str]:
    counts = Counter((line["type"], line["message"], line.get("memberId")) for line in lines)
    for (kind, _, _), count in counts.items():
        if count > _MOST_REPEATS and kind in {"CarrierReport", "ConversionFailed", "MemberFailed"}:
            yield f"{kind} says the same {'more than six' if count else ''} times"
