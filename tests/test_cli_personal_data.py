"""The commands that export and erase what is kept of one outside party."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evovoice.cli import main
from evovoice.domain.call_session import CallSession
from evovoice.domain.facts import observe
from evovoice.domain.messages import LegEnded, SessionEvent
from evovoice.domain.opening import NewLeg, incoming
from evovoice.domain.order_derivation import derive_orders
from evovoice.domain.states import EndSource, Outcome
from evovoice.domain.values import Account, PhoneNumber
from evovoice.storage.unit_of_work import AuditFilter, Database
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)

__all__ = ["database", "database_url", "migrated_file", "migrated_postgres", "postgres_server"]

Output = pytest.CaptureFixture[str]
PARTY, OTHER = "+12025550123", "+13125550142"
ACME, ZETA = Account("a-1", "Acme", "US"), Account("a-2", "Zeta", "GB")
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(autouse=True)
def _stored(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call of the party in each account and one of somebody else; one that goes on."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    with database.writing() as work:
        for account in (ACME, ZETA):
            work.directory.add_account(account.id, account.name, account.country)
        for session in (
            _call(ACME, "s-1", PARTY), _call(ZETA, "s-2", PARTY), _call(ACME, "s-3", OTHER),
            _call(ACME, "s-4", PARTY, ends=False),
        ):  # fmt: skip
            work.sessions.save(session)


def _call(account: Account, session_id: str, caller: str, *, ends: bool = True) -> CallSession:
    """A call that nobody has answered, a day ago."""
    session = incoming(
        account, session_id=session_id, call_sid=f"CA-{session_id}",
        called=PhoneNumber("+14155550100"), caller=caller,
        caller_ids=NewLeg(f"m-{session_id}", f"l-{session_id}"), agents=[], now=YESTERDAY,
    )  # fmt: skip
    session.log(SessionEvent("Note", f"{caller} is Mr Gold\u00fc", YESTERDAY, user_id="u-ann"))
    if ends:
        end = LegEnded(None, session.call_sid, Outcome.COMPLETED, EndSource.CALL, YESTERDAY)
        observe(session, (end,), YESTERDAY)
        derive_orders(session, YESTERDAY)
    return session


def _labels(database: Database) -> dict[str, str]:
    with database.reading() as work:
        found = [
            work.sessions.get(f"s-{number}", account.id)
            for number, account in ((1, ACME), (2, ZETA), (3, ACME), (4, ACME))
        ]
    return {one.id: one.members[0].display_name for one in found if one is not None}


def _said(output: Output, *arguments: str) -> dict[str, Any]:
    assert 0 == main(["personal-data", *arguments, "--json"])
    out, err = output.readouterr()
    assert "" == err
    found: dict[str, Any] = json.loads(out)
    return found


def test_number_is_erased_in_all_accounts_and_the_live_call_is_left_c91(
    capsys: Output, database: Database
) -> None:
    done = _said(capsys, "erase", PARTY)
    assert (3, 2, ["s-4"]) == (
        done["foundSessions"], done["erasedSessions"], done["leftSessionIds"],
    )  # fmt: skip
    expected = {"s-1": "(erased)", "s-2": "(erased)", "s-3": OTHER, "s-4": PARTY}
    assert expected == _labels(database)
    again = _said(capsys, "erase", PARTY)
    assert (1, 0) == (again["foundSessions"], again["erasedSessions"])


def test_number_is_erased_in_one_account_in_its_national_spelling_c91(
    capsys: Output, database: Database
) -> None:
    _said(capsys, "erase", "(202) 555-0123", "--account", "a-1")
    assert ("(erased)", PARTY) == (_labels(database)["s-1"], _labels(database)["s-2"])


def test_dry_run_says_what_would_be_and_changes_nothing_c91(
    capsys: Output, database: Database
) -> None:
    before = _labels(database)
    assert 0 == main(["personal-data", "erase", PARTY, "--dry-run"])
    sentence = capsys.readouterr().out
    assert "stands in 3 sessions; 2 of them would be erased." in sentence
    assert "repeat this for them: s-4" in sentence
    assert before == _labels(database)


def test_export_is_written_for_its_owner_alone_c91(capsys: Output, tmp_path: Path) -> None:
    file = tmp_path / "gold.json"
    assert {"sessions": 3, "out": str(file)} == _said(capsys, "export", PARTY, "--out", str(file))
    assert stat.S_IRUSR | stat.S_IWUSR == stat.S_IMODE(file.stat().st_mode)
    sessions = json.loads(file.read_text())["sessions"]
    assert ["s-1", "s-4", "s-2"] == [session["id"] for session in sessions]
    assert f"{PARTY} is Mr Gold\u00fc" in file.read_text()
    assert OTHER not in file.read_text()


def test_export_to_the_standard_output_is_the_document_c91(capsys: Output) -> None:
    found = _said(capsys, "export", PARTY, "--account", "a-2", "--out", "-")
    assert ["s-2"] == [session["id"] for session in found["sessions"]]
    assert PARTY == found["sessions"][0]["members"][0]["identity"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("erase", "nobody"), "'nobody' is not a telephone number or SIP address"),
        (("erase", "202 555 0123"), "name the account, or write it with +"),
        (("erase", PARTY, "--account", "a-9"), "Account 'a-9' was not found"),
        (("export", PARTY, "--out", "/nowhere/x.json"), "/nowhere/x.json cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing_c91(
    capsys: Output, database: Database, arguments: tuple[str, ...], sentence: str
) -> None:
    before = _labels(database)
    assert 1 == main(["personal-data", *arguments])
    assert sentence in capsys.readouterr().err
    assert before == _labels(database)


def test_audit_trail_tells_of_the_command_line_c90_c91(capsys: Output, database: Database) -> None:
    """An export and each session that was erased; of the number only its end."""
    _said(capsys, "export", PARTY, "--account", "a-2", "--out", "-")
    _said(capsys, "erase", PARTY, "--account", "a-2")
    with database.reading() as work:
        entries = [one.entry for one in work.audit.page(AuditFilter(action="personal_data"), 0, 9)]
    assert ["erased", "erasure_asked", "exported"] == [
        one.action.partition(".")[2] for one in entries
    ]
    assert {"a-2"} == {one.account_id for one in entries}
    assert all(one.actor_name.startswith("command line") for one in entries)
    assert PARTY not in str(entries)
