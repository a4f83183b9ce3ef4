"""The command line: what it prints, where, and with which exit code."""

import io
import json
import os
import runpy
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import column, table, update

from evovoice import gunicorn_conf
from evovoice.cli import commands, main
from evovoice.domain.values import User
from evovoice.gunicorn_serve_conf import followed_by
from evovoice.services.auth.credentials import digest, verify_password
from evovoice.storage.unit_of_work import Database, UnitOfWork
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)

__all__ = ["database", "database_url", "migrated_file", "migrated_postgres", "postgres_server"]

Output = pytest.CaptureFixture[str]


@pytest.fixture
def _on_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)


@pytest.fixture
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder and no settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "PUBLIC_BASE_URL", "SECRET_KEY", "TWILIO_ACCOUNT_SID"):
        monkeypatch.delenv(name, raising=False)


def answer(output: Output, *arguments: str) -> dict[str, Any]:
    """Run a command that succeeds, with --json; what it printed."""
    assert main([*arguments, "--json"]) == 0
    out, err = output.readouterr()
    assert err == ""
    assert out.count("\n") == 1
    return dict(json.loads(out))


def complaint(output: Output, code: int, *arguments: str) -> str:
    """Run a command that fails, with --json; its error."""
    assert main([*arguments, "--json"]) == code
    out, err = output.readouterr()
    assert out == ""
    return str(json.loads(err)["error"])


def user_of_key(unit: UnitOfWork, key: str) -> User | None:
    found = unit.api_keys.find(digest(key), datetime.now(UTC))
    return found.user if found else None


def an_account(output: Output) -> str:
    return str(answer(output, "account", "add", "Acme", "--country", "us")["id"])


def a_user(output: Output, account: str, email: str = "ann@example.com") -> dict[str, Any]:
    options = ("--account", account, "--email", email, "--password", "secret of Ann")
    return answer(output, "user", "add", "Ann L\u00e9e", *options, "--role", "Manager")


@pytest.mark.usefixtures("_on_database")
def test_everything_a_service_needs_is_set_up(capsys: Output, database: Database) -> None:
    """Account, user, number and key are added, and are there with what was said."""
    account = an_account(capsys)
    user = a_user(capsys, account)
    options = ("--account", account, "--agent", user["id"])
    number = answer(
        capsys, "number", "add", "\u202a(+1)\u00a0202\u2011555\u20110123\u202c", *options
    )
    key = answer(capsys, "key", "add", "--user", user["id"])
    with database.reading() as unit:
        stored = user_of_key(unit, key["key"])
        found = unit.directory.credentials("ANN@example.com")
        assert [stored] == unit.presences.ready_agents_of("+12025550123", datetime.now(UTC))
        assert unit.directory.owns(account, "+12025550123")
    assert stored is not None
    assert found is not None
    assert (user["id"], user["identity"], "Manager") == (stored.id, stored.identity, stored.role)
    assert verify_password(found.password_hash, "secret of Ann")
    assert stored.identity.startswith("ann_lee_")
    assert {
        "number": "+12025550123", "accountId": account, "isDefault": True,
        "agentIds": [user["id"]], "agentNames": [user["name"]],
    } == number  # fmt: skip
    assert key["key"].startswith("ak-")


@pytest.mark.usefixtures("_on_database")
def test_countries_of_an_account_are_said_at_its_start_and_later(capsys: Output) -> None:
    options = ("--country", "DE", "--countries", "de, AT,CH")
    added = answer(capsys, "account", "add", "Acme", *options)
    assert ["AT", "CH", "DE"] == added["countries"]
    changed = answer(capsys, "account", "set", added["id"], "--countries", "US")
    assert ["US"] == changed["countries"]
    hiding = answer(capsys, "account", "set", added["id"], "--hides-supervisors", "yes")
    assert (True, ["US"]) == (hiding["hidesSupervisors"], hiding["countries"])
    assert main(["account", "set", added["id"], "--countries", "all"]) == 0
    assert "may call every country" in capsys.readouterr().out
    assert "'XX' is no country" in complaint(
        capsys, 1, "account", "set", added["id"], "--countries", "US,XX"
    )
    assert "Account 'a-0' was not found" in complaint(
        capsys, 1, "account", "set", "a-0", "--countries", "US"
    )


