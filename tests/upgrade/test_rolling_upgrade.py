"""An upgrade from the version before, and the way back, under load: no call and no request is lost.

In the order of docs/upgrading.md: the tables first, then a server of this version beside the old
one, then without it; and back again, on the tables of this version.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import PostgresServer, postgres_server
from tests.upgrade.exchange import differences
from tests.upgrade.rollout import Rollout
from tests.upgrade.versions import reason_to_leave_out

__all__ = ["postgres_server"]

SEED = 1


@pytest.fixture
def empty_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    yield postgres_server.create("rollout")
    postgres_server.drop("rollout")


def test_versions_beside_each_other_serve_every_call_on_the_way_up_and_back(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """No request is lost, no call told sorry; each version reads what the other writes: sessions,
    logs, users, keys, passwords and numbers.
    """
    if reason := reason_to_leave_out():
        pytest.skip(reason)
    rollout = Rollout(tmp_path, request.getfixturevalue("empty_postgres"), SEED)
    asyncio.run(rollout.tell())
    assert [] == rollout.problems
    assert all(number >= 3 for number in rollout.compared), rollout.compared
    assert 5 == len(rollout.parties)  # the customer, the agent and those whom each version added
    for phase in rollout.ledger.phases:
        called = [x for x in rollout.ledger.calls if phase.begun <= x.begun < phase.ended]
        assert called, phase.name


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        ({"id": 1, "log": [{"at": 2}], "version": 3}, []),
        ({"id": 2, "log": [{"at": 2}]}, ["s.id: 1 is read as 2"]),
        ({"log": [{"at": 2}]}, ["s lacks id"]),
        ({"id": 1, "log": []}, ["s.log: [{'at': 2}] is read as []"]),
        ({"id": 1, "log": [{"at": 3}]}, ["s.log[0].at: 2 is read as 3"]),
    ],
)
def test_what_is_read_otherwise_is_noticed_and_what_is_new_is_not(
    newer: dict[str, Any], expected: list[str]
) -> None:
    assert expected == differences({"id": 1, "log": [{"at": 2}]}, newer, "s")
