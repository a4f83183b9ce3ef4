"""Consoles hear who speaks, of each party how it is at that moment (C113)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from evovoice.carrier.port import SessionRef
from evovoice.domain.speech import Speech
from evovoice.domain.states import Supervision
from evovoice.services.intake import receive_speech
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.domain.builders import AGENT, CALLER, ROOM, ConferenceReports, at, in_conference
from tests.web.ear import Heard
from tests.web.site import Site, fast_passwords
from tests.web.test_stream import ask, ear, look, store
from tests.web.test_stream_members import MEMBERS, lines

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

ANN_SPEAKS = Speech(None, AGENT, ROOM, 40, speaks=True, at=at(60))


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url, threads=8)
    site.furnish()
    yield site
    site.database.dispose()


def tell(site: Site, *speeches: Speech, session_id: str = "s-1") -> None:
    for speech in speeches:
        receive_speech(site.context, SessionRef("a-1", session_id), speech)
    look(site)


def told(heard: list[Heard]) -> list[tuple[str | None, str]]:
    return [(one.event, one.data["callSid"]) for one in lines(heard)]


def test_who_speaks_is_told_as_it_is_now_once_for_each_party_c113(site: Site) -> None:
    """Of several reports within a moment the last state alone, whatever their order."""
    store(site, in_conference(ConferenceReports()))
    version = ask(site, "/sessions/s-1").json["version"]  # type: ignore[index]
    listening, without = ear(site, MEMBERS), ear(site)
    silent = replace(ANN_SPEAKS, sequence=42, speaks=False)
    tell(site, ANN_SPEAKS, replace(ANN_SPEAKS, call_sid=CALLER, sequence=41), silent, ANN_SPEAKS)
    heard = listening.listen()
    assert [("MemberSpeaking", CALLER), ("MemberSilent", AGENT)] == told(heard)
    data = lines(heard)[1].data
    assert {"date", "type", "sessionId", "callSid", "memberId", "message", "data"} == data.keys()
    assert [] == told(without.listen())
    assert version == ask(site, "/sessions/s-1").json["version"]  # type: ignore[index]


def test_report_that_is_late_repeated_or_of_no_session_is_told_nobody_c113(site: Site) -> None:
    store(site, in_conference(ConferenceReports()))
    tell(site, ANN_SPEAKS)
    listening = ear(site, MEMBERS)
    tell(site, ANN_SPEAKS, replace(ANN_SPEAKS, sequence=39, speaks=False))
    tell(site, ANN_SPEAKS, session_id="s-gone")
    assert [] == told(listening.listen())


def test_who_comes_back_hears_who_speaks_now_c113_c76(site: Site) -> None:
    listening = ear(site, MEMBERS)
    store(site, in_conference(ConferenceReports()))
    listening.listen()
    listening.hang_up()
    tell(site, ANN_SPEAKS, replace(ANN_SPEAKS, sequence=41, speaks=False))
    assert [("MemberSilent", AGENT)] == told(ear(site, MEMBERS, listening.last_id).listen())


def test_nobody_hears_of_a_hidden_supervisor_c113_c103(site: Site) -> None:
    session = in_conference(ConferenceReports())
    hidden = next(member for member in session.members if member.leg.call_sid == CALLER)
    hidden.supervision = Supervision.HIDDEN
    store(site, session)
    listening = ear(site, MEMBERS)
    tell(site, replace(ANN_SPEAKS, call_sid=CALLER))
    assert [] == told(listening.listen())
