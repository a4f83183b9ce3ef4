"""How much is asked of the database for what happens most: transactions, commits, statements."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from evovoice.storage.database.transaction_mode import TransactionMode
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, FOURTH, OURS, Stage
from tests.storage.spying import Spy, running

WRITE = TransactionMode.WRITE


@contextmanager
def _counted(stage: Stage) -> Iterator[tuple[Spy, Counter[Any]]]:
    """The statements and, by what for, the transactions that are begun inside."""
    database, modes = stage.context.database, Counter[Any]()
    transactions, spy = database._transactions, Spy(database._engine.dialect)
    usual = transactions.begun

    @contextmanager
    def begun(mode: TransactionMode) -> Iterator[Any]:
        modes[mode] += 1
        with usual(mode) as connection:
            yield connection

    transactions.begun = begun  # type: ignore[method-assign, assignment]
    try:
        with running(database, spy):
            yield spy, modes
    finally:
        transactions.begun = usual  # type: ignore[method-assign]


def _quiet(stage: Stage) -> None:
    """No report arrives while something else is counted."""
    stage.twilio.chaos("delay,seconds=30")


def test_later_add_takes_two_commits(new_stage: NewStage) -> None:
    """One for the order, before it is given, and one for what came of it."""
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    session = stage.session()
    call_sid = next(m["callSid"] for m in session["members"] if m["role"] == "Agent")
    path = f"/sessions/{session['id']}/conference/members"
    _quiet(stage)
    with _counted(stage) as (spy, modes):
        body = {"callSid": call_sid, "destination": FOURTH}
        assert 200 == stage.request("POST", path, body).status_code
    assert 2 == modes[WRITE]
    assert 1 == modes.total() - modes[WRITE]  # who is asking
    assert len(spy.seen) <= 14


def test_inbound_call_takes_one_commit_and_no_other_transaction(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.phone(stage.ann).just_rings()
    stage.twilio.place_call(CUSTOMER, OURS)
    with _counted(stage) as (spy, modes):
        stage.twilio.advance(0.05)
    assert {WRITE: 1} == dict(modes)
    assert len(spy.seen) <= 9  # the caller and the agent have a row each (decision 148)


@pytest.mark.parametrize("event", ["ringing", "answered"])
def test_report_takes_one_commit_and_no_other_transaction(new_stage: NewStage, event: str) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    stage.twilio.phone(FOURTH).just_rings()
    stage.twilio.chaos(f"delay,kind=call-status,event={event},seconds=20")
    stage.add(FOURTH)
    stage.pass_time(3)
    if event == "answered":
        stage.twilio.chaos("lose,kind=conference-status")
        stage.twilio.answer(stage.twilio.leg_at(FOURTH).sid)
        stage.twilio.advance(2)
    before = len(stage.answers)
    with _counted(stage) as (spy, modes):
        stage.twilio.advance(25)
    assert 1 == len(stage.answers) - before
    assert {WRITE: 1} == dict(modes)
    assert len(spy.seen) <= 6
