"""The failure paths: in every one of them nobody is left alone and nothing keeps ringing."""

import pytest

from evovoice.domain.values import Role
from evovoice.emulator.choices import Choices
from evovoice.emulator.state.messages import Delivery
from evovoice.services import administration
from tests.journeys.calls import sid_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import FOURTH, THIRD, Stage

JOIN = [pytest.param(Choices(join_at=at), id=f"S1={at}") for at in ("ringing", "answer")]


def _gone(stage: Stage) -> None:
    """Everybody's call has ended, and the record says so."""
    assert [] == stage.living()
    assert stage.session()["ended"]


# --- the third party does not come --------------------------------------------------------------


@pytest.mark.parametrize("choices", JOIN)
@pytest.mark.parametrize(
    ("character", "status", "code", "reason", "step"),
    [
        ("is_busy", "busy", "busy", "The line is busy", "retry"),
        ("is_unreachable", "failed", "unreachable", "The phone is switched off or not connected",
         "retry"),
        ("just_rings", "no-answer", "noAnswer", "Nobody picked up", "retry"),
    ],
)  # fmt: skip
def test_third_party_that_does_not_come_leaves_the_two_talking(
    new_stage: NewStage, choices: Choices, character: str, status: str,
    code: str, reason: str, step: str,
) -> None:  # fmt: skip
    """Contract 4.5 row 13 and C106, with and without a join before the answer."""
    stage = new_stage(choices)
    stage.bridge_in()
    getattr(stage.twilio.phone(THIRD), character)()
    assert 200 == stage.add().status_code
    stage.pass_time(45)
    assert ["Caller", "Agent"] == [m["role"] for m in stage.session()["members"]]
    assert "Connected" == stage.session()["callState"]
    assert "MemberFailed" in stage.events()
    assert 2 == len(stage.living())
    events = stage.get(f"/sessions/{stage.session()['id']}/events")["events"]
    failed = next(e for e in events if e["type"] == "MemberFailed")
    assert (status, step) == (failed["data"]["outcome"], failed["data"]["next"])
    path = f"/sessions/{stage.session()['id']}/conference/members?includeEnded=true"
    third = stage.get(path)["members"][-1]["applicationData"]
    assert (status, code, reason, step) == tuple(
        third[key] for key in ("status", "reasonCode", "reason", "next")
    )


def test_party_that_failed_can_be_rung_again(new_stage: NewStage) -> None:
    """The label of each dialling is its own, so the second is not taken for the first."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).is_busy()
    stage.add()
    stage.pass_time(5)
    stage.twilio.phone(THIRD).answers_after(1)
    assert 200 == stage.add().status_code
    stage.pass_time(5)
    assert "Connected" == stage.state_of("Transfer")


def test_number_the_carrier_refuses_is_told_to_the_agent_and_rings_nobody(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.add(FOURTH)
    stage.pass_time(5)
    stage.twilio.fail_next("POST", "*/Participants.json", "error-before", status=400)
    response = stage.add()
    assert 502 == response.status_code
    assert "CarrierRefused" == response.json["responseStatus"]["errorCode"]
    stage.pass_time(30)
    assert 3 == len(stage.session()["members"])


# --- somebody hangs up in the middle of the conversion --------------------------------------------


def _hangs_up_unreported(stage: Stage, role: str) -> None:
    """21220: the leg hung up a moment before it is moved, and its report is late."""
    sid = sid_of(stage, role)
    stage.twilio.on_delivery = lambda d: (3.0,) if d.kind in ("call-status", "action") else (0.0,)
    stage.twilio.hang_up(sid)


def test_customer_gone_before_the_redirect_ends_the_call(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_out()
    _hangs_up_unreported(stage, "Caller")
    response = stage.add()
    assert (409, "SessionEnded") == (
        response.status_code,
        response.json["responseStatus"]["errorCode"],
    )
    stage.pass_time(10)
    _gone(stage)
    assert not [line for line in stage.rest() if "Participants" in line]


@pytest.mark.parametrize("answers", [True, False])
def test_agent_gone_before_the_redirect_leaves_the_customer_to_whoever_was_added_e4(
    new_stage: NewStage, answers: bool
) -> None:
    stage = new_stage()
    stage.bridge_in()
    phone = stage.twilio.phone(THIRD)
    phone.answers_after(3) if answers else phone.is_busy()
    _hangs_up_unreported(stage, "Agent")
    assert 200 == stage.add().status_code
    stage.pass_time(20)
    if not answers:
        return _gone(stage)
    assert 2 == len(stage.living())
    assert "Passive" == stage.session()["callState"]
    return None


@pytest.mark.parametrize("who", ["Caller", "Agent"])
@pytest.mark.parametrize("way", ["in", "out"])
@pytest.mark.parametrize("moment", ["action", "conference-status"])
def test_hang_up_in_the_middle_of_the_conversion_leaves_nobody_alone(
    new_stage: NewStage, way: str, who: str, moment: str
) -> None:
    """Either side hangs up while the legs are on their way into the room."""
    stage = new_stage()
    stage.bridge_in() if way == "in" else stage.bridge_out()
    stage.twilio.phone(THIRD).just_rings()
    leaving = [sid_of(stage, who)]

    def hang_up(delivery: Delivery) -> None:
        if delivery.kind == moment and leaving:
            stage.twilio.hang_up(leaving.pop())

    stage.meanwhile = hang_up
    stage.add()
    stage.pass_time(90)
    _gone(stage)


# --- the carrier's answers are lost ---------------------------------------------------------------


@pytest.mark.parametrize("fault", ["timeout-before", "timeout-after", "error-after"])
@pytest.mark.parametrize("request_", ["*/Calls/*.json", "*/Participants.json"])
def test_lost_answer_is_asked_about_and_nobody_is_rung_twice(
    new_stage: NewStage, fault: str, request_: str
) -> None:
    """REST time-out with unknown outcome, before or after the carrier did it."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", request_, fault)  # type: ignore[arg-type]
    assert 200 == stage.add().status_code
    stage.pass_time(10)
    roles = [m["role"] for m in stage.session()["members"] if m["callState"] == "Connected"]
    assert ["Caller", "Agent", "Transfer"] == roles
    assert 1 == sum(leg.to == THIRD for leg in stage.twilio.living_calls())
    assert 3 == len(stage.living())


