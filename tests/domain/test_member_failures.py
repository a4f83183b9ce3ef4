"""Why a party was not reached, as it is told of each (C106)."""

import re
from itertools import permutations
from pathlib import Path

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.failures import ADVICE, failure_of, sentence_of
from evovoice.domain.member import Member
from evovoice.domain.messages import LegEnded, RedirectFailed
from evovoice.domain.requests import RemoveMember
from evovoice.domain.states import EndSource, Failure, Outcome
from tests.domain.builders import (
    AGENT,
    ANN,
    CALLER,
    THIRD,
    ConferenceReports,
    add,
    answered,
    ask,
    at,
    bridged,
    ended,
    taken,
    tell,
)

BUSY = LegEnded(
    "leg-third", THIRD, Outcome.BUSY, EndSource.CALL, at(30), "The line is busy", None,
    Failure.BUSY,
)  # fmt: skip
LOOKED = LegEnded("leg-third", THIRD, Outcome.BUSY, EndSource.CALL, at(30))
LEFT = LegEnded("leg-third", THIRD, Outcome.BUSY, EndSource.CONFERENCE, at(29))


def _session() -> CallSession:
    reports = ConferenceReports()
    session = bridged()
    add(session)
    tell(session, reports.joins(AGENT), reports.joins(CALLER))
    taken(session)
    return session


def _third(session: CallSession) -> Member:
    return next(m for m in session.members if m.leg.id == "leg-third")


@pytest.mark.parametrize("facts", [*permutations([BUSY, LOOKED, LEFT])])
def test_failure_is_the_same_in_whatever_order_reports_come_c106(
    facts: tuple[LegEnded, ...],
) -> None:
    session = _session()
    tell(session, *facts)
    assert Failure.BUSY is failure_of(session, _third(session))


def test_party_that_rings_or_was_reached_has_no_failure_c106() -> None:
    session = _session()
    assert failure_of(session, _third(session)) is None
    tell(session, answered("leg-third", THIRD, 31), ended("leg-third", THIRD, 40))
    assert failure_of(session, _third(session)) is None


def test_state_alone_tells_where_an_older_program_has_stored_no_failure_c106() -> None:
    session = _session()
    tell(session, LOOKED)
    assert Failure.BUSY is failure_of(session, _third(session))


def test_page_of_calls_lists_every_code_with_its_step_c106() -> None:
    page = (Path(__file__).parents[2] / "docs/calls.md").read_text()
    table = page.partition("| why a party was not reached:")[2].partition("\n\n")[0]
    rows = [re.findall(r"`(\w+)`", line) for line in table.splitlines()[2:]]
    listed = {code: row[-1] for row in rows for code in row[:-1]}
    assert {str(failure): str(advice.next) for failure, advice in ADVICE.items()} == listed


def test_who_cancels_is_named_c106() -> None:
    session = _session()
    ask(session, RemoveMember(ANN, "m-third"), 31)
    tell(session, LegEnded("leg-third", THIRD, Outcome.CANCELED, EndSource.CALL, at(32)))
    third = _third(session)
    assert Failure.CANCELED is failure_of(session, third)
    assert f"{ANN.name} cancelled it" == sentence_of(third, Failure.CANCELED)


def test_party_that_waits_for_a_refused_conversion_fails_by_the_same_reason_c106() -> None:
    session = bridged()
    add(session)
    moving = session.moving_leg_id or ""
    tell(session, RedirectFailed(moving, at(31), "no", 10001, failure=Failure.ACCOUNT_NOT_ACTIVE))
    assert Failure.ACCOUNT_NOT_ACTIVE is failure_of(session, _third(session))
    line = next(event for event in session.events if event.type == "MemberFailed")
    assert ("accountNotActive", "askAdministrator") == (line.data["reasonCode"], line.data["next"])
