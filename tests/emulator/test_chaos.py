"""Webhooks that are delayed, lost, doubled, overtaken, slowed or refused: by rule and by dice.

https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
"""

import pytest

from evovoice.emulator import snapshot
from evovoice.emulator.chaos import rules_from_text
from evovoice.emulator.fields import Unclear
from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.state.messages import WebhookResponse

from .scripted_app import BASE, ScriptedApp
from .stories import CUSTOMER, OURS, Line, conference, dial, number


def test_r49_a_rule_loses_one_event_and_no_other(line: Line) -> None:
    line.twilio.chaos("lose,kind=call-status,event=ringing,count=1")
    line.bridge()
    assert ["initiated", "in-progress"] == line.app.call_events("/leg")
    line.twilio.advance(20)
    told = snapshot.log(line.twilio.exchange)["webhooks"]
    assert ["lost"] == [one["note"] for one in told if one["note"]]


def test_r49_a_rule_delays_what_matches_its_url(line: Line) -> None:
    line.twilio.chaos("delay,url=*/leg,event=initiated,seconds=4")
    line.bridge()
    assert ["ringing", "in-progress", "initiated"] == line.app.call_events("/leg")


def test_r49_a_rule_doubles_and_both_copies_carry_one_token(line: Line) -> None:
    line.twilio.chaos("duplicate,event=answered,seconds=1")
    line.bridge()
    copies = [one for one in line.app.received if one.form.get("CallStatus") == "in-progress"]
    assert (2, 1) == (len(copies), len({one.token for one in copies}))


def test_r49_a_rule_lets_the_next_one_overtake(line: Line) -> None:
    line.twilio.chaos("reorder,kind=call-status,event=initiated,seconds=5")
    line.bridge()
    assert ["ringing", "initiated", "in-progress"] == line.app.call_events("/leg")


def test_r49_whoever_is_never_overtaken_leaves_when_its_time_is_up(line: Line) -> None:
    line.twilio.chaos("reorder,kind=voice,seconds=3")
    sid = line.call_in(dial(number()))
    line.twilio.advance(2.9)
    assert [] == line.app.at("/voice")
    line.twilio.advance(0.2)
    assert "in-progress" == line.twilio.call(sid).status


def test_r49_a_caller_may_be_gone_before_the_application_hears_of_the_call(line: Line) -> None:
    """The final report overtakes the voice request, which tells `ringing` all the same."""
    line.twilio.chaos("delay,kind=voice,seconds=3")
    sid = line.call_in(dial(number()))
    line.twilio.advance(1)
    line.twilio.hang_up(sid)
    line.twilio.advance(5)
    assert [(sid, "call-status", "canceled"), (sid, "voice", "ringing")] == [
        (one.call_sid, one.kind, one.form["CallStatus"]) for one in line.app.received
    ]
    assert [] == line.twilio.living_calls()


def test_r49_a_slow_answer_counts_late_and_too_slow_is_none(line: Line) -> None:
    line.twilio.chaos("slow,kind=voice,seconds=16")
    line.twilio.calm()
    line.twilio.chaos("slow,kind=voice,seconds=4,count=1")
    slow = line.call_in(dial(number()))
    line.twilio.advance(3.9)
    assert "ringing" == line.twilio.call(slow).status
    line.twilio.advance(0.2)
    assert "in-progress" == line.twilio.call(slow).status
    line.twilio.chaos("slow,kind=voice,seconds=16")
    too_slow = line.call_in(dial(number()))
    line.twilio.advance(15.1)
    assert "failed" == line.twilio.call(too_slow).status


def test_r50_a_refused_connection_is_tried_again(line: Line) -> None:
    line.twilio.chaos("refuse,kind=voice,count=1")
    sid = line.call_in(dial(number()))
    line.twilio.advance(1)
    assert [1] == [one.attempt for one in line.app.received if one.kind == "voice"]
    assert "in-progress" == line.twilio.call(sid).status
    assert "refused" == line.twilio.webhook_log[0].note


@pytest.mark.parametrize(
    ("fragment", "after", "attempts"),
    [
        ("rt=500&rc=2&rp=rt", 1.0, 3),  # every attempt is too slow
        ("rt=500&rc=2&rp=rt&tt=1200", 1.0, 3),  # the third has 200 ms left
        ("rt=500&rc=2&rp=rt&tt=900", 1.0, 2),  # the second ends with the total
        ("rt=500&rc=2&rp=ct", 1.0, 1),
        ("rt=1500&rc=2&rp=rt", 1.0, 1),  # in time
        ("e=ashburn&sni=n&rt=500&rc=1&rp=all", 1.0, 2),
    ],
)
def test_r50_read_time_total_time_and_retries_work_together(
    line: Line, fragment: str, after: float, attempts: int
) -> None:
    line.app.on("/action", WebhookResponse(body="<Response/>", after=after))
    address = f"{BASE}/action#{fragment}".replace("&", "&amp;")
    _, child = line.bridge(dial(number(), f'action="{address}"'))
    line.twilio.hang_up(child.sid)
    line.twilio.advance(20)
    sent = [one for one in line.app.received if one.kind == "action"]
    assert list(range(attempts)) == [one.attempt for one in sent]
    assert {f"{BASE}/action"} == {one.url for one in sent}


def test_r50_ct_rt_tt_reach_the_door_within_their_bounds(line: Line) -> None:
    address = f"{BASE}/action#ct=50&amp;rt=99999&amp;tt=7000"
    _, child = line.bridge(dial(number(), f'action="{address}"'))
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    (sent,) = [one for one in line.app.received if one.kind == "action"]
    limits = (sent.connect_seconds, sent.read_seconds, sent.total_seconds, sent.patience)
    assert (0.1, 15.0, 7.0, 7.0) == limits


def stormy(seed: int) -> list[tuple[str, str, str]]:
    """Ten minutes of a call in bad weather, as the application saw them."""
    app = ScriptedApp()
    app.on("/voice", dial(number()))
    app.on("/action", dial(conference()))
    twilio = InProcessTwilio(deliver=app)
    twilio.add_number(OURS, f"{BASE}/voice", status_callback=f"{BASE}/number")
    twilio.chaos("random,rate=0.6", seed=seed)
    for _ in range(5):
        twilio.place_call(CUSTOMER, OURS, hang_up_after=30)
        twilio.advance(120)
    assert [] == twilio.living_calls()
    return [(one.url, one.token, str(one.params)) for one in app.received]


def test_the_dice_fall_the_same_way_for_the_same_seed() -> None:
    assert stormy(3) == stormy(3)
    assert stormy(3) != stormy(4)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("loose", "did you mean lose?"),
        ("lose,knd=voice", "did you mean kind?"),
        ("lose,count=some", "count has to be a whole number"),
        ("delay,rate=2", "rate has to be a share between 0 and 1"),
        ("delay,seconds=5,seconds_to=1", "seconds_to has to be no less"),
        ("delay,quickly", "'quickly' is not name=value"),
    ],
)
def test_a_rule_that_cannot_be_meant_says_what_would_do(text: str, complaint: str) -> None:
    with pytest.raises(Unclear, match=complaint.replace("?", r"\?")):
        rules_from_text(text)