@pytest.mark.parametrize("fault", ["connect-refused", "connect-timeout", "too-many-requests"])
def test_order_that_did_not_arrive_is_simply_repeated(new_stage: NewStage, fault: str) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*", fault, count=2)  # type: ignore[arg-type]
    assert 200 == stage.add().status_code
    stage.pass_time(6)
    assert "Connected" == stage.state_of("Transfer")


def test_carrier_that_cannot_be_reached_gives_503_and_rings_nobody_later(
    new_stage: NewStage,
) -> None:
    """Contract 5: an add that is reported 503 must not ring later; the call goes on."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*", "connect-timeout", count=1000)
    started = stage.twilio.now()
    response = stage.add()
    assert (503, "CarrierUnavailable") == (
        response.status_code,
        response.json["responseStatus"]["errorCode"],
    )
    assert response.headers["Retry-After"].isdigit()
    assert (stage.twilio.now() - started).total_seconds() <= 10
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(60)
    assert ["Caller", "Agent"] == [m["role"] for m in stage.session()["members"]]
    assert "Connected" == stage.session()["callState"]
    assert 200 == stage.add().status_code
    stage.pass_time(5)
    assert "Connected" == stage.state_of("Transfer")


def test_carrier_silent_for_long_keeps_the_record_honest_and_the_answer_in_time(
    new_stage: NewStage,
) -> None:
    """Every request times out after its effect; the party is found and not rung again."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*/Participants.json", "timeout-after")
    stage.twilio.fail_next("GET", "*", "timeout-before", count=3)
    response = stage.add()
    assert 200 == response.status_code
    stage.pass_time(40)
    assert "Connected" == stage.state_of("Transfer")
    assert 1 == sum("POST" in r and "Participants" in r for r in stage.rest())


# --- the end --------------------------------------------------------------------------------------


@pytest.mark.parametrize("choices", JOIN)
def test_customer_leaves_while_the_third_rings_and_the_ringing_stops(
    new_stage: NewStage, choices: Choices
) -> None:
    """E3."""
    stage = new_stage(choices)
    stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    stage.add()
    stage.pass_time(3)
    stage.twilio.hang_up(sid_of(stage, "Caller"))
    stage.pass_time(5)
    _gone(stage)


