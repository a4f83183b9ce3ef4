"""Callers who do not show their number: nobody calls back a word, however it is spelt."""

import pytest

from evovoice.domain.withheld import is_withheld
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, OURS, THIRD

WITHHELD = [
    "anonymous", "Restricted", "Unavailable", "unknown", "", "+", "266696687",
    "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253",
    "sip:anonymous@anonymous.invalid",
]  # fmt: skip


@pytest.mark.parametrize("caller", WITHHELD)
def test_withheld_caller_is_no_number_to_call_back_and_is_passed_on_to_nobody(
    new_stage: NewStage, caller: str
) -> None:
    stage = new_stage()
    stage.phone(stage.ann).answers_after(1)
    stage.twilio.place_call(caller, OURS)
    stage.pass_time(4)
    session = stage.session()
    assert ("Connected", caller) == (session["callState"], session.get("fromAddress", ""))
    assert ("Withheld number", None) == (session["displayName"], session.get("callbackNumber"))
    assert "Withheld number" == session["members"][0]["displayName"]
    assert "fromName" not in session
    stage.add()
    stage.pass_time(4)
    rung = [leg for leg in stage.twilio.living_calls() if leg.to != OURS]
    assert {"client:ann_1": OURS, THIRD: OURS} == {leg.to: leg.from_ for leg in rung}


def test_caller_with_a_number_is_shown_and_called_back(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    session = stage.session()
    assert [CUSTOMER] * 3 == [
        session[name] for name in ("fromAddress", "displayName", "callbackNumber")
    ]


def test_log_names_nobody_who_withholds_the_number(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.twilio.place_call("+266696687", OURS)
    stage.pass_time(1)
    lines = stage.get(f"/sessions/{stage.session()['id']}/events?count=200")["events"]
    assert f"Withheld number calls {OURS}" == lines[0]["message"]


@pytest.mark.parametrize("number", ["+12025550123", "+26669668712", "+2562533123", "+862824522531"])
def test_number_that_only_begins_like_such_a_word_is_a_number(number: str) -> None:
    assert not is_withheld(number)
