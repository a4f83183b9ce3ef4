"""Logins count until they are over or voided; guesses at passwords are limited."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from evovoice.storage.repositories.login_attempts import WINDOW
from evovoice.storage.unit_of_work import Database, LoginKind
from tests.storage.builders import ACME, ANN, BOB, NOW, later

DAY = timedelta(days=1)


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


def test_logins_that_are_over_are_forgotten(staffed: Database) -> None:
    """Those that count stay."""
    with staffed.writing() as unit:
        assert unit.logins.forget_before(NOW + 2 * DAY) == 2
    assert ["digest 2"] == counting(staffed)


def test_guesses_are_used_up_and_come_back_with_time(database: Database) -> None:
    """Three at once, then one in each third of the window; each subject for itself."""
    with database.writing() as unit:
        attempts = unit.login_attempts
        assert [attempts.take("ann", NOW, 3) for _ in range(3)] == [0, 0, 0]
        assert attempts.take("ann", NOW, 3) == pytest.approx(300)
        assert attempts.take("ann", later(299), 3) == pytest.approx(1)
        assert attempts.take("bob", NOW, 3) == 0
        assert attempts.take("ann", later(300), 3) == 0
        assert attempts.take("ann", later(300), 3) == pytest.approx(300)


def test_a_right_guess_does_not_count(database: Database) -> None:
    """However many there are; a wrong one among them does."""
    with database.writing() as unit:
        attempts = unit.login_attempts
        assert attempts.take("ann", NOW, 2) == 0
        for _ in range(5):
            assert attempts.take("ann", NOW, 2) == 0
            attempts.give_back("ann", 2)
        assert attempts.take("ann", NOW, 2) == 0
        assert attempts.take("ann", NOW, 2) > 0


def test_subjects_with_all_their_guesses_are_forgotten(database: Database) -> None:
    """The others keep their marks."""
    with database.writing() as unit:
        attempts = unit.login_attempts
        for _ in range(3):
            attempts.take("ann", NOW, 3)
        attempts.take("bob", NOW, 3)
        assert attempts.forget_before(NOW + WINDOW / 2) == 1
        assert attempts.take("ann", NOW, 3) > 0
        assert attempts.forget_before(NOW + WINDOW + timedelta(seconds=1)) == 1


def test_parallel_guesses_do_not_exceed_the_limit(database: Database) -> None:
    """Of forty at the same time exactly ten are allowed."""

    def guess(_number: int) -> float:
        with database.writing() as unit:
            return unit.login_attempts.take("ann", NOW, 10)

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(guess, range(40)))
    assert waits.count(0) == 10
    assert all(wait == pytest.approx(90) for wait in waits if wait)
