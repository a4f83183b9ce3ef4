"""A leg takes no call for its own that may be somebody else's (C77, C80)."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from twilio.rest import Client

from evovoice.carrier.addresses import CallbackAddresses
from evovoice.carrier.port import SessionRef
from evovoice.domain.values import Role, User
from evovoice.emulator.choices import Choices
from evovoice.emulator.engine.signature import sign
from evovoice.services import administration
from tests.journeys.conftest import NewStage
from tests.journeys.stage import BASE, CUSTOMER, FOURTH, OURS, THIRD, TOKEN, Stage

JOIN = [pytest.param(Choices(join_at=at), id=f"S1={at}") for at in ("ringing", "answer")]


class _Two:
    """Ann talks to a customer who has called, Bob to one whom he has called, in conferences."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        users = {"ann": stage.ann, "bob": stage.bob}
        self._keys = {
            name: administration.add_key(stage.context.database, user.id, stage.twilio.now()).key
            for name, user in users.items()
        }
        stage.twilio.phone(FOURTH).answers_after(1)
        stage.twilio.phone(THIRD).just_rings()
        stage.twilio.connect_device(stage.bob.identity, {"To": FOURTH})
        stage.pass_time(4)
        stage.bridge_in()
        for name in users:
            assert 200 == self.ask(name, "POST", "/conference", {}).status_code
        stage.pass_time(4)

    def session(self, name: str) -> dict[str, Any]:
        """The session in which that agent talks."""
        found = self.stage.request("GET", "/sessions/active", key=self._keys[name]).json
        (session,) = found["results"] if "results" in found else found["sessions"]
        return dict(session)

    def ask(self, name: str, method: str, path: str, body: Any = None) -> Any:
        path = f"/sessions/{self.session(name)['id']}{path}"
        return self.stage.request(method, path, body, key=self._keys[name])

    def add(self, name: str) -> Any:
        return self.ask(name, "POST", "/conference/members", {"destination": THIRD})

    def third(self, name: str) -> dict[str, Any]:
        """The party that agent has added."""
        (member,) = [m for m in self.session(name)["members"] if m["role"] == "Transfer"]
        return dict(member)

    def ringing(self) -> list[str]:
        """The calls to the third party, by SID."""
        return [leg.sid for leg in self.stage.twilio.living_calls() if leg.to == THIRD]


@pytest.mark.parametrize("choices", JOIN)
def test_request_that_was_lost_takes_no_colleagues_call_for_its_own_c80(
    new_stage: NewStage, choices: Choices
) -> None:
    """Ann and Bob add the same party; hers is dialled anew, and removing it leaves his ringing."""
    two = _Two(new_stage(choices))
    assert 200 == two.add("bob").status_code
    two.stage.twilio.fail_next("POST", "*/Participants.json", "timeout-before")
    assert 200 == two.add("ann").status_code
    two.stage.pass_time(2)
    bobs, anns = two.third("bob")["callSid"], two.third("ann")["callSid"]
    assert {bobs, anns} == set(two.ringing())
    assert bobs != anns
    assert 200 == two.ask("ann", "DELETE", f"/conference/members/{anns}").status_code
    two.stage.pass_time(2)
    assert [bobs] == two.ringing()


@pytest.mark.parametrize("choices", JOIN)
def test_call_that_may_be_another_one_is_waited_for_and_hung_up_if_it_comes_too_late_c77(
    new_stage: NewStage, choices: Choices
) -> None:
    """Somebody else calls the same number; our own request was carried out, and its reports are
    late. Past the deadline the add has failed, and nobody joins unseen.
    """
    stage = new_stage(choices)
    stage.bridge_in()
    stage.add(FOURTH)
    stage.pass_time(5)
    stage.twilio.phone(THIRD).just_rings()
    others = _called_by_somebody_else(stage)
    stage.twilio.chaos("delay,seconds=25,kind=call-status")
    stage.twilio.chaos("lose,kind=conference-status")
    stage.twilio.fail_next("GET", "*/Participants/leg*", "not-found", count=0)
    stage.twilio.fail_next("POST", "*/Participants.json", "timeout-after")
    assert 200 == stage.add().status_code
    (ours,) = {leg.sid for leg in stage.twilio.living_calls() if leg.to == THIRD} - {others}
    stage.pass_time(18)
    assert 3 == len(stage.session()["members"])
    assert "MemberFailed" in stage.events()
    stage.pass_time(20)
    living = {leg.sid for leg in stage.twilio.living_calls()}
    assert (True, False) == (others in living, ours in living)
    assert 3 == len(stage.session()["members"])


