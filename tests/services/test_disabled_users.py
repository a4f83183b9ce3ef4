"""What disabling a user does to what is stored of them, and what it costs those who sign in."""

from datetime import timedelta

import pytest

from evovoice.domain.values import User
from evovoice.services import administration
from evovoice.services.auth.credentials import digest
from evovoice.services.errors import SetupProblem
from evovoice.storage.unit_of_work import Database, KnownUser, LoginKind
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.services.house import ANN, PASSWORD, House, fast, house
from tests.storage.spying import seen

__all__ = [
    "database", "database_url", "fast", "house", "migrated_file", "migrated_postgres",
    "postgres_server",
]  # fmt: skip
pytestmark = pytest.mark.usefixtures("fast")


def test_enabling_again_ends_no_login(house: House) -> None:
    administration.disable_user(house.database, ANN.id, house.now)
    administration.enable_user(house.database, ANN.email, house.now)
    login = house.login()
    administration.enable_user(house.database, ANN.id, house.now)
    assert house.is_in(login)


def test_login_that_was_made_meanwhile_ends_too(house: House) -> None:
    """Its password was found right before, and it was stored after the logins were ended."""
    administration.disable_user(house.database, ANN.id, house.now)
    with house.database.writing() as unit:
        late, day = digest("late"), timedelta(days=1)
        unit.logins.add(ANN, "li-1", late, LoginKind.SESSION, house.now, day)
    assert not house.is_in("late")
    administration.enable_user(house.database, ANN.id, house.now)
    assert not house.is_in("late")


def test_logins_are_ended_by_the_same_commit(house: House) -> None:
    """So they also end for a program before, which runs beside this one while it is deployed."""
    for remember in (False, True):
        house.login(remember=remember)
    administration.disable_user(house.database, ANN.id, house.now)
    with house.database.writing() as unit:
        assert 0 == unit.logins.void_all_of(ANN, house.now)


def test_right_password_of_a_disabled_user_looks_like_a_wrong_one_c37(
    house: House, fast: list[str | None]
) -> None:
    """One slow check against nobody's hash: who left is not to be found out."""
    administration.disable_user(house.database, ANN.id, house.now)
    assert ["WrongPassword"] * 5 == [house.guess(password=PASSWORD) for _ in range(5)]
    assert [None] * 5 == fast


def test_disabling_again_changes_nothing(house: House) -> None:
    """The first moment stays."""
    first = administration.disable_user(house.database, ANN.id, house.now)
    assert KnownUser(ANN, house.now) == first
    again = administration.disable_user(house.database, ANN.email, house.now.replace(year=2030))
    assert first == again


def test_new_password_is_set_and_lets_nobody_in(house: House) -> None:
    administration.disable_user(house.database, ANN.id, house.now)
    administration.set_password(house.database, ANN.email, PASSWORD, house.now)
    assert "WrongPassword" == house.guess(password=PASSWORD)


def test_nothing_new_is_set_up_for_a_disabled_user(house: House) -> None:
    """It would not work, and nobody would know why; their e-mail address stays theirs."""
    database: Database = house.database
    administration.disable_user(database, ANN.id, house.now)
    with pytest.raises(SetupProblem, match="Ann is disabled"):
        administration.add_key(database, ANN.id, house.now)
    with pytest.raises(SetupProblem, match="Ann is disabled"):
        administration.add_number(database, "a-1", "+12025550123", [ANN.id])
    with pytest.raises(SetupProblem, match="already"):
        administration.add_user(database, "a-1", "Ann", ANN.email, "secret of Ann", "User")


@pytest.mark.parametrize("way", ["key", "login"])
def test_finding_out_costs_no_statement_more(house: House, way: str) -> None:
    """The row that is read anyway says it: one statement for each way in, after a key's first use
    on a day, which the audit trail is told of.
    """
    key, login = administration.add_key(house.database, ANN.id, house.now).key, house.login()
    house.sign_in.user_of_key(key)
    with seen(house.database, "SELECT", "INSERT", "UPDATE") as statements:
        found: User = (
            house.sign_in.user_of_key(key) if way == "key" else house.sign_in.user_of_login(login)
        )
    assert ANN == found
    assert 1 == len(statements)
