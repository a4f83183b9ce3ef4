"""The commands `audit list` and `log verify`: what they print and with which exit code."""

import getpass
import json
from typing import Any

import pytest
from sqlalchemy import text

from evovoice.cli import main
from evovoice.storage.unit_of_work import Database
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.services.tampering import audited, logged

__all__ = ["database", "database_url", "migrated_file", "migrated_postgres", "postgres_server"]

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _on_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)


def printed(output: Output, *arguments: str, code: int = 0) -> Any:
    """What the command prints with --json."""
    assert code == main([*arguments, "--json"])
    return json.loads(output.readouterr().out)


def test_commands_are_told_with_who_ran_them_c90(capsys: Output) -> None:
    account = printed(capsys, "account", "add", "Acme", "--country", "US")["id"]
    (entry,) = printed(capsys, "audit", "list", "--account", account)["entries"]
    assert ("account.added", account, f"command line ({getpass.getuser()})", None) == (
        entry["action"], entry["subject"], entry["actorName"], entry["actorId"]
    )  # fmt: skip


def test_entries_are_listed_by_what_is_wanted_c90(capsys: Output, database: Database) -> None:
    audited(database)
    for options, count in (
        (["--user", "u-bob"], 5), (["--user", "u-2"], 1), (["--action", "user"], 5),
        (["--action", "key"], 0), (["--count", "2"], 2), (["--since", "2026-11-23"], 0),
        (["--until", "2026-11-22T10:30:16.2Z"], 2), (["--account", "a-2"], 0),
    ):  # fmt: skip
        assert count == len(printed(capsys, "audit", "list", *options)["entries"]), options


def test_entries_are_lines_for_people_c90(capsys: Output, database: Database) -> None:
    audited(database)
    assert 0 == main(["audit", "list", "--count", "1"])
    assert (
        "2026-11-22T10:30:19Z  user.disabled u-4  by u-bob from 192.0.2.1: done, n 4\n"
    ) == capsys.readouterr().out
    assert 0 == main(["audit", "list", "--action", "key"])
    assert "There are no entries.\n" == capsys.readouterr().out


def test_details_that_are_no_texts_are_lines_as_the_api_has_them_c90(capsys: Output) -> None:
    account = printed(capsys, "account", "add", "Acme", "--country", "US")["id"]
    printed(capsys, "number", "add", "+12025550123", "--account", account)
    assert 0 == main(["number", "add", "+12025550124", "--account", account])
    assert 0 == main(["number", "set", "+12025550124", "--default"])
    capsys.readouterr()
    assert 0 == main(["audit", "list", "--count", "2"])
    changed, added = capsys.readouterr().out.splitlines()
    assert changed.endswith(": done, default true")
    assert added.endswith(": done, agents []")


def test_moment_that_is_none_is_wrong_usage_c90(capsys: Output) -> None:
    assert 2 == main(["audit", "list", "--since", "soon"])
    assert "'soon' is no moment" in capsys.readouterr().err


def test_verification_prints_the_head_to_keep_c90(capsys: Output, database: Database) -> None:
    audited(logged(database))
    found = printed(capsys, "log", "verify")
    head = found.pop("head")
    assert {
        "flaws": [], "flawCount": 0, "sessions": 3, "lines": 7, "erasedLines": 0,
        "linesWithoutLink": 0, "entries": 5, "erasedEntries": 0, "entriesNotLinkedYet": 0,
        "headPosition": 5, "headAt": "2026-11-22T10:30:15Z",
    } == found  # fmt: skip
    assert 0 == main(["log", "verify"])
    assert capsys.readouterr().out.endswith(
        f"Head of the audit trail after entry 5, 2026-11-22T10:30:15Z: {head}\nNo flaw was found.\n"
    )
    assert 0 == main(["log", "verify", "--expect", head])
    assert 1 == main(["log", "verify", "--expect", "ab"])
    assert "it does not contain ab" in capsys.readouterr().out


def test_each_flaw_is_a_sentence_and_the_exit_code_is_1_c90(
    capsys: Output, database: Database
) -> None:
    logged(database)
    with database.writing() as unit:
        unit.connection.execute(text("UPDATE session_events SET message = 'x'"), {})
    found = printed(capsys, "log", "verify", code=1)
    assert (7, {"where": "Session s-1: line 1", "sentence": "was changed"}) == (
        found["flawCount"], found["flaws"][0]
    )  # fmt: skip
    assert 1 == main(["log", "verify", "--session", "s-3"])
    assert capsys.readouterr().out.startswith("Session s-3: line 1 was changed.\n")
    assert 1 == main(["log", "verify", "--session", "s-9"])
    assert "There is no session s-9." in capsys.readouterr().err
    assert 2 == main(["log", "verify", "--session", "s-3", "--expect", "ab"])
