"""Logins count until they are over or voided; guesses at passwords are limited."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from evovoice.storage.repositories.login_attempts import WINDOW
from evovoice.storage.unit_of_work import Allowance, ApiKey, Database, LoginKind, MadeWith, Origin
from tests.storage.builders import ACME, ANN, BOB, NOW, later

DAY = timedelta(days=1)
THREE, BOBS = Allowance("ann", 3), Allowance("bob", 3)


@pytest.fixture
def staffed(database: Database) -> Database:
    """An account with Ann and Bob."""
    with database.writing() as unit:
        unit.directory.add_account(ACME.id, ACME.name, ACME.country)
        for user in (ANN, BOB):
            unit.directory.add_user(user, f"hash of {user.id}")
        unit.logins.add(ANN, "li-1", "digest 1", LoginKind.SESSION, NOW, DAY)
        unit.logins.add(ANN, "li-2", "digest 2", LoginKind.PERMANENT, NOW, 2 * DAY)
        unit.logins.add(BOB, "li-3", "digest 3", LoginKind.TOKEN, NOW, DAY)
    return database


def counting(database: Database, moment: object = NOW) -> list[str]:
    """The digests that lead to somebody."""
    digests = [f"digest {number}" for number in (1, 2, 3)]
    with database.reading() as unit:
        return [digest for digest in digests if unit.logins.find(digest, moment)]  # type: ignore[arg-type]


def test_a_login_leads_to_its_user(staffed: Database) -> None:
    """Whole, with the kind of the login; another digest leads nowhere."""
    with staffed.reading() as unit:
        found = unit.logins.find("digest 2", NOW)
        assert unit.logins.find("digest", NOW) is None
    assert found is not None
    assert (ANN, LoginKind.PERMANENT, True) == (found.user, found.kind, found.is_fresh)


def test_a_login_ends_at_its_time_c33(staffed: Database) -> None:
    """To the microsecond."""
    last = NOW + DAY - timedelta(microseconds=1)
    assert ["digest 1", "digest 2", "digest 3"] == counting(staffed, last)
    assert ["digest 2"] == counting(staffed, NOW + DAY)


def test_a_voided_login_counts_no_more_c39(staffed: Database) -> None:
    """At once, and only it; a second time there is nothing to end."""
    with staffed.writing() as unit:
        assert unit.logins.void("digest 1", NOW)
        assert not unit.logins.void("digest 1", NOW)
        assert not unit.logins.void("digest", NOW)
    assert ["digest 2", "digest 3"] == counting(staffed)


def test_all_logins_of_a_user_end_together(staffed: Database) -> None:
    """Nobody else's."""
    with staffed.writing() as unit:
        assert unit.logins.void_all_of(ANN, NOW) == 2
        assert unit.logins.void_all_of(ANN, NOW) == 0
    assert ["digest 3"] == counting(staffed)


def test_use_is_noted_once_an_hour(staffed: Database) -> None:
    """So that reading with a login seldom writes."""
    with staffed.writing() as unit:
        for seconds, fresh in ((3600, True), (3601, False)):
            found = unit.logins.find("digest 1", later(seconds))
            assert found is not None
            assert found.is_fresh is fresh
        unit.logins.note_use("digest 1", later(3601))
        found = unit.logins.find("digest 1", later(7200))
    assert found is not None
    assert found.is_fresh


def test_origin_of_a_token_is_read_as_it_was_written(staffed: Database) -> None:
    """Logins have none, nor have tokens of a program that did not note it."""
    origins = [
        Origin(BOB.id, MadeWith.PASSWORD), Origin(BOB.id, MadeWith.KEY, "k-1"),
        Origin(BOB.id, MadeWith.LOGIN, "li-1"), None,
    ]  # fmt: skip
    with staffed.writing() as unit:
        for number, origin in enumerate(origins):
            unit.logins.add(ANN, f"li-t{number}", f"t{number}", LoginKind.TOKEN, NOW, DAY, origin)
        found = [unit.logins.find(f"t{number}", NOW) for number in range(4)]
    assert origins == [one and one.origin for one in found]
    assert ["li-t0", NOW + DAY] == [found[0] and found[0].id, found[0] and found[0].expires_at]


def test_parent_counts_while_it_lets_its_own_user_in(staffed: Database) -> None:
    key, login = Origin(ANN.id, MadeWith.KEY, "k-1"), Origin(ANN.id, MadeWith.LOGIN, "li-1")
    with staffed.writing() as unit:
        unit.api_keys.add(
            ANN.account_id, ApiKey("k-1", ANN.id, NOW, expires_at=NOW + DAY), "digest"
        )
        counts = unit.logins.parent_counts
        assert [True] * 3 == [
            counts(ANN, one, NOW) for one in (key, login, Origin(ANN.id, MadeWith.PASSWORD))
        ]
        assert [False] * 2 == [counts(BOB, one, NOW) for one in (key, login)]
        assert not counts(ANN, Origin(ANN.id, MadeWith.KEY, "k-2"), NOW)
        assert not counts(ANN, login, NOW + DAY)
        assert not counts(ANN, key, NOW + DAY)
        unit.api_keys.revoke("k-1", NOW)
        unit.logins.void("digest 1", NOW)
        assert [False] * 2 == [counts(ANN, one, NOW) for one in (key, login)]


def test_tokens_that_a_user_had_made_end_with_their_logins(staffed: Database) -> None:
    """Also those for others."""
    with staffed.writing() as unit:
        origin = Origin(ANN.id, MadeWith.PASSWORD)
        unit.logins.add(BOB, "li-4", "digest 4", LoginKind.TOKEN, NOW, DAY, origin)
        assert unit.logins.void_all_of(ANN, NOW) == 3
        assert unit.logins.find("digest 4", NOW) is None
    assert ["digest 3"] == counting(staffed)


