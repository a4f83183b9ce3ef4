"""Runs the load driver and turns what it saw into figures."""

import json
import math
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.bench.cpu import cpu_seconds

Requests = list[list[str]]  # for each client what it sends, one after the other


@dataclass(slots=True)
class Sample:
    """What several rounds of one measurement saw together."""

    requests: int = 0  # answered inside the window
    seconds: float = 0.0
    answered: int = 0  # at any time, with the warm-up
    cpu: float = 0.0  # seconds of the server's processor time for all that was answered
    latencies: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def rps(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms(self) -> float | None:
        """Processor time of the server for each request."""
        return self.cpu * 1000 / self.answered if self.answered and self.cpu else None

    def percentile(self, share: float) -> float | None:
        """The time in ms that this share of the answers kept: of the nearest rank."""
        if not self.latencies:
            return None
        ordered = sorted(self.latencies)
        return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] * 1000


@dataclass(frozen=True, slots=True)
class Target:
    """Where load goes and what a good answer is."""

    port: int
    pid: int
    status: str = "200"
    contains: str = ""


def drive(target: Target, requests: Requests, seconds: float, warmup: int, into: Sample) -> None:
    """One round against that target, added to `into`."""
    job = {
        "port": target.port, "status": target.status, "contains": target.contains,
        "clients": requests, "seconds": seconds, "warmup": warmup,
    }  # fmt: skip
    before = cpu_seconds(target.pid)
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench.driver"],
        input=json.dumps(job).encode(),
        capture_output=True,
        check=False,
        timeout=seconds + 120,
    )
    if run.returncode:
        into.errors[f"driver: {run.stderr.decode()[-400:]}"] += 1
        return
    seen = json.loads(run.stdout)
    into.cpu += cpu_seconds(target.pid) - before
    into.answered += seen["answered"]
    into.requests += seen["requests"]
    into.seconds += seen["seconds"]
    into.latencies += seen["latencies"]
    into.errors.update(seen["errors"])


def post(
    path: str, *, form: dict[str, str] | None = None, json_body: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> str:  # fmt: skip
    """One POST as it goes over the wire."""
    body = urlencode(form) if form is not None else json.dumps(json_body or {})
    kind = "application/x-www-form-urlencoded" if form is not None else "application/json"
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {kind}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])
