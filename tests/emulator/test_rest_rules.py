"""What REST refuses, ignores or limits: R11, R29, R36, R37, R43, and dialled applications.

https://www.twilio.com/docs/voice/api/call-resource,
https://www.twilio.com/docs/voice/api/conference-participant-resource
"""

from dataclasses import replace

import pytest
from twilio.base.exceptions import TwilioRestException

from evovoice.emulator.choices import Choices

from .scripted_app import BASE
from .stories import AGENT, CUSTOMER, OURS, THIRD, Line, conference, dial


def refusal(line: Line, room: str, **fields: object) -> tuple[int, int]:
    """Status and code of a refused add."""
    with pytest.raises(TwilioRestException) as caught:
        line.add_third(room, **fields)
    return caught.value.status, caught.value.code


def test_r11_unknown_parameters_are_ignored_and_written_down(line: Line) -> None:
    status, body = line.post("Conferences/x/Participants", From=OURS, To=THIRD, Colour="red")
    assert (201, "queued") == (status, body["status"])
    (alert,) = line.twilio.alerts
    assert (20001, True) == (alert.code, "Colour" in alert.text)


def test_r37_one_participant_per_second_is_the_default() -> None:
    assert 1.0 == Choices().participants_per_second


def test_r37_dial_and_inbound_legs_are_not_limited(line: Line) -> None:
    _, _, room = line.convert()
    made = [line.add_third(room.sid, to=f"+155566600{n:02}") for n in range(3)]
    legs = [line.twilio.call(sid) for sid in made]
    assert [0, 1000, 2000] == [leg.queue_millis for leg in legs]
    parent, child = line.bridge(dial("<Number>+15550003333</Number>", ""))[0], None
    assert ("in-progress", None) == (parent.status, child)


def test_r37_the_limit_can_be_lifted(line: Line) -> None:
    line.twilio.choose(participants_per_second=None)
    _, _, room = line.convert()
    made = [line.add_third(room.sid, to=f"+155566600{n:02}") for n in range(3)]
    assert {0} == {line.twilio.call(sid).queue_millis for sid in made}


@pytest.mark.parametrize("label", ["x" * 129, "a/b", "a%2Fb", "CA" + "0" * 32])
def test_r29_a_label_that_cannot_be_one_is_refused(line: Line, label: str) -> None:
    assert (400, 16024) == refusal(line, "room-1", label=label)


@pytest.mark.parametrize("label", ["x" * 129, "a/b", "CA" + "0" * 32])
def test_r29_a_label_that_cannot_be_one_keeps_a_document_leg_out(line: Line, label: str) -> None:
    noun = conference(attributes=f'participantLabel="{label}"')
    line.call_in(dial(noun, "") + "<Pause length='9'/>")
    line.twilio.advance(1)
    assert [16023] == [alert.code for alert in line.twilio.alerts]
    assert [] == line.twilio.conferences()


@pytest.mark.parametrize("name", ["", "n" * 129])
def test_r20_a_name_that_cannot_be_one(line: Line, name: str) -> None:
    line.call_in(dial(conference(name), "") + "<Pause length='9'/>")
    line.twilio.advance(1)
    assert [13237] == [alert.code for alert in line.twilio.alerts]


def test_the_one_to_be_coached_has_to_be_there(line: Line) -> None:
    parent, child, room = line.convert()
    someone = "CA" + "0" * 32
    assert (400, 16028) == refusal(line, room.sid, coaching=True, call_sid_to_coach=someone)
    participants = line.client.conferences(room.sid).participants
    participants(child.sid).update(hold=True)
    assert (400, 16027) == refusal(line, room.sid, coaching=True, call_sid_to_coach=child.sid)
    with pytest.raises(TwilioRestException) as caught:
        participants(parent.sid).update(coaching=True, call_sid_to_coach=someone)
    assert 16028 == caught.value.code