@pytest.mark.usefixtures("_on_database")
def test_without_json_a_sentence_is_printed(capsys: Output) -> None:
    """Also with the key, which is shown this once."""
    user = a_user(capsys, an_account(capsys))
    assert main(["account", "add", "Zeta", "--country", "GB"]) == 0
    assert "Added account Zeta (GB): a-" in capsys.readouterr().out
    assert main(["key", "add", "--user", user["id"]]) == 0
    assert "\nak-" in capsys.readouterr().out


@pytest.mark.usefixtures("_on_database")
def test_a_password_can_come_by_standard_input(
    capsys: Output, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first line of it, so that it is in no history and no process list."""
    account = an_account(capsys)
    monkeypatch.setattr(sys, "stdin", io.StringIO("several words\n"))
    options = ("--account", account, "--email", "bo@example.com", "--password-stdin")
    answer(capsys, "user", "add", "Bo", *options)
    with database.reading() as unit:
        found = unit.directory.credentials("bo@example.com")
    assert found is not None
    assert verify_password(found.password_hash, "several words")


@pytest.mark.usefixtures("_on_database")
@pytest.mark.parametrize("by", ["id", "emailAddress"])
def test_a_password_is_changed(
    capsys: Output, database: Database, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """By id or e-mail address; it is not printed."""
    user = a_user(capsys, an_account(capsys))
    monkeypatch.setattr(sys, "stdin", io.StringIO("brand new words\n"))
    changed = answer(capsys, "user", "password", user[by], "--password-stdin")
    assert {"id": user["id"]} == changed
    with database.reading() as unit:
        found = unit.directory.credentials("ann@example.com")
    assert found is not None
    assert verify_password(found.password_hash, "brand new words")


@pytest.mark.usefixtures("_on_database")
@pytest.mark.parametrize("by", ["id", "emailAddress"])
def test_a_second_factor_is_reset_c95(capsys: Output, database: Database, by: str) -> None:
    """Said too where there was none."""
    added = a_user(capsys, an_account(capsys))
    with database.writing() as unit:
        user = unit.directory.user(added["id"])
        assert user is not None
        assert unit.second_factors.begin(user, "salt", "mark", datetime.now(UTC))
        assert unit.second_factors.confirm(user, "salt", 1, datetime.now(UTC))
    reset = ("user", "second-factor", "reset", added[by])
    assert {"id": user.id, "wasEnabled": True} == answer(capsys, *reset)
    with database.reading() as unit:
        assert unit.second_factors.find(user) is None
    assert main(reset) == 0
    assert "had no second factor." in capsys.readouterr().out


@pytest.mark.usefixtures("_on_database")
@pytest.mark.parametrize("by", ["id", "emailAddress"])
def test_a_user_comes_by_single_sign_on_alone_or_anew_c96(
    capsys: Output, database: Database, by: str
) -> None:
    """No password is right for who has none; whom the provider means is asked again."""
    added = a_user(capsys, an_account(capsys))
    with database.writing() as unit:
        user = unit.directory.user(added["id"])
        assert user is not None
        unit.external_identities.add(user, "digest", "https://login.test", datetime.now(UTC))
    assert {"id": user.id} == answer(capsys, "user", "single-sign-on", "only", added[by])
    with database.reading() as unit:
        found = unit.directory.credentials(user.email)
        assert unit.external_identities.user("digest") == user
    assert found is not None
    assert [] == [one for one in ("", "secret of Ann") if verify_password(found.password_hash, one)]
    assert {"id": user.id} == answer(capsys, "user", "single-sign-on", "reset", added[by])
    with database.reading() as unit:
        assert unit.external_identities.user("digest") is None


@pytest.mark.usefixtures("_on_database")
@pytest.mark.parametrize("by", ["id", "emailAddress"])
def test_a_user_is_disabled_and_enabled(capsys: Output, database: Database, by: str) -> None:
    """Repeated it says the same; the list says who is disabled, for people and for scripts."""
    account = an_account(capsys)
    user, other = a_user(capsys, account), a_user(capsys, account, "bo@example.com")
    disabled = answer(capsys, "user", "disable", user[by])
    assert disabled == answer(capsys, "user", "disable", user[by])
    since, until = disabled["dateDisabled"], disabled["dateDeviceTokensEnd"]
    assert timedelta(hours=1) == datetime.fromisoformat(until) - datetime.fromisoformat(since)
    since, until = f"{since[:19]}Z", f"{until[:19]}Z"  # as a person reads them
    listed = answer(capsys, "user", "list", "--account", account)["users"]
    assert [disabled] == [one for one in listed if one["disabled"]]
    assert {user["id"], other["id"]} == {one["id"] for one in listed}
    with database.reading() as unit:
        assert unit.directory.user(user["id"]) is None
    assert main(["user", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [f"disabled {since}"] == [line.split("  ")[-1] for line in lines if user["id"] in line]
    assert ["enabled"] == [line.split("  ")[-1] for line in lines if other["id"] in line]
    assert main(["user", "disable", user[by]]) == 0
    assert f"until {until}: it is not rung, and its calls are refused" in capsys.readouterr().out
    enabled = answer(capsys, "user", "enable", user[by])
    assert enabled == answer(capsys, "user", "enable", user[by])
    assert (False, False) == (enabled["disabled"], "dateDeviceTokensEnd" in enabled)
    with database.reading() as unit:
        assert unit.directory.user(user["id"]) is not None


@pytest.mark.usefixtures("_on_database")
def test_keys_are_listed_and_revoked(capsys: Output, database: Database) -> None:
    """The list says which still count, and never the keys; revoking again changes nothing."""
    user = a_user(capsys, an_account(capsys))
    first, second = (answer(capsys, "key", "add", "--user", user["id"]) for _ in range(2))
    revoked = answer(capsys, "key", "revoke", first["id"])
    assert revoked == answer(capsys, "key", "revoke", first["id"])
    with database.reading() as unit:
        assert user_of_key(unit, first["key"]) is None
        assert user_of_key(unit, second["key"]) is not None
    listed = answer(capsys, "key", "list", "--user", user["emailAddress"])["keys"]
    assert {first["id"]: revoked["dateRevoked"], second["id"]: None} == {
        key["id"]: key.get("dateRevoked") for key in listed
    }
    assert main(["key", "list", "--user", user["id"]]) == 0
    printed = capsys.readouterr().out
    assert f"{second['id']}  made 20" in printed
    assert ("valid" in printed, "revoked" in printed) == (True, True)
    assert first["key"] not in printed


@pytest.mark.usefixtures("_on_database")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["account", "add", " ", "--country", "US"], "A name is"),
        (["account", "add", "A\x00b", "--country", "US"], "A name is"),
        (["account", "add", "\udcff", "--country", "US"], "A name is"),
        (["account", "add", "Acme", "--country", "XX"], "'XX' is no country"),
        (
            ["user", "add", "A", "--account", "a-0", "--email", "a@b.c", "--password", "x" * 12],
            "a-0",
        ),
        (["user", "add", "A", "--account", "a-0", "--email", "ab", "--password", "p"], "'ab'"),
        (["user", "add", "A", "--account", "a-0", "--email", "a@b.c", "--password", ""], "1024"),
        (["number", "add", "+12025550123", "--account", "a-0"], "Account 'a-0' was not found"),
        (["number", "add", "2025550123", "--account", "a-0"], "looks like +1"),
        (["number", "add", "+1 202 555 012x", "--account", "a-0"], "'x' stands in the way"),
        (["number", "add", "+1 999 555 0123", "--account", "a-0"], "not in use"),
        (["number", "add", "+15550100", "--account", "a-0"], "looks like +1"),
        (["key", "add", "--user", "u-0"], "User 'u-0' was not found"),
        (["key", "list", "--user", "u-0"], "User 'u-0' was not found"),
        (["key", "revoke", "k-0"], "API key 'k-0' was not found"),
        (["user", "disable", "u-0"], "User 'u-0' was not found"),
        (["user", "enable", "u-0"], "User 'u-0' was not found"),
        (["user", "second-factor", "reset", "u-0"], "User 'u-0' was not found"),
        (["user", "single-sign-on", "only", "u-0"], "User 'u-0' was not found"),
        (["user", "single-sign-on", "reset", "u-0"], "User 'u-0' was not found"),
        (["user", "list", "--account", "a-0"], "Account 'a-0' was not found"),
    ],
)
def test_what_cannot_be_is_refused(capsys: Output, arguments: list[str], says: str) -> None:
    """With exit code 1 and one sentence that says what is wrong."""
    assert says in complaint(capsys, 1, *arguments)


@pytest.mark.parametrize(
    "command",
    [["user", "show"], ["key", "revoke"], ["session", "explain"], ["audit", "list", "--user"]],
)
@pytest.mark.usefixtures("_on_database")
def test_bytes_of_another_encoding_are_wrong_usage(capsys: Output, command: list[str]) -> None:
    """`M\u00fcller` from a terminal in Latin-1."""
    assert "not in UTF-8" in complaint(capsys, 2, *command, "M\udcfcller")


@pytest.mark.usefixtures("_on_database")
def test_nothing_that_a_terminal_obeys_is_printed(capsys: Output) -> None:
    """A list may be of strangers."""
    assert 1 == main(["account", "add", "Acme", "--country", "\x1b]0;x\x07\u202ey"])
    assert r"evovoice: '\x1b]0;x\x07\u202ey' is no country" in capsys.readouterr().err


@pytest.mark.usefixtures("_on_database")
def test_what_is_taken_is_refused(capsys: Output) -> None:
    """An e-mail address, a number, and agents of another account."""
    account = an_account(capsys)
    other = answer(capsys, "account", "add", "Zeta", "--country", "GB")["id"]
    user = a_user(capsys, account)
    options = ["--account", other, "--email", "ANN@example.com", "--password", "secret of Eve"]
    assert "ANN@example.com already" in complaint(capsys, 1, "user", "add", "Eve", *options)
    answer(capsys, "number", "add", "+12025550123", "--account", account)
    number = ["number", "add", "+12025550123", "--account", other]
    assert f"belongs to account {account}" in complaint(capsys, 1, *number)
    agent = ["number", "add", "+14155550100", "--account", other, "--agent", user["id"]]
    assert f"no user {user['id']} in account" in complaint(capsys, 1, *agent)


@pytest.mark.usefixtures("_nowhere")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["account", "add", "Acme"], "--country"),
        (["account", "remove", "Acme"], "remove"),
        (["nonsense"], "nonsense"),
        (["key", "add"], "--user"),
        (["key", "revoke"], "KEY_ID"),
        (["user", "password", "u-0"], "--password-stdin"),
        (["user", "disable"], "USER"),
        (["user", "add", "A", "--account", "a", "--email", "a@b.c", "--role", "King"], "King"),
        (["user", "add", "A", "--account", "a", "--email", "a@b.c"], "--password-stdin"),
    ],
)
def test_wrong_usage_has_its_own_code(
    capsys: Output, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    """Exit code 2, and where the help is."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    error = complaint(capsys, 2, *arguments)
    assert says in error
    assert "--help" in error


def test_two_ways_to_give_a_password_are_one_too_many(capsys: Output) -> None:
    """Which one counts would be a guess."""
    options = ["--account", "a", "--email", "a@b.c", "--password", "p", "--password-stdin"]
    assert "not both" in complaint(capsys, 2, "user", "add", "A", *options)


@pytest.mark.usefixtures("_nowhere")
def test_a_database_without_tables_is_not_usable(capsys: Output) -> None:
    """Exit code 3 and the command that helps; after it all is well."""
    error = complaint(capsys, 3, "account", "add", "Acme", "--country", "US")
    assert "evovoice db upgrade" in error
    assert answer(capsys, "db", "upgrade") == answer(capsys, "db", "upgrade")
    assert Path("var/evovoice.db").exists()
    assert an_account(capsys).startswith("a-")


@pytest.mark.usefixtures("_nowhere")
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://u:secret@h/n", "must name a PostgreSQL database"),
        ("postgres://u:secret@127.0.0.1:1/n", "Connection refused"),
        ("postgres://u:secret@nobody.invalid/n", "failed to resolve host …"),
    ],
)
def test_an_unusable_database_does_not_show_its_password(
    capsys: Output, monkeypatch: pytest.MonkeyPatch, url: str, why: str
) -> None:
    """Exit code 3 and why; the address may hold a secret and is not repeated."""
    monkeypatch.setenv("DATABASE_URL", url)
    for arguments in (["db", "upgrade"], ["account", "add", "A", "--country", "US"]):
        error = complaint(capsys, 3, *arguments)
        assert why in error
        for secret in ("secret", "127.0.0.1", "nobody.invalid"):
            assert secret not in error


