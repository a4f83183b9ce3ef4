"""What a user may have dialled: calls a minute and at once, and the countries of their account. The
same limits for adds, calls placed by API, calls of an agent's device and hand-overs.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import pytest

from evovoice.domain.values import Role
from evovoice.services import administration
from evovoice.services.administration import AccountChanges
from evovoice.services.calls import PlaceRequest, place_call
from evovoice.services.errors import TooManyCalls
from evovoice.services.outbox.dispatch import Dispatch, Given
from evovoice.settings import Limits
from tests.journeys.calls import messages_of, path_of, refusal
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, FOURTH, OURS, THIRD, Stage

ISLAND = "+18092345678"  # the Dominican Republic, with the code of the United States


def _manager(stage: Stage) -> str:
    boss = stage._user("Boss", Role.MANAGER)
    return administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key


def _place(stage: Stage, key: str, number: str = CUSTOMER) -> Any:
    asked = {"numberToDial": number, "callerId": OURS}
    return stage.request("POST", "/sessions/outgoing", asked, key=key)


def _device_calls(stage: Stage, to: str) -> str:
    """What Ann's device hears when it calls there."""
    stage.twilio.connect_device(stage.ann.identity, {"To": to})
    stage.pass_time(1)
    asked = [answer for delivery, answer in stage.answers if "/voice/outgoing" in delivery.url]
    return asked[-1].body


def _newest(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = stage.get("/sessions?countPerPage=1")["items"][0]
    return found


class _Accepting:
    """Stands in for the dispatch: whatever is ordered has been given."""

    def give(self, *_: object) -> Given:
        return Given()


def test_device_has_the_budget_of_adds(new_stage: NewStage) -> None:
    """What is too much is said in a sentence, the record says why, and the call ends."""
    stage = new_stage(limits=Limits(adds_per_minute=1))
    stage.bridge_out()
    assert (429, "RateLimited") == refusal(stage.add())
    stage.end()
    stage.pass_time(3)
    heard = _device_calls(stage, THIRD)
    assert "You have placed too many calls" in heard
    assert "<Dial" not in heard
    stage.pass_time(10)
    session = _newest(stage)
    assert (True, [], THIRD) == (session["ended"], stage.living(), session["destination"])
    lines = [line["message"] for line in session["log"]]
    assert f"{THIRD} is not called: Too many calls, try again in" in lines[1]


def test_device_that_asks_again_hears_the_same_and_spends_nothing(new_stage: NewStage) -> None:
    """The carrier asks again where our answer was lost."""
    stage = new_stage(limits=Limits(adds_per_minute=2))
    stage.twilio.phone(CUSTOMER).just_rings()
    stage.twilio.phone(THIRD).just_rings()
    first = _device_calls(stage, CUSTOMER)
    delivery = next(d for d, _ in stage.answers if "/voice/outgoing" in d.url)
    assert first == stage._deliver(delivery).body
    assert "<Dial" in _device_calls(stage, THIRD)
    refused = _device_calls(stage, FOURTH)
    last = [d for d, _ in stage.answers if "/voice/outgoing" in d.url][-1]
    assert "too many calls" in refused
    assert refused == stage._deliver(last).body


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        (ISLAND, "Calls to this country or network are not allowed"),
        ("+8816 234 56789", "Calls to this country or network are not allowed"),
        ("+1 900 555 0199", "Premium numbers are not allowed"),
        ("911", "Emergency numbers cannot be called from here"),
        ("client:nobody", "This number cannot be called"),
        ("client:ann_1", "This number cannot be called"),
    ],
)
def test_device_hears_why_nobody_is_called(new_stage: NewStage, to: str, sentence: str) -> None:
    stage = new_stage()
    administration.set_account(
        stage.context.database, stage.account.id, AccountChanges(countries="US,CA")
    )
    assert sentence in _device_calls(stage, to)
    stage.pass_time(5)
    assert (True, []) == (stage.session()["ended"], stage.living())
    assert any("is not called: " in line for line in messages_of(stage))


