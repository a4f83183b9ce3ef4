"""Several numbers for one party: the next one, or all at once (C114, C115; wish 8)."""

from typing import Any

import pytest

from evovoice.services.explaining import Section, explain
from tests.journeys.calls import path_of, refusal
from tests.journeys.conftest import NewStage
from tests.journeys.stage import FOURTH, THIRD, Stage

FIFTH = "+13125550143"


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    return new_stage()


def _add(stage: Stage, *destinations: Any, **body: Any) -> Any:
    return stage.add("", destinations=list(destinations), **body)


def _rings(number: str, seconds: int) -> dict[str, Any]:
    return {"destination": number, "ringTime": seconds}


def _members(stage: Stage) -> dict[str, dict[str, Any]]:
    """What is told of everybody who was added, by number."""
    found = stage.get(f"{path_of(stage)}/conference/members?includeEnded=true")["members"]
    return {m["identity"]: m["applicationData"] for m in found if not m["isOriginalMember"]}


def _dialled(stage: Stage) -> list[str]:
    """Whom the carrier was told to call, in that order."""
    known = {THIRD, FOURTH, FIFTH}
    return [one["to"] for one in stage.twilio.state()["calls"] if one["to"] in known]


def test_next_number_is_tried_when_the_first_fails_c114(stage: Stage) -> None:
    """Busy, then nobody within the number's own time, then somebody; each is dialled once."""
    stage.bridge_in()
    stage.twilio.phone(THIRD).is_busy()
    stage.twilio.phone(FOURTH).just_rings()
    stage.twilio.phone(FIFTH).answers_after(2)
    answer = _add(stage, THIRD, _rings(FOURTH, 10), FIFTH)
    assert 200 == answer.status_code
    stage.pass_time(6)
    second = _members(stage)[FOURTH]
    assert ("Ringing", "2", "3", "1", f"{THIRD}: busy") == tuple(
        second[key] for key in ("huntState", "attempt", "attempts", "remaining", "failed")
    )
    stage.pass_time(25)
    told = _members(stage)
    assert ["busy", "noAnswer", None] == [
        told[number].get("reasonCode") for number in (THIRD, FOURTH, FIFTH)
    ]
    assert ("Reached", "0") == (told[FIFTH]["huntState"], told[FIFTH]["remaining"])
    assert [THIRD, FOURTH, FIFTH] == _dialled(stage)
    assert 3 == len(stage.living())


def test_first_of_several_to_answer_is_in_and_the_others_stop_ringing_c115(stage: Stage) -> None:
    stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    stage.twilio.phone(FOURTH).answers_after(3)
    answer = _add(stage, THIRD, FOURTH, strategy="simultaneous")
    assert 200 == answer.status_code
    stage.pass_time(15)
    assert 3 == len(stage.living())
    assert ["connected", "canceled"] == [
        _members(stage)[number]["status"] for number in (FOURTH, THIRD)
    ]


def test_two_who_answer_at_one_moment_leave_one_in_the_call_c115(stage: Stage) -> None:
    """The other hears a sentence, and is not left in silence."""
    stage.bridge_in()
    for number in (THIRD, FOURTH):
        stage.twilio.phone(number).just_rings()
    _add(stage, THIRD, FOURTH, strategy="simultaneous")
    stage.pass_time(6)
    for number in (THIRD, FOURTH):
        stage.twilio.answer(stage.twilio.leg_at(number).sid)
    stage.pass_time(25)
    assert 3 == len(stage.living())
    states = sorted(one["status"] for one in _members(stage).values())
    assert ["connected", "left"] == states


def test_double_click_and_lost_answer_ring_nobody_twice_c114(stage: Stage) -> None:
    """Wish 15: neither the same list again, nor an order whose answer was lost."""
    stage.bridge_in()
    for number in (THIRD, FOURTH):
        stage.twilio.phone(number).just_rings()
    stage.twilio.fail_next("POST", "*/Participants.json", "timeout-after")
    first = _add(stage, _rings(THIRD, 10), FOURTH)
    again = _add(stage, _rings(THIRD, 10), FOURTH)
    assert (200, 200) == (first.status_code, again.status_code)
    stage.pass_time(20)
    assert [THIRD, FOURTH] == _dialled(stage)


