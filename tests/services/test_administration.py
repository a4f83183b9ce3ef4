"""What managers do at the same moment, and what old processes and databases leave behind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from evovoice.domain.values import Role
from evovoice.services import administration
from evovoice.services.administration import AccountChanges, UserChanges
from evovoice.services.administration.refusals import AlreadyTaken, UserIsDisabled
from evovoice.services.errors import AboveOwnRole, NotSignedIn, Refusal, UserNotFound
from evovoice.storage.unit_of_work import Slice
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.services.house import ANN, MAX, ROOT, House, fast, house

__all__ = [
    "database", "database_url", "fast", "house", "migrated_file", "migrated_postgres",
    "postgres_server",
]  # fmt: skip
pytestmark = pytest.mark.usefixtures("fast")

BOSS = replace(ROOT, id="u-boss", email="boss@acme.test", identity="boss_1")


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """What came of each, in one word."""
    barrier = Barrier(len(deeds))

    def outcome(deed: Callable[[], object]) -> str:
        barrier.wait()
        try:
            deed()
        except Refusal as refusal:
            return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(outcome, deeds))


def test_of_two_administrators_who_take_each_other_out_one_is_left_c92(house: House) -> None:
    """By disabling, deleting or lowering: the second is told that they are out."""
    database, now = house.database, house.now
    deeds: list[Callable[[str, object], object]] = [
        lambda wanted, by: administration.disable_user(database, wanted, now, by),  # type: ignore[arg-type]
        lambda wanted, by: administration.set_user(
            database, wanted, UserChanges(role="User"), now, by  # type: ignore[arg-type]
        ),
        lambda wanted, by: administration.delete_user(database, wanted, now, by),  # type: ignore[arg-type]
    ]  # fmt: skip
    with database.writing() as work:
        work.directory.add_user(BOSS, "a hash")
    for deed in deeds:
        results = at_once(lambda: deed(ROOT.id, BOSS), lambda: deed(BOSS.id, ROOT))  # noqa: B023
        assert 1 == results.count("done"), results
        assert {NotSignedIn.__name__, AboveOwnRole.__name__} & set(results)
        with database.reading() as work:
            assert 1 == work.known_users.enabled_with(Role.SYSTEM_ADMINISTRATOR)
        for one in (ROOT, BOSS):
            if one.id in {known.user.id for known in administration.users_of(database, None)}:
                administration.enable_user(database, one.id, now)
                administration.set_user(database, one.id, UserChanges(role=ROOT.role), now)


def test_one_address_goes_to_one_of_two_who_ask_at_once_c92(house: House) -> None:
    """The other is told so, whether they are added or changed."""
    database, email = house.database, "new@acme.test"

    def add() -> object:
        return administration.add_user(database, "a-1", "New", email, None, "User")

    def change() -> object:
        return administration.set_user(database, ANN.id, UserChanges(email=email), house.now)

    assert ["AlreadyTaken", "done"] == sorted(at_once(add, change))


def test_who_is_disabled_meanwhile_changes_nobody_c92(house: House) -> None:
    """Their request was let in a moment before."""
    administration.disable_user(house.database, MAX.id, house.now)
    with pytest.raises(NotSignedIn):
        administration.set_user(house.database, ANN.id, UserChanges(name="X"), house.now, MAX)
    with pytest.raises(NotSignedIn):
        administration.add_key(house.database, ANN.id, house.now, by=MAX)
    with pytest.raises(NotSignedIn):
        administration.add_user(house.database, "a-1", "New", "new@acme.test", None, "User", MAX)


def test_command_line_takes_the_last_administrator_away_c92(house: House) -> None:
    """Whoever has it has the database, and can make another."""
    assert administration.has_administrator(house.database)
    administration.set_user(house.database, ROOT.email, UserChanges(role="User"), house.now)
    assert not administration.has_administrator(house.database)


def test_deleted_user_whom_an_old_process_enabled_is_found_by_nobody_c92(house: House) -> None:
    """The version before knows only that they are disabled."""
    key = administration.add_key(house.database, ANN.id, house.now).key
    administration.delete_user(house.database, ANN.id, house.now)
    with house.database.writing() as work:
        assert work.known_users.enable(ANN.id)
        found = work.directory
        assert [None] * 3 == [
            found.user(ANN.id), found.user_by_identity(ANN.identity), found.find_user("a-1", "Ann")
        ]  # fmt: skip
    with pytest.raises(NotSignedIn):
        house.sign_in.user_of_key(key)
    with pytest.raises(UserNotFound):
        administration.enable_user(house.database, ANN.id, house.now)


def test_keys_are_made_by_address_and_named_for_one_who_is_enabled(house: House) -> None:
    made = administration.add_key(house.database, ANN.email, house.now, " Console ")
    assert ("Console", None) == (made.known.name, made.known.maker_id)
    assert made.key not in repr(made)
    administration.disable_user(house.database, ANN.id, house.now)
    with pytest.raises(UserIsDisabled):
        administration.add_key(house.database, ANN.email, house.now)


def test_address_of_somebody_disabled_is_taken(house: House) -> None:
    administration.disable_user(house.database, ANN.id, house.now)
    with pytest.raises(AlreadyTaken):
        administration.set_user(house.database, MAX.id, UserChanges(email=ANN.email), house.now)


def test_one_account_gets_a_name_that_two_ask_for_at_once_c93(house: House) -> None:
    def add(name: str) -> object:
        return administration.add_account(house.database, name, "US")

    assert ["AlreadyTaken", "done"] == sorted(at_once(lambda: add("Beta"), lambda: add("BETA")))


def test_one_number_is_the_default_whoever_asks_at_once_c93(house: House) -> None:
    numbers = ("+12025550123", "+14155550100", "+13125550100")
    for number in numbers:
        administration.add_number(house.database, "a-1", number)

    def choose(number: str) -> Callable[[], object]:
        return lambda: administration.set_number(house.database, number, is_default=True)

    for _ in range(3):
        assert ["done"] * 3 == at_once(*map(choose, numbers))
        with house.database.reading() as work:
            rows = work.connection.driver.execute("SELECT is_default FROM numbers").fetchall()
        assert 1 == sum(bool(row[0]) for row in rows)


def test_number_is_removed_by_one_while_another_changes_it_c93(house: House) -> None:
    """What is left is nothing or the whole number, and nobody hears of an accident."""
    number = "+12025550123"
    for _ in range(3):
        administration.add_number(house.database, "a-1", number)
        results = at_once(
            lambda: administration.set_number(house.database, number, [ANN.id, MAX.id]),
            lambda: administration.remove_number(house.database, number),
        )
        assert results in (["done", "done"], ["NumberNotFound", "done"])
        assert ([], 0) == administration.list_numbers(house.database, [], Slice(0, 9))


def test_deeds_are_in_the_audit_trail(house: House) -> None:
    """With who has done them; what changed nothing is no deed."""
    database, now = house.database, house.now
    key = administration.add_key(database, ANN.id, now, by=MAX)
    changes, number = UserChanges("New", role="manager"), "+12025550123"
    deeds: list[Callable[[], object]] = [
        lambda: administration.set_user(database, ANN.id, changes, now, MAX),
        lambda: administration.revoke_key(database, key.id, now, MAX),
        lambda: administration.disable_user(database, ANN.id, now, MAX),
        lambda: administration.enable_user(database, ANN.id, now, MAX),
        lambda: administration.delete_user(database, ANN.id, now, MAX),
        lambda: administration.set_account(database, "a-1", AccountChanges(name="New"), MAX),
    ]
    for deed in deeds:
        deed()
        deed()
    administration.add_number(database, "a-1", number)
    for _ in range(2):
        administration.set_number(database, number, [MAX.id], by=MAX)
    with database.reading() as work:
        rows = work.connection.driver.execute(
            "SELECT action, actor_id, subject FROM audit_entries ORDER BY id"
        ).fetchall()
    assert [
        ("key.made", MAX.id, key.id), ("user.changed", MAX.id, ANN.id),
        ("key.revoked", MAX.id, key.id), ("user.disabled", None, ANN.id),
        ("user.enabled", None, ANN.id), ("user.deleted", None, ANN.id),
        ("account.changed", MAX.id, "a-1"),
        ("number.added", None, number), ("number.changed", MAX.id, number),
    ] == [tuple(row) for row in rows]  # fmt: skip
