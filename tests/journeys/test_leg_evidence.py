"""What was concluded of a leg gives way to what is seen, and a stranger's call changes none."""

from urllib.parse import urlsplit

import pytest

from evovoice.emulator.engine.signature import sign
from evovoice.emulator.state.messages import Delivery
from tests.journeys.calls import sid_of, three_talk
from tests.journeys.conftest import NewStage
from tests.journeys.stage import BASE, CUSTOMER, OURS, THIRD, TOKEN, Stage

STRANGER = "CA" + "9" * 32


# --- a leg that is not found ----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["Caller", "Agent", "Transfer"])
def test_stray_404s_of_one_look_end_no_leg_of_a_conference_c80(
    new_stage: NewStage, role: str
) -> None:
    """The call, the participant and the call again: that is still one look (R54)."""
    stage = new_stage()
    three_talk(stage)
    sid = sid_of(stage, role)
    stage.twilio.fail_next("GET", f"*/Calls/{sid}.json", "not-found", count=2)
    stage.twilio.fail_next("GET", f"*/Participants/{sid}.json", "not-found")
    stage.pass_time(150)
    assert 3 == len(stage.living())
    assert ["Connected"] * 3 == [m["callState"] for m in stage.session()["members"]]
    assert "MemberLeft" not in stage.events()


def test_last_two_are_not_hung_up_because_one_look_did_not_find_one_of_them_c80(
    new_stage: NewStage,
) -> None:
    """One who is left alone would be hung up by the end rules (E2)."""
    stage = new_stage()
    three_talk(stage)
    stage.twilio.hang_up(stage.twilio.leg_at(THIRD).sid)
    stage.pass_time(3)
    sid = sid_of(stage, "Caller")
    stage.twilio.fail_next("GET", f"*/Calls/{sid}.json", "not-found", count=2)
    stage.twilio.fail_next("GET", f"*/Participants/{sid}.json", "not-found")
    stage.pass_time(150)
    assert 2 == len(stage.living())
    assert not stage.session()["ended"]


def test_two_looks_end_a_leg_and_a_third_brings_it_back_c80(new_stage: NewStage) -> None:
    """Even then it is a guess."""
    stage = new_stage()
    three_talk(stage)
    sid = sid_of(stage, "Transfer")
    stage.twilio.fail_next("GET", f"*/Calls/{sid}.json", "not-found", count=4)
    stage.twilio.fail_next("GET", f"*/Participants/{sid}.json", "not-found", count=2)
    stage.twilio.fail_next("GET", "*/Participants.json", "not-found", count=2)
    stage.pass_time(65)
    assert ["Caller", "Agent"] == [m["role"] for m in stage.session()["members"]]
    stage.pass_time(30)
    assert "Connected" == stage.state_of("Transfer")
    assert 3 == len(stage.living())


@pytest.mark.parametrize("nth", [0, 1])
@pytest.mark.parametrize("way", ["in", "out"])
def test_plain_call_lives_while_one_side_of_it_is_found_c80(
    new_stage: NewStage, way: str, nth: int
) -> None:
    """The other is not found, however often it is looked for: the partner's call speaks for it."""
    stage = new_stage()
    stage.bridge_in() if way == "in" else stage.bridge_out()
    leg = stage.twilio.living_calls()[nth]
    stage.twilio.fail_next("GET", f"*/Calls/{leg.sid}.json", "not-found", count=0)
    asked = len(stage.rest())
    stage.pass_time(400)
    assert 2 == len(stage.living())
    assert ["Connected", "Connected"] == [m["callState"] for m in stage.session()["members"]]
    assert len(stage.rest()) - asked <= 4 * 400 // 50  # of each look four


# --- a call that is none of ours ------------------------------------------------------------------


def _tell(stage: Stage, like: Delivery, **fields: str) -> int:
    """The same report about another call; the status of our answer."""
    form = dict(like.params) | fields
    header = {"X-Twilio-Signature": sign(TOKEN, like.url, form.items())}
    path = urlsplit(like.url).path
    answer = stage.app.test_client().post(path, base_url=BASE, data=form, headers=header)
    return answer.status_code


