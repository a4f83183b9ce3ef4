"""Of each leg the newest report of whether it speaks is kept, and told once (C113)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from evovoice.domain.speech import Speech
from evovoice.storage.unit_of_work import Database, SessionKey
from tests.storage.builders import NOW, later

KEY = SessionKey("a-acme", "s-1")
OF = (KEY, "CA1")
BEGAN = Speech("leg-1", "CA1", "CF1", 5, speaks=True, at=NOW)
ENDED = replace(BEGAN, sequence=7, speaks=False)


def note(database: Database, *speeches: Speech) -> list[bool]:
    """Each in a transaction of its own; whether it was newer."""
    noted = []
    for speech in speeches:
        with database.writing() as unit:
            noted.append(unit.speeches.note(KEY, speech))
    return noted


def known(database: Database) -> dict[tuple[SessionKey, str], Speech]:
    with database.reading() as unit:
        return unit.speeches.of_sessions([KEY, SessionKey("a-other", "s-1")])


def test_later_report_counts_in_any_order_and_once_c113(database: Database) -> None:
    assert [True, True, False, False] == note(database, BEGAN, ENDED, BEGAN, ENDED)
    assert {OF: ENDED} == known(database)


def test_each_conference_has_numbers_of_its_own_c113(database: Database) -> None:
    """Of another one what was told later counts, by the carrier's clock."""
    new = replace(BEGAN, conference_sid="CF2", sequence=1, at=later(3))
    assert [True, True, False] == note(database, ENDED, new, replace(ENDED, sequence=9))
    assert {OF: new} == known(database)


def test_of_many_reports_at_once_the_newest_stays_c113(database: Database) -> None:
    reports = [replace(BEGAN, sequence=number) for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda speech: note(database, speech), reports))
    assert 19 == known(database)[OF].sequence


def test_change_of_the_feed_says_whose_speech_it_is_c113(database: Database) -> None:
    with database.writing() as unit:
        unit.feed.add_speech_change(KEY, "CA1", NOW)
    with database.writing() as unit:
        unit.feed.number()
    with database.reading() as unit:
        (change,) = unit.feed.after(0, 10**9, 10)
    assert (KEY, "CA1") == ((change.account_id, change.session_id), change.speech_of)
    assert () == change.notifications


def test_old_reports_are_forgotten_c113(database: Database) -> None:
    note(database, BEGAN)
    with database.writing() as unit:
        assert 0 == unit.speeches.forget_before(NOW)
        assert 1 == unit.speeches.forget_before(NOW + timedelta(seconds=1))
    assert {} == known(database)