def test_logins_that_are_over_are_forgotten(staffed: Database) -> None:
    """Those that count stay; tokens for ninety days, as a record of who had made them."""
    with staffed.writing() as unit:
        assert unit.logins.forget_before(NOW + 2 * DAY) == 1
    assert ["digest 2"] == counting(staffed, NOW + DAY)
    with staffed.writing() as unit:
        assert unit.logins.forget_before(NOW + 91 * DAY) == 1
        assert unit.logins.forget_before(NOW + 92 * DAY) == 1


def test_guesses_are_used_up_and_come_back_with_time(database: Database) -> None:
    """Three at once, then one in each third of the window; each subject for itself."""
    lenient = Allowance("ann", 3, refusals_cost=False)
    with database.writing() as unit:
        attempts = unit.login_attempts
        assert [attempts.take(lenient, NOW, 1) for _ in range(3)] == [0, 0, 0]
        assert attempts.take(lenient, NOW, 1) == pytest.approx(300)
        assert attempts.take(lenient, later(299), 1) == pytest.approx(1)
        assert attempts.take(BOBS, NOW, 1) == 0
        assert attempts.take(lenient, later(300), 1) == 0
        assert attempts.take(lenient, later(300), 1) == pytest.approx(300)


def test_refused_guesses_cost_up_to_a_window(database: Database) -> None:
    """Each as much as a wrong one; whoever waits as told has one again."""
    with database.writing() as unit:
        attempts = unit.login_attempts
        waits = [attempts.take(THREE, NOW, kind) for kind in range(9)]
        assert waits == pytest.approx([0, 0, 0, 600, 900, 900, 900, 900, 900])
        assert attempts.take(THREE, later(900), 1) == 0


def test_refused_guess_that_comes_again_costs_nothing(database: Database) -> None:
    """Whatever comes between, until one is looked at again; a right one leaves no trace."""
    with database.writing() as unit:
        attempts = unit.login_attempts
        for _ in range(3):
            attempts.take(THREE, NOW, 0)
        waits = [attempts.take(THREE, NOW, kind) for kind in (0, 15, 0, 15, 0)]
        assert waits == pytest.approx([300, 600, 600, 600, 600])
        assert attempts.take(THREE, later(600), 7) == 0
        assert attempts.take(THREE, later(600), 15) == pytest.approx(600)
        attempts.give_back([THREE])
        row = unit.connection.execute(text("SELECT tried FROM login_attempts")).first()
        assert row is not None
        assert row.tried == 0


def test_guesses_of_a_day_have_a_window_of_their_own(database: Database) -> None:
    with database.writing() as unit:
        attempts, daily = unit.login_attempts, Allowance("ann", 2, DAY, refusals_cost=False)
        waits = [attempts.take(daily, NOW, 1) for _ in range(4)]
        assert waits == pytest.approx([0, 0, 43200, 43200])


def test_looking_takes_nothing(database: Database) -> None:
    """All have to have one left."""
    with database.writing() as unit:
        attempts = unit.login_attempts
        for _ in range(3):
            assert attempts.have_left([THREE, BOBS], NOW)
            attempts.take(THREE, NOW, 1)
        assert not attempts.have_left([THREE, BOBS], NOW)
        assert attempts.have_left([BOBS], NOW)
        assert attempts.have_left([THREE], later(300))
        assert attempts.have_left([], NOW)


def test_a_right_guess_does_not_count(database: Database) -> None:
    """However many there are; a wrong one among them does."""
    two = Allowance("ann", 2)
    with database.writing() as unit:
        attempts = unit.login_attempts
        assert attempts.take(two, NOW, 1) == 0
        for _ in range(5):
            assert attempts.take(two, NOW, 1) == 0
            attempts.give_back([two])
        assert attempts.take(two, NOW, 1) == 0
        assert attempts.take(two, NOW, 1) > 0


def test_network_is_known_for_thirty_days_after_the_newest_right_password(
    database: Database,
) -> None:
    """Noted once a day."""
    day = 86_400
    with database.writing() as unit:
        attempts = unit.login_attempts
        assert not attempts.is_known_network("ann there", NOW)
        attempts.note_network("ann there", NOW)
        attempts.note_network("ann there", later(day / 2))
        assert attempts.is_known_network("ann there", later(30 * day - 1))
        assert not attempts.is_known_network("ann there", later(30 * day))
        assert not attempts.is_known_network("bob there", NOW)
        attempts.note_network("ann there", later(2 * day))
        assert attempts.is_known_network("ann there", later(32 * day - 1))
        attempts.forget_before(later(32 * day - 1))
        assert attempts.is_known_network("ann there", later(2 * day))
        attempts.forget_before(later(32 * day + 1))
        assert not attempts.is_known_network("ann there", later(2 * day))


def test_subjects_with_all_their_guesses_are_forgotten(database: Database) -> None:
    """The others keep their marks."""
    with database.writing() as unit:
        attempts = unit.login_attempts
        for _ in range(3):
            attempts.take(THREE, NOW, 1)
        attempts.take(BOBS, NOW, 1)
        assert attempts.forget_before(NOW + WINDOW / 2) == 1
        assert attempts.take(THREE, NOW, 1) > 0
        assert attempts.forget_before(NOW + 3 * WINDOW) == 1


def test_parallel_guesses_do_not_exceed_the_limit(database: Database) -> None:
    """Of forty at the same time exactly ten are allowed."""

    def guess(number: int) -> float:
        with database.writing() as unit:
            return unit.login_attempts.take(Allowance("ann", 10), NOW, number % 16)

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(guess, range(40)))
    assert waits.count(0) == 10
    assert all(90 <= round(wait) <= 900 for wait in waits if wait)
