"""One user's searches take no more than a share of the database's time (C46)."""

from contextlib import suppress
from dataclasses import replace

import pytest

from evovoice.domain.values import User
from evovoice.services.errors import TooManySearches
from evovoice.services.search_limit import SearchLimit
from tests.web.site import ANN, MAX

ANN_OF_ZETA = replace(ANN, account_id="a-2")


class Watch:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.limit = SearchLimit(lambda: self.now)

    def search(self, seconds: float, user: User = ANN) -> None:
        with self.limit.searching(user):
            self.now += seconds

    def wait_told(self, user: User = ANN) -> int:
        with pytest.raises(TooManySearches) as refused:
            self.search(0, user)
        return refused.value.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_third_search_at_once_is_refused_for_a_second_c46(watch: Watch) -> None:
    with watch.limit.searching(ANN), watch.limit.searching(ANN):
        assert 1 == watch.wait_told()
    watch.search(0)


def test_everybody_has_a_share_of_their_own_c46(watch: Watch) -> None:
    """Users of two accounts may have the same id."""
    with watch.limit.searching(ANN), watch.limit.searching(ANN):
        for other in (MAX, ANN_OF_ZETA):
            watch.search(0, other)


def test_ten_seconds_of_a_minute_and_then_only_as_much_as_is_given_back_c46(watch: Watch) -> None:
    for _ in range(4):
        watch.search(3.05)  # a sixth of the time that passes is given back
    wait = watch.wait_told()
    assert 1 <= wait <= 12
    watch.now += wait - 1
    assert 1 == watch.wait_told()
    watch.now += 1
    watch.search(3.05)
    assert 15 <= watch.wait_told() <= 18


def test_short_searches_are_never_refused_c46(watch: Watch) -> None:
    """Somebody who types into a search box: five a second of thirty milliseconds."""
    for _ in range(1000):
        watch.search(0.03)
        watch.now += 0.17


def test_minute_without_a_search_gives_everything_back_and_no_more_c46(watch: Watch) -> None:
    watch.now += 3600
    watch.search(11)
    assert 1 <= watch.wait_told()
    watch.now += 60
    watch.search(9)
    watch.search(1)


def test_search_that_fails_has_taken_its_time_too_c46(watch: Watch) -> None:
    with suppress(ZeroDivisionError), watch.limit.searching(ANN):
        watch.now += 20
        raise ZeroDivisionError
    assert watch.wait_told() > 30
    watch.now += 70
    with watch.limit.searching(ANN):  # and is not running any more
        watch.search(0)
