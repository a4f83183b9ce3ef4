"""The upgrade gives devices identities of the form with which Twilio places calls."""

import re

import pytest
from alembic import command
from sqlalchemy import Engine, text

from evovoice.domain.values import ClientAddress, User
from evovoice.storage.migrations.upgrade import _config, upgrade
from evovoice.storage.unit_of_work import Database
from tests.databases import postgres_server
from tests.domain.builders import ACCOUNT as ACME
from tests.domain.builders import ANN, bridged
from tests.storage.test_migrations import empty_url, engine

__all__ = ["empty_url", "engine", "postgres_server"]

SERVED = re.compile(r"[A-Za-z0-9_]{1,121}")
RENAMED = {
    "ann-369f0e": "ann_369f0e",
    "ann van-lee": "ann_van_lee",
    "b-1": "b_1_2",  # `b_1` is taken
    "b.1": "b_1_3",
    "é" * 3: "_",
    "": "agent",
    "x" * 130: "x" * 121,
    "x" * 125: "x" * 119 + "_2",
    "y" * 121 + "-": "y" * 121,
}
KEPT = ["b_1", "Agent7", "z" * 121]


def _add(engine: Engine, *identities: str) -> None:
    """Users, stored as a program before this one stores them."""
    with engine.begin() as connection:
        for identity in identities:
            number = connection.execute(text("SELECT count(*) FROM users")).scalar_one()
            connection.execute(
                text(
                    "INSERT INTO users (account_id, id, name, name_key, email, email_key, role,"
                    " identity, password_hash) VALUES (:account, :id, 'N', 'n', :id, :id, 'User',"
                    " :identity, '')"
                ),
                {"account": ACME.id, "id": f"u-{number}", "identity": identity},
            )


def _back_to(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


@pytest.fixture
def before(engine: Engine, empty_url: str) -> Engine:
    """A database of the program before, with an account."""
    database = Database(empty_url)
    with database.writing() as unit:
        unit.directory.add_account(ACME.id, ACME.name, ACME.country)
    database.dispose()
    _back_to(engine, "0006")
    return engine


def _identities(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(text("SELECT identity FROM users")).scalars())


def test_identities_of_another_form_are_renamed_and_stay_unique(
    before: Engine, empty_url: str
) -> None:
    """In the order of their identities; those of the right form keep theirs."""
    _add(before, *RENAMED, *KEPT)
    upgrade(empty_url)
    found = _identities(before)
    assert {*RENAMED.values(), *KEPT} == found
    assert all(SERVED.fullmatch(one) for one in found)


def test_a_renamed_user_is_found_by_both_identities(before: Engine, empty_url: str) -> None:
    """A device says the former one until its token ends, a person as long as they like."""
    _add(before, "b_1", "b-1", "b.1")
    upgrade(empty_url)
    database = Database(empty_url)
    with database.reading() as unit:
        for identity, number in {"b_1": 0, "b-1": 1, "b_1_2": 1, "b.1": 2, "b_1_3": 2}.items():
            for user in (
                unit.directory.user_by_identity(identity),
                unit.directory.find_user(ACME.id, identity),
            ):
                assert isinstance(user, User)
                assert f"u-{number}" == user.id
        assert unit.directory.find_user("a-other", "b-1") is None
    database.dispose()


def test_the_program_before_goes_on_adding_users(before: Engine, empty_url: str) -> None:
    """It does not know the new column."""
    upgrade(empty_url)
    _add(before, "late_1")
    database = Database(empty_url)
    with database.reading() as unit:
        assert unit.directory.user_by_identity("late_1")
    database.dispose()


def test_the_way_back_restores_the_former_identities(before: Engine, empty_url: str) -> None:
    _add(before, *RENAMED, *KEPT)
    upgrade(empty_url)
    _back_to(before, "0006")
    assert {*RENAMED, *KEPT} == _identities(before)


def test_sessions_keep_the_addresses_that_the_carrier_knows(engine: Engine, empty_url: str) -> None:
    """Live or over: who was dialled under the former identity still has that call."""
    former = ClientAddress("ann-369f0e")
    live, over = bridged(), bridged()
    over.id, over.call_sid = "s-over", "CA-over"
    database = Database(empty_url)
    with database.writing() as unit:
        for session in (live, over):
            session.members[1].address = former
            unit.sessions.save(session)
    _back_to(engine, "0006")
    upgrade(empty_url)
    with database.writing() as unit:
        for session in (live, over):
            found = unit.sessions.for_update(ACME.id, session.id)
            assert found is not None
            assert (former, ANN.id) == (found.members[1].address, found.members[1].user_id)
    database.dispose()
