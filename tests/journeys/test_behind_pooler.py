"""The whole service behind PgBouncer, in session and in transaction mode."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evovoice.domain.messages import Bridge
from evovoice.services.intake import instruct_incoming
from tests.databases import empty
from tests.journeys.calls import path_of
from tests.journeys.stage import FOURTH, OURS, THIRD, Stage
from tests.pgbouncer import bouncer, url_through

__all__ = ["bouncer"]


@pytest.fixture
def pooled(bouncer: Path, migrated_postgres: str) -> Iterator[Stage]:
    """On an empty database behind it."""
    empty(migrated_postgres)
    stage = Stage(url_through(bouncer, "migrated"))
    yield stage
    stage.close()


def test_whole_call_behind_a_pooler(pooled: Stage) -> None:
    """A conversion, two adds, hold, a note, an ending, and what is read of it."""
    pooled.bridge_in()
    path = path_of(pooled)
    for number in (THIRD, FOURTH):
        pooled.twilio.phone(number).answers_after(1)
        assert 200 == pooled.add(number).status_code
        pooled.pass_time(4)
    assert 4 == len(pooled.living())
    assert 200 == pooled.request("POST", f"{path}/hold", {}).status_code
    assert 200 == pooled.request("PATCH", path, {"consoleData": "a note"}).status_code
    assert 200 == pooled.request("GET", "/sessions?search=acme").status_code
    assert 204 == pooled.end().status_code
    pooled.pass_time(5)
    assert [] == pooled.living()
    assert pooled.session()["ended"]
    assert {answer.status for _, answer in pooled.answers} <= {200, 204}


def test_120_callers_at_once_behind_a_pooler_are_all_answered(pooled: Stage) -> None:
    """Each gets the devices that ring for it, out of as many transactions."""
    all_there = threading.Barrier(40)

    def ask(number: int) -> object:
        if number < 40:
            all_there.wait()
        caller, sid = f"+1202555{number:04}", f"CA{number:032x}"
        return instruct_incoming(pooled.context, sid, caller, OURS)[0]

    with ThreadPoolExecutor(40) as threads:
        answers = list(threads.map(ask, range(120)))
    assert 120 == sum(isinstance(answer, Bridge) for answer in answers)
