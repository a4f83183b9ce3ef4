"""One name in two regions is two conferences: R59.

https://www.twilio.com/docs/global-infrastructure/understanding-twilio-regions
"""

import pytest

from evovoice.emulator.state.conference import Conference

from .scripted_app import BASE
from .stories import CUSTOMER, OURS, THIRD, Line, conference, dial

IRISH = "+353155500011"


def two_callers(line: Line, first: str = "", second: str = "") -> list[Conference]:
    """One calls the American number, one the Irish; both are sent into `room-1`."""
    line.twilio.add_number(IRISH, f"{BASE}/irish", region="ie1")
    line.app.on("/voice", dial(conference(attributes=first), ""))
    line.app.on("/irish", dial(conference(attributes=second), ""))
    line.twilio.place_call(CUSTOMER, OURS)
    line.twilio.place_call(THIRD, IRISH)
    line.twilio.advance(1)
    return line.twilio.conferences()


def test_r59_legs_that_arrive_in_two_regions_never_meet(line: Line) -> None:
    rooms = two_callers(line)
    assert [("room-1", "us1", 1), ("room-1", "ie1", 1)] == [
        (room.name, room.region, len(room.participants)) for room in rooms
    ]
    assert ["participant-join"] * 2 == line.app.room_events()


@pytest.mark.parametrize("region", ["us1", "ie1", "de1"])
def test_r59_a_region_on_every_conference_brings_them_together(line: Line, region: str) -> None:
    attribute = f'region="{region}"'
    (room,) = two_callers(line, attribute, attribute)
    assert (region, 2) == (room.region, len(room.participants))


def test_r59_a_region_on_one_of_them_is_not_enough(line: Line) -> None:
    assert 2 == len(two_callers(line, first='region="de1"'))


def test_r59_a_name_is_free_again_in_one_region_alone(line: Line) -> None:
    american, irish = two_callers(line)
    line.client.conferences(american.sid).update(status="completed")
    line.twilio.place_call(CUSTOMER, OURS)
    line.twilio.advance(1)
    assert [american.sid, irish.sid] == [room.sid for room in line.twilio.conferences()[:2]]
    assert (3, "in-progress") == (len(line.twilio.conferences()), irish.status)


def test_r59_a_browser_of_another_region_is_alone_too(line: Line) -> None:
    line.twilio.add_application(f"{BASE}/voice")
    line.app.on("/voice", dial(conference(), ""))
    line.twilio.place_call(CUSTOMER, OURS)
    line.twilio.connect_device("alice", {}, region="ie1")
    line.twilio.advance(1)
    assert ["us1", "ie1"] == [room.region for room in line.twilio.conferences()]
