"""Clients are told who may do what, by the table that is enforced (C104)."""

from collections.abc import Iterator
from typing import Any

import pytest

from evovoice.domain.rights import Right
from evovoice.web.dto.rights import OperationRightSchema
from evovoice.web.operations import TABLE
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.domain.builders import AGENT, CALLER, bridged, ended
from tests.web.site import Site, fast_passwords
from tests.web.test_stream import ask, ear, look, store
from tests.web.test_stream_members import tell_stored

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url, threads=8)
    site.furnish()
    yield site
    site.database.dispose()


def _answer(site: Site, path: str) -> dict[str, Any]:
    found: dict[str, Any] = ask(site, path).get_json()
    return found


def test_every_command_on_a_session_has_a_row_in_the_table_of_rights_c104() -> None:
    """One that changes a session is in the domain's table, whoever adds it."""
    commands = {
        row.name
        for row in TABLE
        if row.verbs != ("GET",) and any("{sessionId}" in route for route in row.routes)
    }
    assert commands == {right.value for right in Right}


def test_table_of_rights_names_each_operation_with_what_it_needs_c104(site: Site) -> None:
    rights = _answer(site, "/app/rights")["rights"]
    shown = {one["operation"]: one for one in rights}
    assert {row.name for row in TABLE} == set(shown)
    assert "Manager" == shown["DeleteSessions"]["role"]
    assert "userPart" not in shown["DeleteSessions"]
    hold = {"operation": "HoldSession", "role": "User"}
    hold |= {"userPart": "Answered", "overseerPart": "None", "when": "WithOthers"}
    assert hold == shown["HoldSession"]
    assert set(hold) == {str(f.data_key) for f in OperationRightSchema().fields.values()}


def test_answers_say_what_is_allowed_and_events_do_not_c104(site: Site) -> None:
    store(site, bridged())
    listening = ear(site)
    answer = _answer(site, "/sessions/s-1")
    assert "HoldSession" in answer["allowed"]
    assert "RejectSession" not in answer["allowed"]
    assert "allowed" not in _answer(site, "/sessions")["items"][0]
    tell_stored(site, ended("leg-u-ann", AGENT), ended("leg-caller", CALLER))
    look(site)
    assert [] == [one for one in listening.listen() if "allowed" in str(one.data)]
