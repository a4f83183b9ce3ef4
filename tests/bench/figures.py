"""One figure: rounds of the service and of the bare app in turn, and the JSON line of it."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.bench.load import Requests, Sample, Target, drive
from tests.bench.plan import WARMUP, Plan

_BREATH = 0.3  # seconds between rounds, for what a round has left behind


@dataclass(frozen=True, slots=True)
class Figure:
    """What is measured: `bench` at so many clients; the supplies make each round's requests."""

    bench: str
    clients: int
    carrier_ms: int
    ours: Callable[[], Requests]
    bare: Callable[[], Requests]
    target: Target
    bare_target: Target
    dials: Callable[[], int] | None = None  # counts them; each answer must stand for one

    def measure(self, plan: Plan, database: str) -> dict[str, Any]:
        """Run it; the line to print."""
        ours, bare = Sample(), Sample()
        for _ in range(plan.rounds):
            self._round(plan, ours)
            drive(self.bare_target, self.bare(), plan.seconds, WARMUP, bare)
            time.sleep(_BREATH)
        return self._line(ours, bare, database)

    def _round(self, plan: Plan, ours: Sample) -> None:
        requests = self.ours()
        before = ours.answered - (self.dials() if self.dials else 0)
        drive(self.target, requests, plan.seconds, WARMUP, ours)
        time.sleep(_BREATH)
        if self.dials is not None and ours.answered - self.dials() != before:
            off = ours.answered - self.dials() - before
            ours.errors[f"answers without a dial: {off}"] += abs(off)

    def _line(self, ours: Sample, bare: Sample, database: str) -> dict[str, Any]:
        line = {
            "bench": self.bench,
            "clients": self.clients,
            "carrier_ms": self.carrier_ms,
            "database": database,
            "rps": round(ours.rps, 1),
            "p50_ms": _rounded(ours.percentile(0.5)),
            "p99_ms": _rounded(ours.percentile(0.99)),
            "requests": len(ours.latencies),
            "errors": ours.errors.total() + bare.errors.total(),
            "bare_rps": round(bare.rps, 1),
            "bare_p50_ms": _rounded(bare.percentile(0.5)),
            "cpu_ms": _rounded(ours.cpu_ms),
            "bare_cpu_ms": _rounded(bare.cpu_ms),
            "ratio": round(ours.rps / bare.rps, 3) if bare.rps else None,
        }
        seen = [*ours.errors.most_common(2), *bare.errors.most_common(2)]
        return line | ({"first_errors": [text for text, _ in seen]} if seen else {})


def show(line: dict[str, Any]) -> None:
    """One line of JSON on standard output, at once."""
    print(json.dumps(line), flush=True)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
