"""`python -m tests.bench.profile`: where the processor time of a later add goes, on PostgreSQL.

One thread plays it alone: the service, and the emulator called as a function. So it shows what an
add costs the service, without driver, sockets and other requests.
"""

import cProfile
import json
import pstats
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from evovoice.domain.call_session import CallSession
from evovoice.emulator.choices import Choices
from evovoice.services.calls import active_sessions
from evovoice.settings import Limits
from evovoice.storage.migrations.upgrade import upgrade
from tests.bench.databases import postgres
from tests.journeys.stage import OURS, Stage

_CALLS, _ADDS_OF_ONE = 14, 8
_WARM = 12
_ADDS = 50
_MANY = 10**6
# what is looked at: the end of the file's name, and the function; time below it is counted in
_PARTS = {
    "all of the request": ("flask/app.py", "wsgi_app"),
    "statements of SQL": ("storage/database/connection.py", "execute"),
    "connections out of the pool, and begin": ("storage/database/transactions.py", "_started"),
    "commit": ("storage/database/transactions.py", "_commit"),
    "the order to the carrier": ("carrier/twilio_carrier.py", "carry_out"),
    "of this the emulator": ("emulator/sdk/http_client.py", "request"),
    "who is asking": ("web/authenticator.py", "authenticate"),
    "what is to be written": ("storage/repositories/snapshots.py", "snapshot"),
    "orders that follow": ("domain/order_derivation.py", "derive_orders"),
}

Key = tuple[str, int, str]
Timing = tuple[int, int, float, float, dict[Key, Any]]


def measure(url: str) -> dict[str, object]:
    """Milliseconds of processor time of one add, whole and, under the profiler, in parts."""
    limits = Limits(_MANY, _MANY, _MANY, _MANY)
    stage = Stage(url, Choices(participants_per_second=None), limits)
    try:
        adds = _adds(stage)
        _play(adds, _WARM)
        before = time.thread_time()
        _play(adds, _ADDS)
        plain = _each(time.thread_time() - before)
        profile = cProfile.Profile(time.thread_time)
        profile.runcall(_play, adds, _ADDS)
        return {"profile": "later add", "cpu_ms": plain, "profiled_cpu_ms": _parts(profile)}
    finally:
        stage.close()


def _adds(stage: Stage) -> Iterator[Callable[[], Any]]:
    """Adds to conferences of Ann's, some to each."""
    stage.phone(stage.ann).answers_after(1)
    for call in range(_CALLS):
        stage.twilio.place_call(f"+1202556{call:04d}", OURS)
        stage.pass_time(3)
    return _added_to([_conference(stage, session) for session in _sessions(stage)], stage)


def _sessions(stage: Stage) -> list[CallSession]:
    return active_sessions(stage.context, stage.ann)


def _conference(stage: Stage, session: CallSession) -> tuple[str, dict[str, str | None]]:
    """Where members are added to that call, which is a conference then, and by which leg."""
    mine = next(m.leg.call_sid for m in session.members if m.user_id == stage.ann.id)
    path = f"/sessions/{session.id}/conference"
    stage.request("POST", path, {"callSid": mine})
    return f"{path}/members", {"callSid": mine}


def _added_to(
    conferences: list[tuple[str, dict[str, str | None]]], stage: Stage
) -> Iterator[Callable[[], Any]]:
    for path, by in conferences:
        for number in range(100, 100 + _ADDS_OF_ONE):
            destination = f"+1202555{number:04d}"
            stage.twilio.phone(destination).just_rings()
            yield partial(stage.request, "POST", path, by | {"destination": destination})


def _play(adds: Iterator[Callable[[], Any]], count: int) -> None:
    for add in islice(adds, count):
        response = add()
        if response.status_code != 200:
            raise RuntimeError(response.text)


def _parts(profile: cProfile.Profile) -> dict[str, float]:
    timings: dict[Key, Timing] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return {
        part: _each(
            sum(
                timing[3]
                for (file, _, function), timing in timings.items()
                if file.endswith(ending) and function == name
            )
        )
        for part, (ending, name) in _PARTS.items()
    }


def _each(seconds: float) -> float:
    return round(seconds * 1000 / _ADDS, 2)


def main() -> None:
    """Print one line."""
    databases = postgres()
    try:
        url = databases.create("profile")
        upgrade(url)
        print(json.dumps(measure(url)))
    finally:
        databases.stop()


if __name__ == "__main__":
    main()
