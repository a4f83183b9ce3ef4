"""Every way in is closed to a user who is disabled, at once and in every process."""

from datetime import timedelta

import pytest

from evovoice.domain.values import User
from evovoice.services import administration
from evovoice.services.auth.credentials import digest
from evovoice.services.errors import NotSignedIn, SetupProblem, UserNotFound, WrongPassword
from evovoice.storage.unit_of_work import Database, KnownUser, LoginKind
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.services.test_sign_in import ANN, HERE, MAX, PASSWORD, House, fast, house
from tests.storage.spying import seen

__all__ = [
    "database", "database_url", "fast", "house", "migrated_file", "migrated_postgres",
    "postgres_server",
]  # fmt: skip
pytestmark = pytest.mark.usefixtures("fast")


def ways_in(house: House, key: str, secrets: list[str]) -> list[str]:
    """What still lets Ann in."""
    sign_in = house.sign_in
    ways = {
        "Basic": lambda: sign_in.user_of_password(ANN.email, PASSWORD, HERE),
        "sign-in": lambda: sign_in.sign_in(ANN.email, PASSWORD, HERE, False),
        "key": lambda: sign_in.user_of_key(key),
        **{f"login {n}": lambda s=s: sign_in.user_of_login(s) for n, s in enumerate(secrets)},
        "token": lambda: sign_in.auth_token(MAX, ANN.email, ""),
        "token by id": lambda: sign_in.auth_token(MAX, "", ANN.id),
    }
    return [name for name, way in ways.items() if _is_open(way)]


def _is_open(way: object) -> bool:
    try:
        way()  # type: ignore[operator]
    except (NotSignedIn, WrongPassword, UserNotFound):
        return False
    return True


@pytest.fixture
def key(house: House) -> str:
    return administration.add_key(house.database, ANN.id, house.now).key


@pytest.fixture
def secrets(house: House) -> list[str]:
    """A login, a lasting one, and a token that a manager made."""
    token = house.sign_in.auth_token(MAX, ANN.email, "")
    return [house.login(), house.login(remember=True), token]


def test_all_ways_are_closed_at_once_in_every_process(
    house: House, key: str, secrets: list[str]
) -> None:
    """Also in the one that has the password in its cache as verified; nobody else's."""
    other = House(house.database)
    for one in (house, other):
        assert 8 == len(ways_in(one, key, secrets))
    administration.disable_user(house.database, ANN.id, house.now)
    for one in (house, other):
        assert [] == ways_in(one, key, secrets)
    assert MAX == house.sign_in.user_of_password(MAX.email, PASSWORD, HERE)


def test_enabling_opens_what_the_user_knows_and_no_old_login(
    house: House, key: str, secrets: list[str]
) -> None:
    """Password and keys; logins and tokens that ended stay ended. Repeated it ends none."""
    administration.disable_user(house.database, ANN.id, house.now)
    administration.enable_user(house.database, ANN.email, house.now)
    opened = ways_in(house, key, secrets)
    assert ["Basic", "sign-in", "key", "token", "token by id"] == opened
    new = house.login()
    administration.enable_user(house.database, ANN.id, house.now)
    assert house.is_in(new)


def test_login_that_was_made_meanwhile_ends_too(house: House) -> None:
    """Its password was found right before, and it was stored after the logins were ended."""
    administration.disable_user(house.database, ANN.id, house.now)
    with house.database.writing() as unit:
        late, day = digest("late"), timedelta(days=1)
        unit.logins.add(ANN, "li-1", late, LoginKind.SESSION, house.now, day)
    assert not house.is_in("late")
    administration.enable_user(house.database, ANN.id, house.now)
    assert not house.is_in("late")


def test_right_password_of_a_disabled_user_looks_like_a_wrong_one_c37(
    house: House, fast: list[str | None]
) -> None:
    """One slow check against nobody's hash, counted as a guess: who left is not to be found out."""
    administration.disable_user(house.database, ANN.id, house.now)
    words = [house.guess(password=PASSWORD) for _ in range(11)]
    assert ["WrongPassword"] * 10 + ["TooManyLogins"] == words
    assert [None] * 10 == fast


def test_disabling_again_changes_nothing(house: House) -> None:
    """The first moment stays."""
    first = administration.disable_user(house.database, ANN.id, house.now)
    assert KnownUser(ANN, house.now) == first
    again = administration.disable_user(house.database, ANN.email, house.now.replace(year=2030))
    assert first == again


def test_new_password_is_set_and_lets_nobody_in(house: House) -> None:
    administration.disable_user(house.database, ANN.id, house.now)
    administration.set_password(house.database, ANN.email, "new one", house.now)
    assert "WrongPassword" == house.guess(password="new one")


def test_nothing_new_is_set_up_for_a_disabled_user(house: House) -> None:
    """It would not work, and nobody would know why; their e-mail address stays theirs."""
    database: Database = house.database
    administration.disable_user(database, ANN.id, house.now)
    with pytest.raises(SetupProblem, match="Ann is disabled"):
        administration.add_key(database, ANN.id, house.now)
    with pytest.raises(SetupProblem, match="Ann is disabled"):
        administration.add_number(database, "a-1", "+12025550123", [ANN.id])
    with pytest.raises(SetupProblem, match="already"):
        administration.add_user(database, "a-1", "Ann", ANN.email, "secret", "User")


@pytest.mark.parametrize("way", ["key", "login", "Basic"])
def test_finding_out_costs_no_statement_more(
    house: House, key: str, secrets: list[str], way: str
) -> None:
    """The row that is read anyway says it: one statement for each way in."""
    ways = {
        "key": lambda: house.sign_in.user_of_key(key),
        "login": lambda: house.sign_in.user_of_login(secrets[0]),
        "Basic": lambda: house.sign_in.user_of_password(ANN.email, PASSWORD, HERE),
    }
    house.sign_in.user_of_password(ANN.email, PASSWORD, HERE)
    with seen(house.database, "SELECT", "INSERT", "UPDATE") as statements:
        found: User = ways[way]()
    assert ANN == found
    assert 1 == len(statements)