def test_a_document_that_coaches_nobody_goes_to_its_action(line: Line) -> None:
    noun = conference(attributes=f'coach="CA{"0" * 32}"')
    line.call_in(dial(noun))
    line.twilio.advance(1)
    assert 13240 == line.twilio.alerts[0].code
    assert 1 == len(line.app.at("/action"))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"max_participants": 1}, 20001),
        ({"max_participants": 251}, 20001),
        ({"status_callback": "https://under_score.test/"}, 21609),
        ({"status_callback": "ftp://app.test/"}, 21609),
        ({"conference_status_callback": "nonsense"}, 21609),
        ({"wait_url": "nonsense"}, 21205),
        ({"status_callback_method": "PUT"}, 21209),
        ({"to": "sip:bob@host?X-A=" + "a" * 1024}, 21227),
        ({"to": "app:AP" + "0" * 32}, 21218),
    ],
)
def test_what_cannot_be_meant_is_refused(line: Line, fields: dict[str, object], code: int) -> None:
    assert (400, code) == refusal(line, "room-1", **fields)
    assert [] == line.twilio.conferences()
    line.twilio.exchange.rest_log.clear()


def test_r36_any_kind_of_address_can_be_dialled(line: Line) -> None:
    room = "room-1"
    for to, from_ in (
        ("client:bob?colour=red", "client:alice"),
        ("client:carol", OURS),
        ("sip:dave@host.test?X-Colour=red", "evo"),
    ):
        line.add_third(room, to=to, from_=from_)
    line.twilio.advance(6)
    assert 3 == len(line.twilio.conferences()[0].participants)


def test_an_application_takes_part_while_its_document_runs(line: Line) -> None:
    """`app:AP..`: a bot in the conference."""
    line.app.on("/bot", "<Say>ten letters</Say><Pause length='30'/>")
    sid = line.twilio.add_application(f"{BASE}/bot")
    _, _, room = line.convert()
    bot = line.add_third(room.sid, to=f"app:{sid}?Mood=good", from_="client:bot", label="bot")
    line.twilio.advance(2)
    (form,) = line.app.at("/bot")
    assert (bot, "good", sid) == (form["CallSid"], form["Mood"], form["ApplicationSid"])
    assert "connected" == line.client.conferences(room.sid).participants("bot").fetch().status
    assert ["initiated", "ringing", "in-progress"] == line.app.call_events("/third")
    line.twilio.advance(30)
    assert "completed" == line.twilio.call(bot).status
    assert 2 == len(room.participants)


def test_r43_a_page_token_holds_its_place_when_the_list_grows(line: Line) -> None:
    sids = [line.client.calls.create(to=THIRD, from_=OURS, url=f"{BASE}/x").sid for _ in range(5)]
    first = line.client.calls.page(page_size=2)
    assert [sids[4], sids[3]] == [one.sid for one in first]
    line.client.calls.create(to=AGENT, from_=OURS, url=f"{BASE}/x")
    second = first.next_page()
    assert second is not None
    assert [sids[2], sids[1]] == [one.sid for one in second]
    third = second.next_page()
    assert third is not None
    assert [sids[0]] == [one.sid for one in third]
    assert third.next_page() is None
    back = third.previous_page()
    assert back is not None
    assert [sids[2], sids[1]] == [one.sid for one in back]


def test_r43_a_page_is_never_larger_than_a_thousand(line: Line) -> None:
    base = f"https://api.twilio.com/2010-04-01/Accounts/{line.twilio.account_sid}"
    answer = line.client.request("GET", f"{base}/Calls.json", params={"PageSize": "1001"})
    assert (400, True) == (answer.status_code, '"code": 20007' in answer.text)


def test_r43_a_page_token_that_is_none_is_refused(line: Line) -> None:
    base = f"https://api.twilio.com/2010-04-01/Accounts/{line.twilio.account_sid}"
    answer = line.client.request("GET", f"{base}/Calls.json", params={"PageToken": "PT50"})
    assert (400, True) == (answer.status_code, '"code": 21481' in answer.text)


def test_the_first_to_come_chooses_the_region(line: Line) -> None:
    line.add_third("room-1", region="ie1")
    line.add_third("room-1", region="de1", to=CUSTOMER)
    assert "ie1" == line.client.conferences.list()[0].region


def test_every_choice_has_a_default() -> None:
    assert Choices() == replace(Choices())
