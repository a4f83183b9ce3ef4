"""What is told of who speaks, by what the carrier has told besides (C113)."""

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import LegPresence
from evovoice.domain.speech import Speech, told_of
from tests.domain.builders import (
    AGENT,
    CALLER,
    ROOM,
    THIRD,
    ConferenceReports,
    at,
    ended,
    in_conference,
    tell,
)


@pytest.fixture
def reports() -> ConferenceReports:
    return ConferenceReports()


@pytest.fixture
def session(reports: ConferenceReports) -> CallSession:
    return in_conference(reports)


def speaks(
    reports: ConferenceReports, call_sid: str = AGENT, *, speaking: bool = True, leg: str = ""
) -> Speech:
    """The next report of the conference."""
    reports.sequence += 1
    return Speech(leg or None, call_sid, ROOM, reports.sequence, speaking, at(60))


def kind(session: CallSession, speech: Speech) -> str | None:
    event = told_of(session, speech)
    return event.type if event else None


def test_who_begins_and_ends_to_speak_is_named_c113(
    session: CallSession, reports: ConferenceReports
) -> None:
    event = told_of(session, speaks(reports))
    assert event is not None
    ann = session.member_on_call(AGENT)
    assert ann is not None
    assert ("MemberSpeaking", f"{ann.display_name} is speaking") == (event.type, event.message)
    assert (AGENT, ann.id, at(60)) == (event.call_sid, event.member_id, event.at)
    assert "MemberSilent" == kind(session, speaks(reports, speaking=False))


def test_party_whose_call_is_not_known_yet_is_known_by_its_label_c113(
    session: CallSession, reports: ConferenceReports
) -> None:
    for member in session.members:
        if member.leg.id == "leg-third":
            member.leg.call_sid = None
    assert "MemberSpeaking" == kind(session, speaks(reports, THIRD, leg="leg-third"))
    assert kind(session, speaks(reports, "CA" + "0" * 32)) is None


@pytest.mark.parametrize("how", ["leaves", "holds", "mutes"])
def test_report_from_before_a_party_left_was_held_or_muted_is_not_told_c113(
    session: CallSession, reports: ConferenceReports, how: str
) -> None:
    early = speaks(reports)
    change: LegPresence = getattr(reports, how)(AGENT)
    tell(session, change)
    assert kind(session, early) is None


def test_who_is_heard_before_their_release_is_told_speaks_c113(
    session: CallSession, reports: ConferenceReports
) -> None:
    """The carrier hears nobody who is held: what it hears is newer than the hold."""
    tell(session, reports.holds(AGENT))
    assert "MemberSpeaking" == kind(session, speaks(reports))


def test_nobody_speaks_whose_call_or_conference_is_over_c113(
    session: CallSession, reports: ConferenceReports
) -> None:
    last = speaks(reports), speaks(reports, CALLER)
    tell(session, ended(None, AGENT))
    assert kind(session, last[0]) is None
    tell(session, reports.closes())
    assert kind(session, last[1]) is None


def test_who_speaks_is_no_change_of_the_session_c113(
    session: CallSession, reports: ConferenceReports
) -> None:
    lines, orders = len(session.events), len(session.orders)
    told_of(session, speaks(reports))
    assert (lines, orders) == (len(session.events), len(session.orders))
