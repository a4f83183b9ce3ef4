"""Accounts, users, numbers and keys are found by what the outside knows of them."""

from dataclasses import replace

import pytest

from evovoice.domain.values import Account
from evovoice.storage.unit_of_work import Conflict, Database, StoredPassword
from tests.storage.builders import ACME, ANN, BOB, NOW

OTHER = Account("a-other", "Zeta", "GB")
ANN_TOO = replace(ANN, id="u-ann2", account_id="a-other", email="ann@other.com", identity="ann_2")


@pytest.fixture
def furnished(database: Database) -> Database:
    """Two accounts, three users, two numbers."""
    with database.writing() as unit:
        directory = unit.directory
        for account in (OTHER, ACME):
            directory.add_account(account.id, account.name, account.country)
        for user in (ANN, BOB, ANN_TOO):
            directory.add_user(user, f"hash of {user.id}")
        directory.add_number("a-acme", "+14155550100", [BOB.id, ANN.id])
        directory.add_number("a-acme", "+12025550123", [])
    return database


def test_accounts_are_listed_by_name(furnished: Database) -> None:
    """And found by id."""
    with furnished.reading() as unit:
        assert [ACME, OTHER] == unit.directory.accounts()
        assert ACME == unit.directory.account("a-acme")
        assert unit.directory.account("a-none") is None


def test_users_are_found_by_id_and_identity(furnished: Database) -> None:
    """Whole, with their role."""
    with furnished.reading() as unit:
        assert BOB == unit.directory.user("u-bob")
        assert ANN_TOO == unit.directory.user_by_identity("ann_2")
        assert unit.directory.user("u-none") is None
        assert unit.directory.user_by_identity("none") is None


@pytest.mark.parametrize("text", ["u-ann", "ann_1", "ANN@example.COM", "ann", " Ann "])
def test_a_user_is_found_by_whatever_names_them(furnished: Database, text: str) -> None:
    """Id, identity, e-mail and name, the last two in any case, within the account."""
    with furnished.reading() as unit:
        assert ANN == unit.directory.find_user("a-acme", text)


@pytest.mark.parametrize("text", ["U-ANN", "ann_2", "ann@other.com", "u-ann2", "", "an", "%"])
def test_strangers_and_near_misses_are_not_found(furnished: Database, text: str) -> None:
    """Users of other accounts, parts of names, and ids in another case."""
    with furnished.reading() as unit:
        assert unit.directory.find_user("a-acme", text) is None


def test_a_name_of_two_users_names_nobody(furnished: Database) -> None:
    """Who is meant would be a guess; the e-mail address still tells."""
    twin = replace(ANN, id="u-twin", email="twin@example.com", identity="ann_3", name="ANN")
    with furnished.writing() as unit:
        unit.directory.add_user(twin, "hash")
        assert unit.directory.find_user("a-acme", "Ann") is None
        assert twin == unit.directory.find_user("a-acme", "twin@example.com")


def test_credentials_are_found_by_email_in_any_case(furnished: Database) -> None:
    """The user with the hash of their password."""
    with furnished.reading() as unit:
        assert StoredPassword(ANN, "hash of u-ann", False) == unit.directory.credentials(
            "ann@EXAMPLE.com"
        )
        assert unit.directory.credentials("nobody@example.com") is None


def test_numbers_know_their_owner_and_agents(furnished: Database) -> None:
    """Agents ring in the order given; the first number is the account's default."""
    with furnished.reading() as unit:
        directory = unit.directory
        assert ACME == directory.number_owner("+14155550100")
        assert directory.number_owner("+14155550199") is None
        assert [BOB, ANN] == unit.presences.ready_agents_of("+14155550100", NOW)
        assert unit.presences.ready_agents_of("+12025550123", NOW) == []
        assert directory.owns("a-acme", "+12025550123")
        assert not directory.owns("a-other", "+12025550123")
        assert directory.default_number("a-acme") == "+14155550100"
        assert directory.default_number("a-other") is None
        ours = [("a-acme", "+14155550100"), ("a-acme", "+12025550123")]
        assert ours == directory.numbers()


@pytest.mark.parametrize(
    "twin",
    [
        replace(ANN, identity="new", email="new@example.com"),
        replace(ANN, id="new", email="new@example.com"),
        replace(ANN, id="new", identity="new", email="ann@EXAMPLE.COM"),
        replace(ANN_TOO, id="new", email="new@example.com", identity="ann_1"),
        replace(ANN, id="new", identity="new", email="new@example.com", account_id="a-none"),
    ],
    ids=["id", "identity", "e-mail", "identity of another account", "unknown account"],
)
def test_what_is_there_already_is_a_conflict(furnished: Database, twin: object) -> None:
    """Ids, identities and e-mail addresses are unique over all accounts."""
    with pytest.raises(Conflict), furnished.writing() as unit:
        unit.directory.add_user(twin, "hash")  # type: ignore[arg-type]


def test_a_number_belongs_to_one_account(furnished: Database) -> None:
    """And rings only users of it."""
    with pytest.raises(Conflict), furnished.writing() as unit:
        unit.directory.add_number("a-other", "+14155550100", [])
    with pytest.raises(Conflict), furnished.writing() as unit:
        unit.directory.add_number("a-other", "+442079460123", [ANN.id])


def test_a_password_is_replaced(furnished: Database) -> None:
    """For that user alone."""
    with furnished.writing() as unit:
        unit.directory.set_password("u-ann", "new hash")
        for user, hashed in ((ANN, "new hash"), (BOB, "hash of u-bob")):
            found = StoredPassword(user, hashed, False)
            assert found == unit.directory.credentials(user.email)
