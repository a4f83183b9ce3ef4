"""Which passwords may be set, and that those set before a rule was made go on (C94)."""

import subprocess
import sys

import pytest

from evovoice.services import administration
from evovoice.services.auth import credentials
from evovoice.services.auth.credentials import hash_password, verify_password
from evovoice.services.auth.password_rules import checked_password
from evovoice.services.errors import BadPassword
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.services.house import ANN, House, house

__all__ = [
    "database", "database_url", "house", "migrated_file", "migrated_postgres", "postgres_server",
]  # fmt: skip

COMPOSED, DECOMPOSED = "Zürich am See", "Zu\u0308rich am See"


@pytest.mark.parametrize(
    "password",
    [
        "horse stable", "x" * 12, "x" * 1024, "ALL CAPITALS", "123 456 789 0", "пароль из слов",
        "🐎" * 12, "  with blanks  ",
    ],
)  # fmt: skip
def test_any_characters_make_a_password_c94(password: str) -> None:
    """No rules of composition; blanks count as well."""
    assert password == checked_password(password, "Ann", "ann@acme.test")


@pytest.mark.parametrize(
    "password",
    ["", "short", "x" * 11, "x" * 1025, "x" * 12 + "\0", "x" * 12 + "\udcff", "u\u0308" * 11],
)
def test_password_has_a_length_and_can_be_stored_c94(password: str) -> None:
    """Characters count as they are seen: eleven with two dots above each are eleven."""
    with pytest.raises(BadPassword, match="12 to 1024 characters"):
        checked_password(password)


@pytest.mark.parametrize("password", ["qwerty123456", "QWERTY123456", "1qaz2wsx3edc4rfv"])
def test_common_passwords_are_refused_c94(password: str) -> None:
    """In any case."""
    with pytest.raises(BadPassword, match="guessed first"):
        checked_password(password)


@pytest.mark.parametrize(
    "password", ["ann.lee@acme.test", "ANN.LEE@acme.test", "Ann Lee of Acme", "ann lee of acme "]
)
def test_own_name_and_address_are_no_password_c94(password: str) -> None:
    """As a whole, in any case; as a part of one they may stand."""
    own = ("Ann Lee of Acme", "ann.lee@acme.test")
    with pytest.raises(BadPassword, match="neither the user's name nor"):
        checked_password(password, *own)
    assert checked_password(f"{password} 1", *own)


def test_rules_hold_for_new_users_and_new_passwords_c94(house: House) -> None:
    """The command line's sentence is the API's; what is refused changes nothing."""
    before = stored(house)
    for password, says in ((ANN.email, "e-mail"), ("short", "12 to"), ("qwerty123456", "first")):
        with pytest.raises(BadPassword, match=says):
            administration.set_password(house.database, ANN.id, password, house.now)
    for password, says in (("bo@acme.test", "e-mail"), ("short", "12 to")):
        with pytest.raises(BadPassword, match=says):
            administration.add_user(house.database, "a-1", "Bo", "bo@acme.test", password, "User")
    assert before == stored(house)


def test_password_set_before_the_rules_goes_on_until_it_is_changed_c94(house: House) -> None:
    with house.database.writing() as work:
        work.directory.set_password(ANN.id, hash_password("short"))
    assert "in" == house.guess(password="short")


@pytest.mark.parametrize(("set_as", "typed"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_one_password_however_a_keyboard_spells_it_c94(set_as: str, typed: str) -> None:
    """What looks the same is the same."""
    assert set_as != typed
    assert verify_password(hash_password(set_as), typed)


def test_hash_of_a_password_as_it_was_typed_goes_on_c94() -> None:
    """Those that were stored before had the spelling of the keyboard."""
    before = credentials._hasher.hash(DECOMPOSED)
    assert verify_password(before, DECOMPOSED)
    assert not verify_password(before, "Zurich am See")


def test_list_of_common_passwords_is_read_only_where_one_is_set_c94() -> None:
    """It is large; processes that only serve go without."""
    code = "import sys, evovoice.factory, evovoice.cli; sys.exit('zxcvbn' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


def stored(house: House) -> object:
    with house.database.reading() as work:
        return work.directory.credentials(ANN.email), work.known_users.count(None)
