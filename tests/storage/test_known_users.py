"""Who is disabled is found where everybody is listed, and nowhere else."""

from dataclasses import replace

import pytest

from evovoice.domain.values import Role
from evovoice.storage.repositories.api_keys import FoundKey
from evovoice.storage.unit_of_work import (
    ApiKey,
    Conflict,
    Database,
    DeviceToken,
    KnownUser,
    LoginKind,
)
from tests.storage.builders import ACME, ANN, BOB, NOW, later, ringing_session
from tests.storage.test_directory import ANN_TOO, OTHER, furnished
from tests.storage.test_feed import number, told
from tests.storage.test_logins import DAY

__all__ = ["furnished"]


@pytest.fixture
def disabled(furnished: Database) -> Database:
    """Ann is disabled; she has a key, a login and a number."""
    with furnished.writing() as unit:
        unit.api_keys.add(ACME.id, ApiKey("k-1", ANN.id, NOW), "key")
        unit.logins.add(ANN, "li-1", "login", LoginKind.SESSION, NOW, DAY)
        assert unit.known_users.disable(ANN.id, NOW)
    return furnished


def test_disabled_user_is_found_in_no_way_that_lets_in_or_rings(disabled: Database) -> None:
    """By password, key, login, id, identity and any name, and among a number's agents."""
    with disabled.reading() as unit:
        directory = unit.directory
        found = (
            directory.credentials(ANN.email), unit.api_keys.find("key", NOW),
            unit.logins.find("login", NOW), directory.user(ANN.id),
            directory.user_by_identity(ANN.identity), directory.find_user(ACME.id, "Ann"),
            directory.find_user(ACME.id, ANN.email), directory.find_user(ACME.id, ANN.id),
        )  # fmt: skip
        assert [None] * 8 == list(found)
        assert [BOB] == unit.presences.ready_agents_of("+14155550100", NOW)


def test_name_of_a_disabled_user_is_free_for_another(disabled: Database) -> None:
    """Of two with one name the one who is left is meant."""
    twin = replace(ANN, id="u-twin", email="twin@example.com", identity="ann_3")
    with disabled.writing() as unit:
        unit.directory.add_user(twin, "hash")
        assert twin == unit.directory.find_user(ACME.id, "Ann")


def test_enabled_user_is_found_as_before(disabled: Database) -> None:
    """Each change once: repeated it says that there was nothing to change."""
    with disabled.writing() as unit:
        assert not unit.known_users.disable(ANN.id, later(5))
        assert KnownUser(ANN, NOW) == unit.known_users.find(ANN.id)
        assert unit.known_users.enable(ANN.id)
        assert not unit.known_users.enable(ANN.id)
        assert not unit.known_users.enable("u-none")
        assert KnownUser(ANN, None) == unit.known_users.find(ANN.id)
        assert [BOB, ANN] == unit.presences.ready_agents_of("+14155550100", NOW)
        assert FoundKey(ANN, False) == unit.api_keys.find("key", NOW)


@pytest.mark.parametrize("wanted", [ANN.id, ANN.email, ANN.email.upper()])
def test_anybody_is_found_by_id_and_email(disabled: Database, wanted: str) -> None:
    """Disabled or not, in every account."""
    with disabled.reading() as unit:
        assert KnownUser(ANN, NOW) == unit.known_users.find(wanted)
        assert KnownUser(ANN_TOO, None) == unit.known_users.find(ANN_TOO.id)
        assert unit.known_users.find("u-none") is None


def test_id_comes_before_an_email_that_reads_the_same(disabled: Database) -> None:
    """Nobody is disabled for another by a confusing address."""
    odd = replace(BOB, id="u-odd", email="u-bob", identity="odd_1")
    with disabled.writing() as unit:
        unit.directory.add_user(odd, "hash")
        assert KnownUser(BOB, None) == unit.known_users.find("u-bob")


def test_users_are_listed_in_pages_by_name(disabled: Database) -> None:
    """Of accounts or of all; an account without users has none."""
    with disabled.reading() as unit:
        users = unit.known_users
        ours, theirs = [KnownUser(ANN, NOW), KnownUser(BOB, None)], KnownUser(ANN_TOO, None)
        assert ours == users.page([ACME.id], 0, 10)
        assert ours[1:] == users.page([ACME.id], 1, 10)
        assert ours[:1] == users.page([ACME.id, "a-none"], 0, 1)
        assert [ours[0], theirs, ours[1]] == users.page(None, 0, 10)
        assert [theirs] == users.page([OTHER.id], 0, 10)
        assert [] == users.page([], 0, 10)
        assert [2, 3, 0] == [users.count([ACME.id]), users.count(None), users.count([])]