def test_account_calls_the_countries_that_it_may(new_stage: NewStage) -> None:
    """By the region of the number: adds, hand-overs and calls placed by API."""
    stage = new_stage()
    key = _manager(stage)
    stage.bridge_in()
    path = path_of(stage)
    administration.set_account(
        stage.context.database, stage.account.id, AccountChanges(countries="us, gb")
    )
    for answer in (
        stage.add(ISLAND),
        stage.add("+41 44 668 18 00"),
        _place(stage, key, ISLAND),
        stage.request("POST", f"{path}/redirect", {"destination": ISLAND}),
    ):
        assert (403, "CountryNotAllowed") == refusal(answer)
    assert "Calls to CH are not allowed" in stage.add("+41446681800").text
    assert [] == [line for line in stage.rest() if line == "POST Calls"]
    stage.twilio.phone(FOURTH).answers_after(1)
    assert 200 == stage.add(FOURTH).status_code
    assert 200 == stage.add(f"client:{stage.bob.identity}").status_code
    administration.set_account(
        stage.context.database, stage.account.id, AccountChanges(countries="all")
    )
    assert 200 == stage.add(ISLAND).status_code


def test_so_many_calls_at_once_and_no_more(new_stage: NewStage) -> None:
    """Parties that a user has had dialled, in all sessions; who has left makes room."""
    stage = new_stage(limits=Limits(calls_at_once=2))
    key = _manager(stage)
    stage.bridge_in()
    members = f"{path_of(stage)}/conference/members"
    assert 204 == _place(stage, key).status_code  # another user's
    for number in (THIRD, FOURTH):
        stage.twilio.phone(number).answers_after(1)
        assert 200 == stage.request("POST", members, {"destination": number}).status_code
        stage.pass_time(5)
    full = stage.request("POST", members, {"destination": ISLAND})
    assert (429, "TooManyCalls") == refusal(full)
    assert "You have 2 calls at once" in full.text
    assert full.headers["Retry-After"].isdigit()
    stage.twilio.hang_up(stage.twilio.leg_at(FOURTH).sid)
    stage.pass_time(2)
    found = [stage.request("POST", members, {"destination": to}) for to in (ISLAND, FOURTH)]
    assert [200, 429] == [answer.status_code for answer in found]


def test_calls_that_have_ended_make_room_for_ever_new_ones(new_stage: NewStage) -> None:
    stage = new_stage(limits=Limits(calls_at_once=1))
    stage.bridge_in()
    for _ in range(4):
        stage.twilio.phone(THIRD).answers_after(1)
        assert 200 == stage.add().status_code
        stage.pass_time(5)
        assert (429, "TooManyCalls") == refusal(stage.add(FOURTH))
        stage.twilio.hang_up(stage.twilio.leg_at(THIRD).sid)
        stage.pass_time(5)


def test_colleagues_are_no_calls_to_the_outside(new_stage: NewStage) -> None:
    """Whoever hands calls over all day is not stopped by those who talk."""
    stage = new_stage(limits=Limits(calls_at_once=1))
    stage.bridge_in()
    colleagues = [stage.bob, stage._user("Zoe")]
    for colleague in colleagues:
        assert 200 == stage.add(f"client:{colleague.identity}").status_code
        stage.pass_time(3)
    stage.twilio.phone(THIRD).answers_after(1)
    assert 200 == stage.add().status_code
    stage.pass_time(3)
    assert (429, "TooManyCalls") == refusal(stage.add(FOURTH))
    assert 200 == stage.add(f"client:{stage._user('Kim').identity}").status_code


def test_device_counts_the_call_it_has(new_stage: NewStage) -> None:
    stage = new_stage(limits=Limits(calls_at_once=1))
    stage.bridge_out()
    assert (429, "TooManyCalls") == refusal(stage.add())
    assert "too many calls at once" in _device_calls(stage, THIRD)


def test_parallel_calls_never_exceed_what_may_be_at_once(new_stage: NewStage) -> None:
    """Of 20 at the same moment, the first that the user ever has, 5 are placed."""
    stage = new_stage(limits=Limits(calls_at_once=5, adds_per_minute=1000))
    stage.twilio.phone(CUSTOMER).just_rings()
    boss = stage._user("Boss", Role.MANAGER)
    context = replace(stage.context, dispatch=cast("Dispatch", _Accepting()))

    def place(_: int) -> bool:
        try:
            place_call(context, boss, PlaceRequest(CUSTOMER, OURS, None))
        except TooManyCalls:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert 5 == sum(pool.map(place, range(20)))
