"""How many streams a user may have, over all processes, and how the oldest yield (C75)."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from evovoice.services import administration
from evovoice.services.worker import Worker
from evovoice.settings import Limits
from evovoice.storage.unit_of_work import DatabaseUnavailable
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.domain.builders import incoming
from tests.web.ear import Ear
from tests.web.site import ANN, EVE, Site, basic, fast_passwords
from tests.web.test_stream import NEW_CALL, ask, ear, look, store

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]


def shared(database_url: str) -> Site:
    """A process where a user may have two streams."""
    return Site(database_url, limits=Limits(streams_per_user=2))


@pytest.fixture
def sharing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = shared(database_url)
    site.furnish()
    yield site
    site.database.dispose()


def has_yielded(listening: Ear) -> bool:
    """Whether the next thing is the farewell, and then nothing."""
    *_, last = listening.listen()
    return last.event == "Toast" and listening.has_ended()


def test_user_has_five_streams_and_the_oldest_yields_to_a_sixth_c75(database_url: str) -> None:
    site = Site(database_url)
    site.furnish()
    first, *others = [ear(site) for _ in range(6)]
    assert has_yielded(first)
    assert [["Ping"]] * 5 == [one.kinds() for one in others]
    site.database.dispose()


def test_stream_that_yields_is_told_why_and_what_came_before_c75(sharing: Site) -> None:
    first = ear(sharing)
    store(sharing, incoming())
    ear(sharing)
    ear(sharing)
    *before, last = first.listen()
    assert NEW_CALL == [one.event for one in before]
    assert {"type", "title", "body"} == last.data.keys()
    assert (last.data["type"], True) == ("Toast", "oldest" in last.data["body"])
    assert first.has_ended()


def test_stream_that_yields_tells_nothing_to_who_is_not_let_in_any_more_c75(sharing: Site) -> None:
    first, _ = ear(sharing), ear(sharing, **basic())
    first.kinds()  # it has proved who it is, and a ping is behind it
    store(sharing, incoming())
    (key,) = administration.keys_of(sharing.database, ANN.id)
    administration.revoke_key(sharing.database, key.id, sharing.now)
    look(sharing)
    ear(sharing, **basic())
    assert first.has_ended()


def test_stream_that_has_yielded_comes_back_to_204_and_pushes_nobody_out_c75(
    sharing: Site,
) -> None:
    """An EventSource comes back by itself with the last id, and is closed for good by a 204."""
    first, *others = [ear(sharing) for _ in range(3)]
    assert has_yielded(first)
    answer = ask(sharing, **{"Last-Event-ID": str(first.last_id)})
    assert (204, b"") == (answer.status_code, answer.data)
    strange = {"Last-Event-ID": str(first.last_id), "Authorization": "Bearer ak-wrong"}
    assert 401 == ask(sharing, **strange).status_code
    assert [["Ping"]] * 2 == [one.kinds() for one in others]


def test_who_opens_the_page_again_is_let_in_c75(sharing: Site) -> None:
    """Without an id it is a new stream; the next oldest yields."""
    first, second, third = [ear(sharing) for _ in range(3)]
    assert has_yielded(first)
    back = ear(sharing)
    assert has_yielded(second)
    assert ["Ping"] == back.kinds() == third.kinds()


def test_nobody_yields_to_somebody_elses_streams_c75(sharing: Site) -> None:
    mine = [ear(sharing) for _ in range(2)]
    theirs = [ear(sharing, **basic(EVE)) for _ in range(2)]
    assert [["Ping"]] * 4 == [one.kinds() for one in (*mine, *theirs)]


def test_closed_streams_count_no_more_c75(sharing: Site) -> None:
    first, second = ear(sharing), ear(sharing)
    second.hang_up()
    third = ear(sharing)
    assert ["Ping"] == first.kinds() == third.kinds()


def test_streams_are_counted_over_all_processes_c75(sharing: Site, database_url: str) -> None:
    other = shared(database_url)
    other.key = sharing.key
    here = ear(sharing)
    for _ in range(2):
        ear(other)
    look(sharing)
    assert has_yielded(here)
    other.database.dispose()


def test_streams_of_a_killed_process_count_until_they_would_have_ended_c75(
    sharing: Site, database_url: str
) -> None:
    other = shared(database_url)
    other.key = sharing.key
    oldest = ear(sharing)
    ears = [ear(other)]  # and is never heard of again
    sharing.later(minutes=16)
    ears += [ear(sharing), ear(sharing)]
    assert ["Ping"] == ears[1].kinds() == ears[2].kinds()
    assert oldest.has_ended()
    Worker(sharing.context)._clean()
    with sharing.database.autocommit() as work:
        assert 2 == work.connection.execute(text("SELECT count(*) FROM listeners")).scalar_one()
    other.database.dispose()


def test_head_and_one_way_push_nobody_out_c75(sharing: Site) -> None:
    ears = [ear(sharing) for _ in range(2)]
    for _ in range(2):
        ask(sharing, verb="HEAD").close()
        ask(sharing, "/json/oneway/StreamEvents").close()
    assert [["Ping"]] * 2 == [one.kinds() for one in ears]


def test_database_that_is_away_at_the_end_keeps_no_place_c75(
    sharing: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening = ear(sharing)

    def away() -> Any:
        raise DatabaseUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(sharing.database, "writing", away)
        listening.hang_up()
    assert not sharing.context.live_feed._all()
