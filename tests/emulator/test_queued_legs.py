"""Legs beyond the account's rate: they stay queued, and may ring much later (R58).

https://www.twilio.com/docs/voice/api/conference-participant-resource
"""

from collections.abc import Callable

import pytest

from evovoice.emulator.state.leg import Leg

from .stories import Line

FIRST = "+15556667777"
MINUTES = 3


def queued(line: Line) -> tuple[str, Leg]:
    """A conference that somebody was just dialled into, and a leg that waits for minutes."""
    line.twilio.choose(participants_per_second=1 / (60 * MINUTES))
    _, _, room = line.convert()
    line.add_third(room.sid, to=FIRST)
    leg = line.twilio.call(line.add_third(room.sid))
    line.twilio.advance(60)
    assert ("queued", []) == (leg.status, line.app.at("/third")[3:])
    return room.sid, leg


def reports(line: Line, leg: Leg) -> list[str]:
    """What was told of that leg."""
    return [form["CallStatus"] for form in line.app.at("/third") if form["CallSid"] == leg.sid]


def test_r58_a_leg_beyond_the_rate_rings_minutes_later(line: Line) -> None:
    room, leg = queued(line)
    seen = line.client.conferences(room).participants(leg.sid).fetch()
    assert ("queued", "180000") == (seen.status, line.client.calls(leg.sid).fetch().queue_time)
    line.twilio.advance(60 * MINUTES)
    assert ["initiated", "ringing", "in-progress"] == reports(line, leg)


ENDINGS: dict[str, Callable[[Line, str, Leg], object]] = {
    "canceled": lambda line, _, leg: line.client.calls(leg.sid).update(status="canceled"),
    "completed": lambda line, _, leg: line.client.calls(leg.sid).update(status="completed"),
    "removed": lambda line, room, leg: line.client.conferences(room).participants(leg.sid).delete(),
    "closed": lambda line, room, _: line.client.conferences(room).update(status="completed"),
}


@pytest.mark.parametrize("way", ENDINGS)
def test_r58_a_queued_leg_can_be_ended_and_never_rings(line: Line, way: str) -> None:
    room, leg = queued(line)
    ENDINGS[way](line, room, leg)
    assert "canceled" == leg.status
    line.twilio.advance(60 * MINUTES)
    assert ["canceled"] == reports(line, leg)
