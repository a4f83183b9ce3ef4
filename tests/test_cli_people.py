"""The commands with which people, accounts and numbers are looked after from day to day."""

from datetime import UTC, datetime
from pathlib import Path

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
from tests.test_cli import Output, _on_database, a_user, an_account, answer, complaint, user_of_key

__all__ = [
    "_on_database", "database", "database_url", "migrated_file", "migrated_postgres",
    "postgres_server",
]  # fmt: skip
pytestmark = pytest.mark.usefixtures("_on_database")


def printed(output: Output, *arguments: str) -> str:
    assert main([*arguments]) == 0
    return output.readouterr().out


@pytest.mark.parametrize("by", ["id", "emailAddress"])
def test_a_user_is_shown_and_changed(capsys: Output, by: str) -> None:
    """What is not given stays; the document is that of the API."""
    user = a_user(capsys, an_account(capsys))
    assert user == answer(capsys, "user", "show", user[by])
    options = ("--name", "Ann Lee", "--email", "lee@example.com", "--role", "user")
    changed = answer(capsys, "user", "set", user[by], *options)
    new = {"name": "Ann Lee", "emailAddress": "lee@example.com", "roles": ["User"]}
    assert user | new == changed
    assert changed == answer(capsys, "user", "set", user["id"], "--role", "User")
    line = f"{user['id']}  User  Ann Lee <lee@example.com>  enabled\n"
    assert line in printed(capsys, "user", "show", user["id"])
    assert f"device {user['identity']}" in printed(capsys, "user", "show", user["id"])
    assert "--name" in complaint(capsys, 2, "user", "set", user["id"])


def test_a_user_is_deleted(capsys: Output, database: Database) -> None:
    """By the id again it says the same; the address is free."""
    account = an_account(capsys)
    user = a_user(capsys, account)
    key = answer(capsys, "key", "add", "--user", user["id"])
    gone = answer(capsys, "user", "delete", user["emailAddress"])
    assert gone == answer(capsys, "user", "delete", user["id"])
    assert "dateDeleted" in gone
    assert f"({user['id']}) is deleted since 20" in printed(capsys, "user", "delete", user["id"])
    assert [] == answer(capsys, "user", "list")["users"]
    assert "was not found" in complaint(capsys, 1, "user", "enable", user["id"])
    with database.reading() as unit:
        assert user_of_key(unit, key["key"]) is None
    assert "dateRevoked" in answer(capsys, "key", "revoke", key["id"])
    assert user["id"] != a_user(capsys, account)["id"]


@pytest.mark.parametrize(
    "command", [("disable",), ("delete",), ("set", "--role", "User")], ids=lambda one: one[0]
)
def test_taking_away_the_last_administrator_is_warned_of(
    capsys: Output, command: tuple[str, ...]
) -> None:
    """It is done: whoever has the command line makes another. Of one who was none there is no
    word.
    """
    account = an_account(capsys)
    user, other = a_user(capsys, account), a_user(capsys, account, "bo@example.com")
    answer(capsys, "user", "set", user["id"], "--role", "SystemAdministrator")
    name, *options = command
    assert "warning" not in answer(capsys, "user", name, other["id"], *options)
    assert "nobody who may sign in" in answer(capsys, "user", name, user["id"], *options)["warning"]
    assert "warning" not in answer(capsys, "user", name, user["id"], *options)


def test_keys_have_names_and_ends(capsys: Output, database: Database) -> None:
    """The list says so, and when each was used last."""
    user = a_user(capsys, an_account(capsys))
    options = ("--name", "Console", "--days", "30")
    key = answer(capsys, "key", "add", "--user", user["emailAddress"], *options)
    ends = datetime.fromisoformat(key["dateExpires"]) - datetime.fromisoformat(key["dateCreated"])
    assert ("Console", 30, user["id"]) == (key["name"], ends.days, key["userId"])
    words = printed(capsys, "key", "list", "--user", user["id"])
    assert f"{key['id']}  Console  made 20" in words
    assert "never used  valid until 20" in words
    with database.writing() as unit:
        (stored,) = unit.api_keys.of_user(user["id"])
        found = user_of_key(unit, key["key"])
        unit.connection.driver.execute("UPDATE api_keys SET used_at = created_at")
    assert found is not None
    used = answer(capsys, "key", "list", "--user", user["id"])["keys"][0]["dateLastUsed"]
    assert stored.created_at.replace(microsecond=0, tzinfo=UTC) == datetime.fromisoformat(
        used
    ).replace(microsecond=0)
    assert "used 20" in printed(capsys, "key", "list", "--user", user["id"])
    assert "--days" in complaint(capsys, 2, "key", "add", "--user", user["id"], "--days", "0")


