"""The dial button: a live call becomes a conference and the dialled party joins."""

import pytest

from evovoice.emulator.choices import Choices
from evovoice.emulator.state.messages import Delivery
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, FOURTH, OURS, THIRD, Stage

SWITCHES = [
    pytest.param(
        Choices(join_at=join, child_redirect_report=report, child_redirect_duration=duration),
        id=f"S1={join},S2={report}{',duration' if duration else ''}",
    )
    for join in ("ringing", "answer")
    for report in ("completed", "answered")
    for duration in (False, True)
]


def _talking(stage: Stage) -> set[str]:
    return {m["role"] for m in stage.session()["members"] if m["callState"] == "Connected"}


@pytest.mark.parametrize("choices", SWITCHES)
@pytest.mark.parametrize("way", ["in", "out"])
def test_all_three_talk_after_two_rest_calls(
    new_stage: NewStage, choices: Choices, way: str
) -> None:
    """Twilio-voice 1: the dialled leg is redirected, the other follows; nothing is looked up."""
    stage = new_stage(choices)
    stage.bridge_in() if way == "in" else stage.bridge_out()
    response = stage.add()
    assert 200 == response.status_code
    stage.pass_time(5)
    assert {"Caller", "Agent", "Transfer"} == _talking(stage)
    child = next(m for m in stage.session()["members"] if m["role"] == _child(way))
    conference = stage.session()["conferenceSid"]
    assert [
        f"POST Calls/{child['callSid']}",
        f"POST Conferences/{conference}/Participants",
    ] == stage.rest()
    (room,) = stage.twilio.conferences()
    assert conference == room.sid


def _child(way: str) -> str:
    return "Agent" if way == "in" else "Caller"


def test_answer_is_the_whole_session_with_the_new_member_accepted(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    session = stage.add().json
    member = session["members"][-1]
    assert ("Transfer", THIRD, "None") == (member["role"], member["identity"], member["callState"])
    assert member["callSid"] == session["mostRecentParticipantCallSid"]
    assert not member["isOriginalMember"]
    assert [] == session["log"]


def test_later_add_takes_one_rest_call(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    before = len(stage.rest())
    assert 200 == stage.add(FOURTH).status_code
    stage.pass_time(5)
    assert 1 == len(stage.rest()) - before
    assert 4 == len([m for m in stage.session()["members"] if m["callState"] == "Connected"])


def test_caller_id_of_an_inbound_call_is_the_number_the_customer_called(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    stage.pass_time(1)
    assert OURS == stage.twilio.leg_at(THIRD).from_


def test_dial_action_that_overtakes_the_answer_to_the_redirect_changes_nothing(
    new_stage: NewStage,
) -> None:
    """R5: the claim is committed before the first request, so the webhook finds it."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.webhooks_overtake = lambda delivery: delivery.kind == "action"
    stage.add()
    stage.pass_time(5)
    assert {"Caller", "Agent", "Transfer"} == _talking(stage)


def test_agent_can_add_a_colleagues_device_by_name_address_or_client_name(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.phone(stage.bob).answers_after(1)
    member = stage.add("Bob").json["members"][-1]
    assert (stage.bob.identity, stage.bob.id) == (member["identity"], member["endpointId"])
    stage.pass_time(4)
    for same in ("bob@acme.test", f"client:{stage.bob.identity}", stage.bob.id):
        assert 3 == len(stage.add(same).json["members"])


def test_national_number_is_completed_with_the_accounts_country(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    assert THIRD == stage.add("(312) 555-0142").json["members"][-1]["identity"]


def test_same_party_twice_rings_once(new_stage: NewStage) -> None:
    """A double click, and the same number in another spelling."""
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    assert 200 == stage.add("+1 (312) 555-0142").status_code
    stage.pass_time(5)
    assert 200 == stage.add("312.555.0142").status_code
    assert 1 == sum("Participants" in line for line in stage.rest())


def test_request_repeated_with_its_idempotency_key_rings_once_even_after_a_failure(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).is_busy()
    path = f"/sessions/{stage.session()['id']}/conference/members"
    headers = {"Authorization": f"Bearer {stage.key}", "Idempotency-Key": "one"}
    body = {"destination": THIRD}
    first = stage.client.post(path, json=body, headers=headers)
    stage.pass_time(5)
    second = stage.client.post(path, json=body, headers=headers)
    assert (200, 200) == (first.status_code, second.status_code)
    other = stage.client.post(path, json={"destination": FOURTH}, headers=headers)
    assert (409, "IdempotencyKeyReused") == (other.status_code, _code(other))
    assert 1 == sum("Participants" in line for line in stage.rest())


def test_second_add_during_the_conversion_waits_behind_it_and_then_goes_out(
    new_stage: NewStage,
) -> None:
    """Two agents press at once: the second request arrives while the first has its claim."""
    stage = new_stage()
    stage.bridge_in()
    late: list[int] = []

    def press_again(delivery: Delivery) -> None:
        if delivery.kind == "action" and not late:
            late.append(0)
            late[0] = stage.add(FOURTH).status_code

    stage.meanwhile = press_again
    assert 200 == stage.add().status_code
    stage.pass_time(6)
    assert [200] == late
    assert 4 == len([m for m in stage.session()["members"] if m["callState"] == "Connected"])
    assert 1 == sum(line.startswith("POST Calls/") for line in stage.rest())


def test_nobody_hears_a_beep_or_music_and_nobodys_leaving_ends_it(new_stage: NewStage) -> None:
    """The attributes of twilio-voice 1: everybody enters silently, no leg ends the room."""
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    assert not [d for d, _ in stage.answers if d.kind == "wait"]
    agent = next(m for m in stage.session()["members"] if m["role"] == "Agent")
    stage.twilio.hang_up(agent["callSid"])
    stage.pass_time(2)
    assert {"Caller", "Transfer"} == _talking(stage)
    assert "Passive" == stage.session()["callState"]


def test_conference_name_tells_nothing_about_people(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    (room,) = stage.twilio.conferences()
    assert room.name.startswith("room-")
    assert CUSTOMER not in room.name


def _code(response: object) -> str:
    status: dict[str, str] = response.json["responseStatus"]  # type: ignore[attr-defined]
    return status["errorCode"]