@pytest.mark.usefixtures("_nowhere")
def test_serve_names_the_setting_that_is_missing(capsys: Output) -> None:
    """Before anything is started."""
    assert "PUBLIC_BASE_URL" in complaint(capsys, 3, "serve")


@pytest.mark.usefixtures("_on_database")
def test_database_of_a_newer_version_is_left_alone_and_the_release_goes_on(
    capsys: Output, database: Database
) -> None:
    """A platform that goes back to the version before runs its release command."""
    revisions = table("alembic_version", column("version_num"))
    with database.writing() as work:
        before = work.connection.execute(revisions.select()).one().version_num
        work.connection.execute(update(revisions).values(version_num="9999"))
    try:
        assert {"revision": "9999"} == answer(capsys, "db", "upgrade")
        assert main(["db", "upgrade"]) == 0
        assert "A newer version has made it; this one serves on it too" in capsys.readouterr().out
    finally:  # other tests use the database
        with database.writing() as work:
            work.connection.execute(update(revisions).values(version_num=before))


@pytest.mark.usefixtures("_nowhere")
@pytest.mark.parametrize(
    ("words", "file"),
    [([], None), ([], "gunicorn.conf.py"), (["-c", "other.py"], "other.py")],
    ids=["ours alone", "of the working folder", "named"],
)
def test_serve_becomes_gunicorn(
    monkeypatch: pytest.MonkeyPatch, words: list[str], file: str | None
) -> None:
    """With our settings, which load the operator's."""
    settings = {
        "PUBLIC_BASE_URL": "https://voice.example.com", "SECRET_KEY": "x" * 40,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "0" * 32,
    }  # fmt: skip
    monkeypatch.setattr(os, "environ", os.environ | settings)
    if file:
        Path(file).write_text("")
    assert main(["db", "upgrade"]) == 0
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execvp", lambda _, arguments: started.append(arguments))
    assert main(["serve", *words]) == 0
    (arguments,) = started
    assert ["-m", "gunicorn", "--config"] == arguments[1:4]
    assert Path(arguments[4]).name == "gunicorn_serve_conf.py"
    assert Path(arguments[4]).exists()
    assert arguments[5] == "evovoice.factory:create_app_from_env()"
    expected = str(Path(file).absolute()) if file else None
    assert os.environ.get("EVOVOICE_GUNICORN_CONF") == expected