def test_call_of_nobody_else_is_taken_for_the_one_that_was_ordered_c77(new_stage: NewStage) -> None:
    """The answer was lost, and no label tells before the answer: nobody is rung twice."""
    two = _Two(new_stage())
    two.stage.twilio.chaos("delay,seconds=8,kind=call-status")
    two.stage.twilio.fail_next("POST", "*/Participants.json", "timeout-after")
    assert 200 == two.add("ann").status_code
    assert [two.third("ann")["callSid"]] == two.ringing()
    two.stage.pass_time(20)
    assert [two.third("ann")["callSid"]] == two.ringing()


def test_call_that_was_placed_twice_is_hung_up_when_it_is_answered_c77(
    new_stage: NewStage,
) -> None:
    """Whoever asks at our leg's address on another call is told to hang up, and rings nobody."""
    stage = new_stage()
    boss = User("u-boss", stage.account.id, "Boss", "boss@acme.test", Role.MANAGER, "boss_1")
    with stage.context.database.writing() as work:
        work.directory.add_user(boss, "no password")
    key = administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key
    stage.twilio.phone(CUSTOMER).just_rings()
    asked = {"numberToDial": CUSTOMER, "callerId": OURS}
    assert 204 == stage.request("POST", "/sessions/outgoing", asked, key=key).status_code
    (leg_id,) = _leg_ids(stage)
    ref = SessionRef(stage.account.id, stage.session()["id"])
    answer = _asked(stage, CallbackAddresses(BASE).answered(ref, leg_id))
    assert "<Hangup" in answer
    assert "<Dial" not in answer
    stage.pass_time(2)
    assert ["Caller"] == [m["role"] for m in stage.session()["members"]]
    assert "Ringing" == stage.session()["callState"]


def test_strangers_call_is_led_into_no_conference_c80(new_stage: NewStage) -> None:
    """It asks at the address of the session what to do after its dial."""
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    ref = SessionRef(stage.account.id, stage.session()["id"])
    answer = _asked(stage, CallbackAddresses(BASE).dial_action(ref), DialCallStatus="completed")
    assert "<Hangup" in answer
    assert "<Conference" not in answer
    stage.pass_time(2)
    assert "Connected" == stage.session()["callState"]


def _asked(stage: Stage, address: str, **fields: str) -> str:
    """What a call that is none of ours is told there."""
    url = address.partition("#")[0]
    sids = {"AccountSid": stage.twilio.account_sid, "CallSid": "CA" + "9" * 32}
    form = sids | {"CallStatus": "in-progress"} | fields
    header = {"X-Twilio-Signature": sign(TOKEN, url, form.items())}
    path = urlsplit(url).path
    answer = stage.app.test_client().post(path, base_url=BASE, data=form, headers=header)
    return answer.text


def _leg_ids(stage: Stage) -> list[str]:
    with stage.context.database.reading() as work:
        return [row[0] for row in work.connection.execute(text("SELECT leg_id FROM members"))]


def _called_by_somebody_else(stage: Stage) -> str:
    """A call of another program of the same owner, from the same number; its SID."""
    client = Client(stage.twilio.account_sid, TOKEN, http_client=stage.twilio.http_client)
    call = client.calls.create(to=THIRD, from_=OURS, url="https://elsewhere.example.test/voice")
    return str(call.sid)
