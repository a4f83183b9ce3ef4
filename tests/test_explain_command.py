"""`evovoice session explain`: what it prints, and with which exit code."""

import json
import re
from typing import Any

import pytest

from evovoice.cli import main
from evovoice.storage.unit_of_work import Database
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.storage.builders import ringing_session

__all__ = ["database", "database_url", "migrated_file", "migrated_postgres", "postgres_server"]

Output = pytest.CaptureFixture[str]


@pytest.fixture
def _stored(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call to +12025550123 that rings."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    with database.writing() as work:
        work.sessions.save(ringing_session())


def _ran(output: Output, code: int, *arguments: str) -> str:
    assert code == main(["session", "explain", *arguments])
    out, err = output.readouterr()
    assert err == ""
    return out


@pytest.mark.usefixtures("_stored")
def test_story_is_printed_under_headings_with_numbers_masked(capsys: Output) -> None:
    text = _ran(capsys, 0, "s-1")
    assert text.startswith("The call:\n  ")
    assert re.match(r"The call:\n  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  ", text)  # in UTC
    assert "called +1•••••" in text
    assert "What is waited for:" in text
    assert "+12025550123" not in text
    assert "+14155550100 called +12025550123" in _ran(capsys, 0, "s-1", "--numbers")


@pytest.mark.usefixtures("_stored")
def test_json_has_each_sentence_with_its_section_and_time(capsys: Output) -> None:
    found: dict[str, Any] = json.loads(_ran(capsys, 0, "s-1", "--json"))
    assert ("s-1", "a-acme") == (found["sessionId"], found["accountId"])
    first = found["sentences"][0]
    assert "call" == first["section"]
    assert first["at"].endswith("Z")
    assert "+12025550123" not in json.dumps(found)


@pytest.mark.usefixtures("_stored")
def test_call_that_no_session_has_is_exit_code_1_and_says_what_it_may_mean(capsys: Output) -> None:
    text = _ran(capsys, 1, "CA" + "9" * 32)
    assert "No session has a call CA" in text
    assert "evovoice doctor" in text
    assert "The database is not ready" in text