def test_serve_names_a_file_of_settings_that_is_not_there(capsys: Output) -> None:
    assert "no.py" in complaint(capsys, 2, "serve", "-c", "no.py")


def test_the_operators_settings_come_after_ours(tmp_path: Path) -> None:
    """A hook that is only ours runs once, also where their file imports all of ours."""
    own = tmp_path / "own.py"
    own.write_text("from evovoice.gunicorn_conf import *\nthreads = 7\n")
    found = followed_by(runpy.run_path(str(own)))
    assert (7, 30) == (found["threads"], found["timeout"])
    assert gunicorn_conf.post_worker_init is found["post_worker_init"]


def test_the_emulator_gets_all_further_arguments(capsys: Output) -> None:
    """Its own --help too; and a wrong option is wrong usage."""
    assert main(["emulator", "--help"]) == 0
    assert "--port" in capsys.readouterr().out
    assert main(["emulator", "--no-such-option"]) == 2


@pytest.mark.parametrize("path", ["", *commands.commands])
def test_every_command_has_help(capsys: Output, path: str) -> None:
    """With an explanation, for groups and for what is in them."""
    assert main([*path.split(), "--help"]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 5
    group = commands.commands.get(path)
    for name, command in getattr(group, "commands", {}).items():
        assert command.help
        assert main([path, name, "--help"]) == 0


def test_no_command_shows_the_help_as_wrong_usage(capsys: Output) -> None:
    """On standard error: scripts read standard output."""
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Usage: evovoice" in err


def test_the_module_runs_as_a_program(tmp_path: Path) -> None:
    """`python -m evovoice` prints one JSON object and exits with the code."""
    root = str(Path(__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root}
    environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'new' / 'voice.db'}"
    done = subprocess.run(
        [sys.executable, "-m", "evovoice", "db", "upgrade", "--json"],
        capture_output=True, env=environment, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (0, b"") == (done.returncode, done.stderr)
    assert json.loads(done.stdout)["revision"]
