"""What is aimed at, each beside the bare route of the same run, on PostgreSQL."""

from dataclasses import dataclass
from typing import Any

from tests.bench.adds import FIRST, LATER
from tests.bench.webhooks import STATUS, VOICE


@dataclass(frozen=True, slots=True)
class Bar:
    """`share` of the bare route's answers a second at least, or so many ms more at the middle."""

    bench: str
    clients: int
    carrier_ms: int
    share: float | None = None
    more_ms: float | None = None


BARS = (
    Bar(LATER, 32, 100, share=0.8),
    Bar(LATER, 1, 100, more_ms=6.0),
    Bar(FIRST, 32, 100, share=0.65),
    Bar(STATUS, 8, 0, share=0.55),
    Bar(VOICE, 8, 0, share=0.5),
)


def verdicts(line: dict[str, Any]) -> list[dict[str, Any]]:
    """A line for each bar that a figure's line is judged by; none on SQLite."""
    if line["database"] != "postgresql":
        return []
    asked = (line["bench"], line["clients"], line["carrier_ms"])
    return [
        {"bench": f"bar: {line['bench']}", "clients": line["clients"], **_verdict(bar, line)}
        for bar in BARS
        if (bar.bench, bar.clients, bar.carrier_ms) == asked
    ]


def _verdict(bar: Bar, line: dict[str, Any]) -> dict[str, Any]:
    if bar.share is not None:
        ratio = line["ratio"] or 0.0
        return {"ratio": ratio, "bar": bar.share, "reached": ratio >= bar.share}
    more = round(line["p50_ms"] - line["bare_p50_ms"], 2)
    return {"more_ms": more, "bar": bar.more_ms, "reached": more <= (bar.more_ms or 0.0)}
