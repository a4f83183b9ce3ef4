"""Consoles that ask for it hear of each party, one event at a time (C98), and tell by a version
which of two accounts of a session is the later (C97).
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, update

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import Fact
from evovoice.domain.states import LegProgress, Outcome
from evovoice.storage.tables import Base
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.domain.builders import AGENT, answered, at, ended, incoming, progressed, tell
from tests.web.doubles import refused
from tests.web.ear import Ear, Heard
from tests.web.site import Site, fast_passwords
from tests.web.test_stream import ask, change, ear, look, store

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

MEMBERS = "/events?detail=members"


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url, threads=8)
    site.furnish()
    yield site
    site.database.dispose()


def tell_stored(site: Site, *facts: Fact) -> CallSession:
    """The session takes in what the carrier told; nobody looks into the feed yet."""
    with site.database.writing() as work:
        session = work.sessions.for_update("a-1", "s-1")
        assert session is not None
        tell(session, *facts)
        session.modified_at = at(100 + session.version)  # of the time of the story
        work.sessions.save(session)
    return session


def lines(heard: list[Heard]) -> list[Heard]:
    """Those that tell of a party."""
    return [one for one in heard if one.event and one.id is None and one.event != "Ping"]


def told(listening: Ear) -> list[str]:
    """Types of what the next piece tells of parties."""
    return [str(one.event) for one in lines(listening.listen())]


def test_each_thing_that_happens_to_a_party_is_told_in_its_order_c98(site: Site) -> None:
    store(site, incoming())
    listening = ear(site, MEMBERS)
    tell_stored(site, progressed("leg-u-ann", AGENT, LegProgress.RINGING))
    tell_stored(site, answered("leg-u-ann", AGENT))
    look(site)
    heard = listening.listen()
    assert ["AgentRinging", "MemberAnswered", "Answered"] == [one.event for one in lines(heard)]
    assert "SessionInfoChanged" == heard[-1].event
    tell_stored(site, ended("leg-u-ann", AGENT))
    look(site)
    assert ["MemberLeft"] == told(listening)


def test_event_of_a_party_is_the_line_of_the_log_c98(site: Site) -> None:
    store(site, incoming())
    listening = ear(site, MEMBERS)
    tell_stored(site, ended("leg-u-ann", AGENT, Outcome.NO_ANSWER))
    look(site)
    heard = [one.data for one in lines(listening.listen())]
    logged = ask(site, "/sessions/s-1/events").json["events"]  # type: ignore[index]
    assert [line for line in logged if "memberId" in line] == heard
    assert "MemberFailed" in [line["type"] for line in heard]


def test_nobody_is_told_of_parties_who_does_not_ask_for_it_c98(site: Site) -> None:
    store(site, incoming())
    listening, detailed = ear(site), ear(site, MEMBERS)
    tell_stored(site, progressed("leg-u-ann", AGENT, LegProgress.RINGING))
    look(site)
    assert [] == told(listening)
    assert ["AgentRinging"] == told(detailed)


def test_of_changes_without_lines_no_party_is_told_c98(site: Site) -> None:
    store(site, incoming())
    listening = ear(site, MEMBERS)
    change(site, "a note")
    assert ["SessionInfoChanged"] == listening.kinds()


def test_who_comes_back_hears_of_parties_what_they_have_missed_and_nothing_twice_c98_c76(
    site: Site,
) -> None:
    listening = ear(site, MEMBERS)
    store(site, incoming())
    listening.listen()
    listening.hang_up()
    tell_stored(site, answered("leg-u-ann", AGENT))
    look(site)
    back = ear(site, MEMBERS, after=listening.last_id)
    assert ["MemberAnswered", "Answered"] == told(back)


def test_change_stored_by_the_version_before_is_told_without_parties_c98(site: Site) -> None:
    store(site, incoming())
    listening = ear(site, MEMBERS)
    tell_stored(site, answered("leg-u-ann", AGENT))
    with site.database.writing() as work:
        work.connection.execute(update(Base.metadata.tables["feed"]).values(sequence_before=None))
    look(site)
    assert ["SessionAnswered", "SessionInfoChanged"] == listening.kinds()


def test_other_detail_is_refused_c98(site: Site) -> None:
    refused(ask(site, "/events?detail=everything"), 400, "SerializationException")


def test_of_several_changes_at_once_the_last_alone_says_that_the_session_changed_c75(
    site: Site,
) -> None:
    listening = ear(site)
    store(site, incoming())
    listening.listen()
    tell_stored(site, progressed("leg-u-ann", AGENT, LegProgress.RINGING))
    tell_stored(site, answered("leg-u-ann", AGENT))
    session = tell_stored(site, ended("leg-u-ann", AGENT))
    look(site)
    heard = listening.listen()
    (info,) = [one for one in heard if one.event == "SessionInfoChanged"]
    assert info == heard[-1]
    assert session.version == info.data["session"]["version"]
    assert "SessionAnswered" in [one.event for one in heard]


def test_version_of_answer_and_event_rises_with_each_change_c97(site: Site) -> None:
    listening = ear(site)
    store(site, incoming())
    seen = [listening.listen()[-1].data["session"]["version"]]
    for text in ("one", "two"):
        change(site, text)
        seen.append(ask(site, "/sessions/s-1").json["version"])  # type: ignore[index]
        assert seen[-1] == listening.listen()[-1].data["session"]["version"]
    assert [1, 2, 3] == seen


def test_last_change_that_another_version_has_stored_hides_no_earlier_one_c75(site: Site) -> None:
    """Of what this version does not know it tells nothing, and of what it knows all."""
    store(site, incoming())
    listening = ear(site)
    tell_stored(site, answered("leg-u-ann", AGENT))
    tell_stored(site, ended("leg-u-ann", AGENT))
    feed = Base.metadata.tables["feed"]
    with site.database.writing() as work:
        newest = select(func.max(feed.c.id)).scalar_subquery()
        unknown = update(feed).where(feed.c.id == newest).values(notifications=[["Unknown", None]])
        work.connection.execute(unknown)
    look(site)
    assert "SessionInfoChanged" in listening.kinds()