def test_party_who_still_rings_can_be_removed_with_all_that_would_follow_c114(
    stage: Stage,
) -> None:
    """Wish 4."""
    stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    _add(stage, THIRD, FOURTH)
    member = _members(stage)[THIRD]["memberId"]
    stage.pass_time(4)
    answer = stage.request("DELETE", f"{path_of(stage)}/conference/members/{member}")
    assert 200 == answer.status_code
    stage.pass_time(40)
    assert ([THIRD], 2) == (_dialled(stage), len(stage.living()))
    assert "Cancelled" == _members(stage)[THIRD]["huntState"]


def test_voicemail_that_answers_is_hung_up_and_the_next_one_rings_c120(stage: Stage) -> None:
    stage.bridge_in()
    stage.twilio.phone(THIRD).is_a_voicemail()
    stage.twilio.phone(FOURTH).answers_after(2)
    assert 200 == _add(stage, THIRD, FOURTH, humanOnly=True).status_code
    stage.pass_time(3)
    heard = _members(stage)[THIRD]
    assert ("connected", "Ringing") == (heard["status"], heard["huntState"])
    stage.pass_time(18)
    told = _members(stage)
    assert ("voicemail", "A voicemail answered", "anotherNumber", "failed", "machine") == tuple(
        told[THIRD][key] for key in ("reasonCode", "reason", "next", "status", "answeredBy")
    )
    reached = told[FOURTH]
    assert ("Reached", "human") == (reached["huntState"], reached["answeredBy"])
    assert ([THIRD, FOURTH], 3) == (_dialled(stage), len(stage.living()))
    story = explain(stage.context.database, stage.session()["id"], stage.now())
    parties = [one.text for one in story.of(Section.PARTIES)]
    assert any("hung up: a voicemail or fax had answered" in one for one in parties)


def test_voicemail_whose_report_is_lost_stops_nobody_for_good_c120(stage: Stage) -> None:
    """It answers first of all; a look finds out what has answered."""
    stage.bridge_in()
    stage.twilio.phone(THIRD).is_a_voicemail()
    stage.twilio.phone(FOURTH).just_rings()
    stage.twilio.chaos("lose,kind=amd-status")
    _add(stage, _rings(THIRD, 60), _rings(FOURTH, 60), humanOnly=True, strategy="simultaneous")
    stage.pass_time(30)
    assert "voicemail" == _members(stage)[THIRD]["reasonCode"]
    stage.twilio.calm()
    stage.twilio.answer(stage.twilio.leg_at(FOURTH).sid)
    stage.pass_time(6)
    assert ("Reached", 3) == (_members(stage)[FOURTH]["huntState"], len(stage.living()))


def test_single_destination_may_be_for_people_alone_too_c120(stage: Stage) -> None:
    stage.bridge_in()
    stage.twilio.phone(THIRD).is_a_voicemail()
    assert 200 == stage.add(THIRD, humanOnly=True).status_code
    stage.pass_time(15)
    told = _members(stage)[THIRD]
    assert ("voicemail", "Failed", 2) == (
        told["reasonCode"], told["huntState"], len(stage.living()),
    )  # fmt: skip


def test_list_is_judged_whole_before_anybody_is_dialled_c114(stage: Stage) -> None:
    stage.bridge_in()
    many = [f"+1312555{n:04}" for n in range(100, 111)]
    for expected, body in (
        ((400, "InvalidDestination"), {"destinations": [THIRD], "destination": THIRD}),
        ((400, "NotEmpty"), {"destinations": []}),
        ((400, "InvalidDestination"), {"destinations": [THIRD, "(312) 555-0142"]}),
        ((403, "EmergencyNotAllowed"), {"destinations": [THIRD, "911"]}),
        ((429, "TooManyPendingMembers"), {"destinations": many[:4], "strategy": "simultaneous"}),
        ((400, "SerializationException"), {"destinations": many}),
        ((400, "SerializationException"), {"destinations": [_rings(THIRD, 3)]}),
    ):
        assert expected == refusal(stage.add(**{"destination": "", **body})), body
    told = _add(stage, THIRD, FOURTH, dryRun=True).json["dryRun"]
    assert f"{THIRD},{FOURTH}" == told["destinations"]
    assert ([], 2) == (_dialled(stage), len(stage.living()))
