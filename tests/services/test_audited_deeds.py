"""Deeds leave an entry in the audit trail: who, what, on what, from where, with what outcome."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from evovoice.services import administration, audit
from evovoice.services.administration import AccountChanges
from evovoice.services.auth.guess_limits import Client
from evovoice.services.auth.sign_in_trail import tell_how_many_refused
from evovoice.services.errors import AccountNotFound, NotSignedIn, SetupProblem
from evovoice.storage.repositories.refused_sign_ins import MOST_AT_ONCE
from evovoice.storage.unit_of_work import AuditFilter, Database
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.services.house import ANN, HERE, MAX, START, THERE, House, fast

pytestmark = pytest.mark.usefixtures("fast")

__all__ = [
    "database",
    "database_url",
    "fast",
    "migrated_file",
    "migrated_postgres",
    "postgres_server",
]


@pytest.fixture
def house(database: Database) -> House:
    house = House(database)
    house.furnish()
    return house


@pytest.fixture(autouse=True)
def asked_by_a_stranger() -> Iterator[None]:
    audit.begin(audit.Source(audit.STRANGER, origin="192.0.2.1", request_id="r-1"))
    yield
    audit.end()


def entries(database: Database, action: str | None = None) -> list[tuple[str, ...]]:
    """Action, subject, who and outcome of each entry, the oldest first."""
    with database.reading() as unit:
        found = unit.audit.page(AuditFilter(action=action), 0, 1000)
    return [
        (e.action, e.subject, e.actor_id or e.actor_name, e.outcome)
        for e in (each.entry for each in reversed(found))
    ]  # fmt: skip


def told(house: House) -> list[str]:
    return [action for action, *_ in entries(house.database)]


# --- signing in --------------------------------------------------------------------------------


def test_signing_in_and_out_c90(house: House) -> None:
    """Signing out what is no login any more is nothing."""
    secret = house.login()
    for _ in range(2):
        house.sign_in.sign_out([secret, "ls-unknown"])
    assert [
        ("user.signed_in", "u-ann", "u-ann", "done"),
        ("user.signed_out", "u-ann", "u-ann", "done"),
    ] == entries(house.database)
    with house.database.reading() as unit:
        entry = unit.audit.page(AuditFilter(), 0, 1)[0].entry
    assert ("a-1", "User", "192.0.2.1", "r-1", START) == (
        entry.account_id, entry.actor_role, entry.origin, entry.request_id, entry.at
    )  # fmt: skip


def test_password_with_every_request_is_told_once_a_day_for_each_network_c90(
    house: House,
) -> None:
    for hours, client in ((0, HERE), (0, HERE), (1, HERE), (2, THERE), (26, HERE)):
        house.now = START + timedelta(hours=hours)
        house.basic(client)
    assert ["password.used"] * 3 == told(house)


def test_key_is_told_once_a_day_over_all_processes_c90(house: House, database: Database) -> None:
    key = administration.add_key(database, ANN.id, house.now)
    other = House(database)
    for hours in (0, 1, 13, 15):
        for process in (house, other):
            process.now = START + timedelta(hours=hours)
            process.sign_in.user_of_key(key.key)
    assert [("key.used", key.id, "u-ann", "done")] * 2 == entries(database, "key.used")
    with pytest.raises(NotSignedIn):
        house.sign_in.user_of_key("ak-unknown")
    assert 2 == len(entries(database, "key.used"))


def test_refused_sign_ins_are_told_at_first_and_with_their_number_c90(house: House) -> None:
    """Of each name in each network; what was typed is nowhere."""
    for _ in range(12):
        house.guess()
    house.guess(client=THERE)
    house.guess("my secret password")
    found = entries(house.database)
    assert [("sign_in.refused", "u-ann", "stranger", "wrong password")] * 2 == found[:2]
    assert found[2][1].startswith("unknown name ")
    close(house, minutes=14)
    assert 3 == len(entries(house.database))
    close(house, minutes=2)
    assert ("sign_in.refused", "u-ann", "stranger", "refused") == entries(house.database)[3]
    with house.database.reading() as unit:
        last = unit.audit.page(AuditFilter(), 0, 1)[0].entry
        text = str(unit.audit.page(AuditFilter(), 0, 100))
    assert (12, HERE.address, "a-1") == (last.details["count"], last.origin, last.account_id)
    assert "secret" not in text
    house.guess()
    assert 5 == len(entries(house.database))


def close(house: House, minutes: int) -> None:
    house.now += timedelta(minutes=minutes)
    with house.database.writing() as unit:
        tell_how_many_refused(unit, house.now)


def test_refusal_without_a_guess_is_told_c90(house: House) -> None:
    """Of a network that has used up its guesses before the window began."""
    for _ in range(10):
        house.guess()
    close(house, minutes=0)
    with house.database.writing() as unit:
        unit.audit.refused_sign_ins.take_over(house.now + timedelta(hours=1))
    house.guess()
    assert "too many guesses" == entries(house.database)[-1][3]


def test_flood_of_guesses_does_not_fill_the_trail_c90(house: House) -> None:
    """From however many networks, with however many names."""
    for number in range(MOST_AT_ONCE + 60):
        house.guess(f"nobody-{number}", Client(f"198.{number % 256}.{number // 256}.1"))
    assert MOST_AT_ONCE + 1 == len(entries(house.database))
    close(house, minutes=16)
    assert [("sign_in.refused", "others", "stranger", "refused")] == (
        entries(house.database)[MOST_AT_ONCE + 1 :]
    )


def test_flood_of_names_hides_no_guesses_at_a_user_c90(house: House) -> None:
    """One row for each user over all other networks, told when it begins and when it is over."""
    for number in range(MOST_AT_ONCE):
        house.guess(f"nobody-{number}", Client(f"198.{number % 256}.{number // 256}.1"))
    for network in range(3):
        house.guess(client=Client(f"203.0.{network}.1"))
    told = ("sign_in.refused", "u-ann", "stranger")
    assert [(*told, "wrong password")] == entries(house.database)[MOST_AT_ONCE:]
    close(house, minutes=16)
    assert [(*told, "refused")] == entries(house.database)[MOST_AT_ONCE + 1 :]


def test_token_is_told_with_who_made_it_and_with_what_c90(house: House) -> None:
    house.sign_in.tokens.with_password(MAX, ANN.email, "")
    assert [("token.made", "u-ann", "u-max", "done")] == entries(house.database)


# --- administration ------------------------------------------------------------------------------


def test_what_an_administrator_sets_up_is_told_c90(database: Database) -> None:
    """Each deed once: what changes nothing, and what is refused, is none."""
    audit.begin(audit.Source("command line (root)"))
    account = administration.add_account(database, "Acme", "US")
    administration.set_account(database, account.id, AccountChanges(countries="US,DE"))
    ann = administration.add_user(
        database, account.id, "Ann", "ann@x.test", "a long password", "User"
    )
    key = administration.add_key(database, ann.id, START)
    administration.set_password(database, ann.email, "another long one", START)
    administration.add_number(database, account.id, "+12025550123", [ann.id])
    for _ in range(2):
        administration.revoke_key(database, key.id, START)
        administration.disable_user(database, ann.id, START)
    for _ in range(2):
        administration.enable_user(database, ann.id, START)
    with pytest.raises(SetupProblem):
        administration.add_number(database, account.id, "+12025550123")
    subjects = [
        ("account.added", account.id), ("account.changed", account.id), ("user.added", ann.id),
        ("key.made", key.id), ("password.set", ann.id), ("number.added", "+12025550123"),
        ("key.revoked", key.id), ("user.disabled", ann.id), ("user.enabled", ann.id),
    ]  # fmt: skip
    assert [(*one, "command line (root)", "done") for one in subjects] == entries(database)
    with database.reading() as unit:
        assert 9 == unit.audit.count(AuditFilter(account_ids=[account.id]))
        assert "password" not in str(unit.audit.page(AuditFilter(action="user"), 0, 10))


def test_change_of_a_number_is_told_with_whom_it_rings_and_the_default_c90(
    database: Database,
) -> None:
    account = administration.add_account(database, "Acme", "US")
    ann = administration.add_user(
        database, account.id, "Ann", "ann@x.test", "a long password", "User"
    )
    for number in ("+12025550123", "+12025550124"):
        administration.add_number(database, account.id, number)
    administration.set_number(database, "+12025550124", [ann.id])
    administration.set_number(database, "+12025550124", is_default=True)
    with database.reading() as unit:
        found = unit.audit.page(AuditFilter(action="number.changed"), 0, 10)
    assert [{"default": True}, {"agents": [ann.id]}] == [one.entry.details for one in found]


def test_refused_change_of_an_unknown_account_is_no_deed_c90(database: Database) -> None:
    with pytest.raises(AccountNotFound):
        administration.set_account(database, "a-9", AccountChanges(countries="US"))
    assert [] == entries(database)