def test_changed_user_is_found_by_what_they_are_called_now(disabled: Database) -> None:
    """An address that is somebody else's is a conflict."""
    new = replace(BOB, name="Robert", email="Rob@example.com", role=Role.MANAGER)
    with disabled.writing() as unit:
        unit.known_users.change(new)
        assert KnownUser(new, None) == unit.known_users.find("rob@EXAMPLE.com")
        assert new == unit.directory.find_user(ACME.id, "robert")
        assert unit.directory.find_user(ACME.id, "Bob") is None
        assert 0 == unit.known_users.enabled_with(Role.SYSTEM_ADMINISTRATOR)
        assert 1 == unit.known_users.enabled_with(Role.MANAGER)
    with pytest.raises(Conflict), disabled.writing() as unit:
        unit.known_users.change(replace(BOB, email=ANN.email.upper()))


def test_deleted_user_keeps_name_and_identity_and_nothing_else(disabled: Database) -> None:
    """In no list, with no number and no device; of two who are deleted each has a row."""
    with disabled.writing() as unit:
        unit.device_tokens.keep(BOB, DeviceToken("iOS", "token", "digest"), NOW, 5)
        for user in (ANN, BOB):
            assert unit.known_users.delete(user, later(5))
            assert not unit.known_users.delete(user, later(9))
        gone = unit.known_users.find_deleted(ANN.id)
        assert KnownUser(replace(ANN, email=""), NOW, later(5)) == gone
        assert KnownUser(replace(BOB, email=""), later(5), later(5)) == (
            unit.known_users.find_deleted(BOB.id)
        )
        for wanted in (BOB.id, BOB.email, ""):
            assert unit.known_users.find(wanted) is None
        assert unit.known_users.find_deleted(ANN_TOO.id) is None
        assert [KnownUser(ANN_TOO, None)] == unit.known_users.page(None, 0, 10)
        assert 1 == unit.known_users.count(None)
        assert [] == unit.presences.ready_agents_of("+14155550100", NOW)
        assert [] == unit.device_tokens.of_user(BOB)
        unit.directory.add_user(replace(BOB, id="u-new", identity="bob_9"), "hash")
    with pytest.raises(Conflict), disabled.writing() as unit:
        unit.directory.add_user(replace(BOB, id="u-new2", email="2@example.com"), "hash")


def test_calls_of_those_disabled_lately_are_found(disabled: Database) -> None:
    """While a leg of theirs lives; of somebody disabled earlier, or enabled, none."""
    with disabled.writing() as unit:
        unit.sessions.save(ringing_session())
    with disabled.writing() as unit:
        assert [(ANN, "s-1")] == unit.known_users.still_in_calls(later(-1))
        assert [] == unit.known_users.still_in_calls(later(1))
        unit.known_users.enable(ANN.id)
        assert [] == unit.known_users.still_in_calls(later(-1))


def test_change_of_access_is_told_by_the_feed(disabled: Database) -> None:
    """In its turn with the changes of sessions, and of none of them."""
    with disabled.writing() as unit:
        unit.sessions.save(ringing_session())
        unit.feed.add_access_change(ANN, NOW)
    number(disabled)
    session, access = told(disabled)
    assert (None, ANN.id) == (session.access_of, access.access_of)
    assert (ACME.id, "", ()) == (access.account_id, access.session_id, access.notifications)


def test_rows_of_the_program_before_are_enabled(disabled: Database) -> None:
    """It knows no such column and adds users without it."""
    with disabled.writing() as unit:
        unit.connection.driver.execute(
            "INSERT INTO users (account_id, id, name, name_key, email, email_key, role, identity,"
            " password_hash) VALUES ('a-acme', 'u-old', 'Old', 'old', 'o@x', 'o@x', 'User', 'old',"
            " 'hash')"
        )
        old = unit.directory.user("u-old")
        known = unit.known_users.find("u-old")
    assert old is not None
    assert KnownUser(old, None) == known
