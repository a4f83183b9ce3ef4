"""A short evening, as a process of its own: what befalls a service in production costs nobody."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import postgres_server
from tests.pgbouncer import require_pgbouncer

__all__ = ["postgres_server"]

ROOT = Path(__file__).parents[2]
PATIENCE = 500  # seconds; it takes one minute where little else runs


@pytest.mark.usefixtures("postgres_server")  # skipped where there is none
def test_no_request_is_lost_and_nobody_is_told_sorry_beyond_the_failover() -> None:
    require_pgbouncer()
    words = [sys.executable, "-m", "tests.operator", "--short"]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, check=False, timeout=PATIENCE)
    assert run.returncode in (0, 1), run.stderr.decode()
    figures = json.loads(run.stdout)
    assert [] == figures["broken"], "\n".join([*figures["broken"], json.dumps(figures)])
    assert (0, 0) == (figures["requests_lost"], figures["told_sorry_beyond_the_failover"])
    assert figures["calls"] > 10
    phases = figures["phases"]
    assert phases["connections to the database ended"]["connections_ended"]
    assert phases["database restarted"]["away_seconds"]
    assert phases["Twilio away"]["requests_refused"]["503 CarrierUnavailable"]
    assert phases["slow clients"]["slow_connections"] >= 300
    assert phases["a user disabled"]["ringing_ended_after_seconds"] < 10