def test_accounts_are_listed_changed_and_deleted(capsys: Output) -> None:
    """What is not given stays; one of a name is refused, and deleted only once it is empty."""
    account = an_account(capsys)
    zeta = answer(capsys, "account", "add", "Zeta", "--country", "GB", "--countries", "GB,IE")
    assert ["Acme", "Zeta"] == [
        one["name"] for one in answer(capsys, "account", "list")["accounts"]
    ]
    changed = answer(capsys, "account", "set", zeta["id"], "--name", "Alpha", "--country", "ie")
    assert zeta | {"name": "Alpha", "country": "IE"} == changed
    lines = printed(capsys, "account", "list").splitlines()
    assert [f"{account}  Acme (US)  may call every country",
            f"{zeta['id']}  Alpha (IE)  may call GB, IE"] == lines  # fmt: skip
    taken = ("account", "set", zeta["id"], "--name", "ACME")
    assert "name ACME already" in complaint(capsys, 1, *taken)
    assert "name acme already" in complaint(capsys, 1, "account", "add", "acme", "--country", "US")
    assert "--name" in complaint(capsys, 2, "account", "set", zeta["id"])
    user = a_user(capsys, zeta["id"])
    assert "not empty: users 1;" in complaint(capsys, 1, "account", "delete", zeta["id"])
    answer(capsys, "user", "delete", user["id"])
    assert changed == answer(capsys, "account", "delete", zeta["id"])
    assert "was not found" in complaint(capsys, 1, "account", "delete", zeta["id"])


def test_numbers_are_listed_changed_and_removed(capsys: Output) -> None:
    account = an_account(capsys)
    user, other = a_user(capsys, account), a_user(capsys, account, "bo@example.com")
    first, second = "+12025550123", "+14155550100"
    for number in (first, second):
        answer(capsys, "number", "add", number, "--account", account, "--agent", user["id"])
    agents = ("--agent", "bo@example.com", "--agent", user["id"])
    changed = answer(capsys, "number", "set", second, *agents, "--default")
    assert ([other["id"], user["id"]], True) == (changed["agentIds"], changed["isDefault"])
    assert changed == answer(capsys, "number", "set", second, "--default")
    listed = answer(capsys, "number", "list", "--account", account)["numbers"]
    assert [False, True] == [one["isDefault"] for one in listed]
    names = f"{other['name']}, {user['name']}"
    assert f"{second}  account {account}  rings {names}  default" in printed(
        capsys, "number", "list"
    )
    assert "rings nobody" in printed(capsys, "number", "set", second, "--nobody")
    removed = answer(capsys, "number", "remove", second)
    assert second == removed["number"]
    assert [first] == [one["number"] for one in answer(capsys, "number", "list")["numbers"]]
    assert "was not found" in complaint(capsys, 1, "number", "remove", second)
    assert "not both" in complaint(capsys, 2, "number", "set", first, *agents, "--nobody")
    assert "--nobody" in complaint(capsys, 2, "number", "set", first)
    assert "was not found" in complaint(capsys, 1, "number", "list", "--account", "a-0")


def test_users_are_imported_and_exported(capsys: Output, tmp_path: Path) -> None:
    """All or none; a repeat is harmless, and passwords are printed once to who asks for them."""
    account = an_account(capsys)
    file = tmp_path / "people.csv"
    file.write_text("name,email,role\nBo,bo@example.com,Manager\nCy,cy@example.com,\n")
    options = ("user", "import", str(file), "--account", account)
    assert "2 users would be added, 0 are there" in printed(capsys, *options, "--dry-run")
    assert [] == answer(capsys, "user", "list")["users"]
    lines = printed(capsys, *options, "--initial-passwords").splitlines()
    assert ("2 users added, 0 are there already.", 3) == (lines[0], len(lines))
    assert "bo@example.com" == lines[1].split("  ")[0]
    assert len(lines[1].split("  ")[1]) >= 12
    again = answer(capsys, *options)
    assert (0, 2) == (again["added"], again["unchanged"])
    exported = printed(capsys, "user", "export", "--account", account)
    assert exported.splitlines()[:2] == [
        "account,name,email,role,extension", f"{account},Bo,bo@example.com,Manager,"
    ]  # fmt: skip
    assert exported.splitlines() == answer(capsys, "user", "export")["content"].splitlines()
    file.write_text(exported)
    assert 2 == answer(capsys, "user", "import", str(file))["unchanged"]


def test_flaws_of_an_import_are_told_by_line(capsys: Output, tmp_path: Path) -> None:
    an_account(capsys)
    file = tmp_path / "people.csv"
    file.write_text("name,email\nBo,bo\n,cy@example.com\n")
    error = complaint(capsys, 1, "user", "import", str(file))
    told = [line.split(":")[0] for line in error.splitlines()]
    assert ["Nothing is imported.", "line 2", "line 2", "line 3", "line 3"] == told
    assert "The line names no account." in error
    file.write_bytes("name,email\nJ\u00f6rg,j@example.com\n".encode("latin-1"))
    assert "not in UTF-8" in complaint(capsys, 1, "user", "import", str(file))
    assert "nowhere.csv" in complaint(capsys, 2, "user", "import", "nowhere.csv")