def _last(stage: Stage, kind: str, sid: str) -> Delivery:
    return [d for d, _ in stage.answers if d.kind == kind and d.call_sid == sid][-1]


@pytest.mark.parametrize("role", ["Agent", "Transfer"])
def test_end_of_another_call_at_the_address_of_a_leg_ends_nobody_c80(
    new_stage: NewStage, role: str
) -> None:
    """It is kept in the log, since somebody may have to look."""
    stage = new_stage()
    three_talk(stage)
    report = _last(stage, "call-status", sid_of(stage, role))
    assert 204 == _tell(stage, report, CallSid=STRANGER, CallStatus="completed", SequenceNumber="7")
    stage.pass_time(3)
    assert 3 == len(stage.living())
    assert ["Connected"] * 3 == [m["callState"] for m in stage.session()["members"]]
    lines = stage.get(f"/sessions/{stage.session()['id']}/events?count=200")["events"]
    assert [STRANGER] == [e["callSid"] for e in lines if "not part of this one" in e["message"]]


def test_end_of_another_call_at_the_address_of_a_plain_leg_ends_nobody_c80(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    stage.bridge_in()
    report = _last(stage, "call-status", sid_of(stage, "Agent"))
    assert 204 == _tell(stage, report, CallSid=STRANGER, CallStatus="completed", SequenceNumber="7")
    stage.pass_time(3)
    assert 2 == len(stage.living())
    assert "Connected" == stage.session()["callState"]


def test_all_devices_of_a_user_ring_as_one_leg_and_the_one_that_answers_is_it_c80(
    new_stage: NewStage,
) -> None:
    """One `<Client>` is one call, however many devices have registered (R19)."""
    stage = new_stage()
    desk, mobile = (stage.twilio.browser(stage.ann.identity, name) for name in ("desk", "mobile"))
    stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(2)
    assert (True, True) == (desk.rings(), mobile.rings())
    mobile.accept()
    stage.pass_time(2)
    assert 2 == len(stage.living())
    assert "Connected" == stage.session()["callState"]
    assert not [e for e in stage.events() if e == "CarrierReport"]


# --- a redirect that failed -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["error-before", "connect-refused"])
def test_call_that_did_not_become_a_conference_ends_as_a_plain_one_c80(
    new_stage: NewStage, kind: str
) -> None:
    """The agent's report is lost: the customer hears no silence, as the dial has ended."""
    stage = new_stage()
    stage.bridge_in()
    refused = {"status": 400} if kind == "error-before" else {"count": 100}
    stage.twilio.fail_next("POST", "*/Calls/*.json", kind, **refused)  # type: ignore[arg-type]
    assert stage.add().status_code in {502, 503}
    stage.twilio.exchange.rest_api.faults.clear()
    stage.twilio.chaos("lose,kind=call-status")
    stage.twilio.hang_up(stage.twilio.leg_at(f"client:{stage.ann.identity}").sid)
    stage.pass_time(1)
    assert [] == stage.living()
    assert stage.session()["ended"]


def test_call_whose_redirect_may_still_succeed_leaves_nobody_in_silence_for_long_c80(
    new_stage: NewStage,
) -> None:
    """Given up without an answer: the customer is led into the conference, and looked after."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*/Calls/*.json", "timeout-before", count=0)
    stage.add()
    stage.pass_time(60)
    stage.twilio.exchange.rest_api.faults.clear()
    stage.twilio.chaos("lose,kind=call-status")
    stage.twilio.hang_up(stage.twilio.leg_at(f"client:{stage.ann.identity}").sid)
    stage.pass_time(15)
    assert [] == stage.living()
    assert stage.session()["ended"]


def test_call_can_become_a_conference_after_a_redirect_was_refused_c80(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*/Calls/*.json", "error-before", status=400)
    assert 502 == stage.add().status_code
    stage.twilio.phone(THIRD).answers_after(1)
    assert 200 == stage.add().status_code
    stage.pass_time(5)
    assert sorted([OURS, THIRD, f"client:{stage.ann.identity}"]) == stage.living()
