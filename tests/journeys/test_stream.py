"""A console listens to a whole call, goes away in the middle, and misses nothing."""

import pytest

from tests.journeys.conftest import NewStage
from tests.journeys.stage import Stage
from tests.web.ear import Ear, Heard

INVITE, ACTIVE, ANSWERED, HELD, DISCONNECTED, INFO = (
    "SessionInvite", "ActiveSessionsChanged", "SessionAnswered", "SessionHeld",
    "SessionDisconnected", "SessionInfoChanged",
)  # fmt: skip


class Console:
    """Ann's console: what it has heard, and the connection it hears it by."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.heard: list[Heard] = []
        self._ear = self._connected(None)

    def hears(self) -> list[str]:
        """What has happened by now, beside that something has changed each time."""
        self._stage.context.live_feed.look()
        events = [one for one in self._ear.listen() if one.event]
        self.heard += events
        assert INFO == events[-1].event
        return [str(one.event) for one in events if one.event != INFO]

    def goes_away(self) -> None:
        self._ear.hang_up()

    def comes_back(self) -> None:
        self._ear = self._connected(self._ear.last_id)

    def _connected(self, after: int | None) -> Ear:
        headers = {"Authorization": f"Bearer {self._stage.key}"}
        if after is not None:
            headers["Last-Event-ID"] = str(after)
        return Ear(self._stage.client.get("/events", headers=headers))


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    return new_stage()


def test_console_hears_every_step_of_a_call_in_order_c74_c75(stage: Stage) -> None:
    console = Console(stage)
    stage.ring_in(ann_answers_after=2)
    assert [INVITE, ACTIVE] == console.hears()
    stage.pass_time(3)
    assert [ANSWERED] == console.hears()
    stage.add()
    stage.pass_time(5)
    assert [] == console.hears()
    assert 3 == len(console.heard[-1].data["session"]["members"])
    path = f"/sessions/{stage.session()['id']}"
    stage.request("POST", f"{path}/hold", {})
    stage.pass_time(1)
    assert [HELD] == console.hears()
    stage.request("POST", f"{path}/resume", {})
    stage.pass_time(1)
    assert [] == console.hears()
    assert 204 == stage.end().status_code
    stage.pass_time(2)
    assert [ACTIVE, DISCONNECTED] == console.hears()
    session = stage.session()
    del session["allowed"]  # events are written once for all who listen
    assert session == console.heard[-1].data["session"]
    ids = [int(one.id or 0) for one in console.heard]
    assert ids == sorted(set(ids))


def test_console_that_comes_back_has_missed_nothing_c76(stage: Stage) -> None:
    """It goes after each step, and what it hears is what a console hears that stays, but that of
    each change it is told that the session has changed, and not of the last of a moment alone.
    """
    loyal, fickle = Console(stage), Console(stage)
    steps = [
        lambda: stage.ring_in(ann_answers_after=2),
        lambda: stage.pass_time(3),
        stage.add,
        lambda: stage.pass_time(5),
        stage.end,
        lambda: stage.pass_time(2),
    ]
    for step in steps:
        fickle.goes_away()
        step()
        loyal.hears()
        fickle.comes_back()
        fickle.hears()
    told = {(one.id, one.event, one.data["sequence"]) for one in loyal.heard}
    told_again = {(one.id, one.event, one.data["sequence"]) for one in fickle.heard}
    assert told <= told_again
    assert {"SessionInfoChanged"} == {event for _, event, _ in told_again - told}
    assert loyal.heard[-1] == fickle.heard[-1]
    assert DISCONNECTED in {one.event for one in fickle.heard}


def test_other_process_hears_the_same_c74(stage: Stage) -> None:
    """What one process has done, the consoles of another hear, under the same ids."""
    here = Console(stage)
    feed, database = stage.context.live_feed, stage.context.database
    stage._open()
    there = Console(stage)
    stage.bridge_in()
    heard_there = there.hears()
    feed.look()
    assert feed is not stage.context.live_feed
    assert heard_there == here.hears()
    assert [one.id for one in here.heard] == [one.id for one in there.heard]
    database.dispose()
