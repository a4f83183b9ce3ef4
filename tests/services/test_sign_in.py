"""Signing in on real databases: which logins count, and for how long."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from evovoice.services import administration
from evovoice.services.auth import credentials
from evovoice.services.errors import NotSignedIn, WrongPassword
from evovoice.storage.unit_of_work import LoginKind
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.services.house import (
    ANN,
    HERE,
    MAX,
    PASSWORD,
    ROOT,
    START,
    House,
    fast,
    house,
)

__all__ = [
    "database", "database_url", "fast", "house", "migrated_file", "migrated_postgres",
    "postgres_server",
]  # fmt: skip


def test_signing_in_makes_a_login_c32(house: House) -> None:
    """The name in any case; the secret leads to the user, the other one nowhere."""
    login = house.sign_in.sign_in("ANN@acme.test", PASSWORD, HERE, False)
    assert (ANN, LoginKind.SESSION) == (login.user, login.kind)
    assert house.is_in(login.session_secret)
    assert not house.is_in(login.permanent_secret)
    assert login.secret not in repr(login)


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(("remember", "weeks"), [(False, 2), (True, 4)])
def test_a_login_lasts_two_or_four_weeks_c33(house: House, remember: bool, weeks: int) -> None:
    """Counted from the sign-in, however often it is used."""
    secret = house.login(remember=remember)
    for moment in (timedelta(hours=2), timedelta(weeks=weeks, seconds=-1)):
        house.now = START + moment
        assert house.is_in(secret)
    house.now = START + timedelta(weeks=weeks)
    assert not house.is_in(secret)


@pytest.mark.usefixtures("fast")
def test_every_sign_in_has_new_secrets_and_none_is_stored_c33(house: House) -> None:
    """A copy of the database lets nobody in."""
    logins = [house.new_login(remember=True) for _ in range(3)]
    secrets = {secret for one in logins for secret in (one.session_secret, one.permanent_secret)}
    assert len(secrets) == 6
    assert all(len(secret) >= 43 for secret in secrets)
    with house.database.reading() as unit:
        stored = str(unit.logins._connection.execute(text("SELECT * FROM logins")).all())
    assert not any(secret in stored for secret in secrets)


@pytest.mark.usefixtures("fast")
def test_signing_in_again_ends_the_login_that_it_replaces_c33(house: House) -> None:
    """In every process; a sign-in that fails, and those elsewhere, end nothing."""
    first, elsewhere = house.login(), house.login()
    with pytest.raises(WrongPassword):
        house.sign_in.sign_in(ANN.email, "wrong", HERE, False, [first])
    assert house.is_in(first)
    second = house.login(MAX, replaced=first)
    assert (None, MAX) == (House(house.database).who(first), house.who(second))
    assert house.is_in(elsewhere)


@pytest.mark.usefixtures("fast")
def test_signing_out_voids_at_once_and_only_that_login_c39(house: House) -> None:
    """In every process; what is no login is passed over."""
    first, second = house.login(), house.login()
    house.sign_in.sign_out([first, "made up"])
    house.sign_in.sign_out([])
    assert not house.is_in(first)
    assert not House(house.database).is_in(first)
    assert house.is_in(second)


def test_a_new_password_ends_the_logins_of_its_user(house: House) -> None:
    """And the old password is wrong, also where the cache has it as verified."""
    secret, other = house.login(), house.login(MAX, remember=True)
    administration.set_password(house.database, ANN.email, "the new one is", house.now)
    assert not house.is_in(secret)
    assert house.who(other) == MAX
    assert "WrongPassword" == house.guess(password=PASSWORD)
    assert "in" == house.guess(password="the new one is")


@pytest.mark.parametrize("change", ["password", "second factor", "disabled"])
def test_what_changes_while_a_password_is_checked_counts(
    house: House, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """Else a login would be made after all others have ended."""

    def verify(_hash: str | None, _password: str) -> bool:
        with house.database.writing() as work:
            if change == "password":
                work.directory.set_password(ANN.id, "another hash")
            elif change == "disabled":
                work.known_users.disable(ANN.id, house.now)
            else:
                work.second_factors.begin(ANN, "salt", "mark", house.now)
                work.second_factors.confirm(ANN, "salt", 1, house.now)
        return True

    monkeypatch.setattr(credentials, "verify_password", verify)
    assert "WrongPassword" == house.guess(password=PASSWORD)


@pytest.mark.parametrize("name", [ANN.email, "nobody@acme.test", "", "a\0b", "\udcff", "x" * 2000])
@pytest.mark.usefixtures("fast")
def test_wrong_names_and_passwords_look_the_same_c37(house: House, name: str) -> None:
    """One text for all; a name that cannot be stored asks no database."""
    with pytest.raises(WrongPassword, match="Invalid Username or Password"):
        house.sign_in.sign_in(name, "wrong", HERE, False)
    with pytest.raises(NotSignedIn, match="Not authenticated"):
        house.sign_in.user_of_password(name, "wrong", HERE)


def test_administrators_see_every_account_c38(house: House) -> None:
    """The others their own."""
    assert ["a-1"] == [account.id for account in house.sign_in.accounts_of(MAX)]
    assert ["a-1", "a-2"] == [account.id for account in house.sign_in.accounts_of(ROOT)]