@pytest.mark.parametrize("choices", JOIN)
def test_agent_leaves_while_the_third_rings_and_the_customer_gets_the_third(
    new_stage: NewStage, choices: Choices
) -> None:
    """E4, and the wish of many users: the call goes on and connects."""
    stage = new_stage(choices)
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(10)
    stage.add()
    stage.pass_time(3)
    stage.twilio.hang_up(sid_of(stage, "Agent"))
    stage.pass_time(4)
    assert "Passive" == stage.session()["callState"]
    stage.pass_time(8)
    assert "Connected" == stage.state_of("Transfer")
    stage.twilio.hang_up(sid_of(stage, "Transfer"))
    stage.pass_time(3)
    _gone(stage)


@pytest.mark.parametrize("choices", JOIN)
@pytest.mark.parametrize("ringing", [True, False])
def test_ending_for_all_hangs_up_whoever_talks_or_rings(
    new_stage: NewStage, choices: Choices, ringing: bool
) -> None:
    stage = new_stage(choices)
    stage.bridge_in()
    phone = stage.twilio.phone(THIRD)
    phone.just_rings() if ringing else phone.answers_after(1)
    stage.add()
    stage.pass_time(4)
    assert 204 == stage.end().status_code
    stage.pass_time(2)
    _gone(stage)
    assert 204 == stage.end().status_code


@pytest.mark.parametrize("way", ["in", "out"])
def test_ending_a_plain_call_ends_both(new_stage: NewStage, way: str) -> None:
    stage = new_stage()
    stage.bridge_in() if way == "in" else stage.bridge_out()
    assert 204 == stage.end().status_code
    stage.pass_time(2)
    _gone(stage)
    assert 1 == len(stage.rest())


def test_ending_a_call_that_still_rings_stops_the_ringing(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.phone(stage.ann).just_rings()
    stage.ring_in(ann_answers_after=25)
    boss = stage._user("Boss", Role.MANAGER)
    key = administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key
    assert 204 == stage.request("DELETE", f"/sessions/{stage.session()['id']}", key=key).status_code
    stage.pass_time(3)
    _gone(stage)
    assert stage.session()["wasMissed"]


def test_hang_up_outlives_a_carrier_that_cannot_be_reached(new_stage: NewStage) -> None:
    """Acknowledged and stored: repeated until the carrier hears it."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*", "connect-refused", count=4)
    assert 204 == stage.end().status_code
    assert not stage.session()["ended"]
    stage.pass_time(40)
    _gone(stage)


def test_missed_call_is_recorded_as_missed_and_the_caller_hears_why(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.phone(stage.ann).just_rings()
    stage.ring_in(ann_answers_after=60)
    stage.phone(stage.ann).just_rings()
    stage.pass_time(60)
    _gone(stage)
    assert ("MissedCall", True) == (stage.session()["outcome"], stage.session()["wasMissed"])
    said = [response.body for delivery, response in stage.answers if delivery.kind == "action"]
    assert "Nobody is available" in said[0]


def test_third_party_that_rings_is_cancelled_by_hanging_up_its_leg(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    stage.add()
    stage.pass_time(3)
    assert 204 == stage.end(f"?callSid={sid_of(stage, 'Transfer')}").status_code
    stage.pass_time(2)
    assert 2 == len(stage.living())
    assert ["Caller", "Agent"] == [m["role"] for m in stage.session()["members"]]
    assert "Connected" == stage.session()["callState"]


def test_colleagues_leg_is_not_the_agents_to_hang_up(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.phone(stage.bob).answers_after(1)
    stage.add("Bob")
    stage.pass_time(4)
    response = stage.end(f"?callSid={sid_of(stage, 'Transfer')}")
    assert (403, 3) == (response.status_code, len(stage.living()))


@pytest.mark.parametrize("way", ["in", "out"])
def test_calling_leg_that_vanishes_on_the_way_is_found_out_without_its_report(
    new_stage: NewStage, way: str
) -> None:
    """Its number may have no status callback: the carrier is asked after a few seconds."""
    stage = new_stage()
    stage.bridge_in() if way == "in" else stage.bridge_out()
    stage.twilio.phone(THIRD).just_rings()
    parent = sid_of(stage, "Caller" if way == "in" else "Agent")
    stage.twilio.on_delivery = lambda d: () if d.call_sid == parent else (0.0,)

    def hang_up(delivery: Delivery) -> None:
        if delivery.kind == "conference-status" and stage.meanwhile is not None:
            stage.meanwhile = None
            stage.twilio.hang_up(parent)

    stage.meanwhile = hang_up
    stage.add()
    stage.pass_time(15)
    if way == "in":
        _gone(stage)
    stage.pass_time(45)
    _gone(stage)
