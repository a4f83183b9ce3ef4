"""Participants by REST: R29 to R40 as far as they are built."""

import pytest
from twilio.base.exceptions import TwilioRestException

from .scripted_app import BASE
from .stories import CUSTOMER, OURS, THIRD, Line, conference, dial


def refusal(line: Line, room: str, **fields: object) -> tuple[int, int]:
    """Status and code of a refused add."""
    with pytest.raises(TwilioRestException) as caught:
        line.add_third(room, **fields)
    return caught.value.status, caught.value.code


def test_r29_a_label_in_use_is_refused_until_its_holder_has_left(line: Line) -> None:
    _, _, room = line.convert()
    third = line.add_third(room.sid, label="leg-7")
    assert (400, 16026) == refusal(line, room.sid, label="leg-7", to="+15556667777")
    line.client.conferences(room.sid).participants("leg-7").delete()
    assert third != line.add_third(room.sid, label="leg-7")


def test_r29_a_label_in_use_keeps_a_document_leg_out(line: Line) -> None:
    _, _, room = line.convert(dial(conference(attributes='participantLabel="a"'), ""))
    assert 1 == len(room.participants)
    assert [16025] == [alert.code for alert in line.twilio.alerts]


def test_r31_created_participant_is_queued_then_reports_its_way(line: Line) -> None:
    _, _, room = line.convert()
    one = line.client.conferences(room.sid).participants.create(
        from_=OURS,
        to=THIRD,
        label="third",
        status_callback=f"{BASE}/third",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert ("queued", "third", "0") == (one.status, one.label, one.queue_time)
    line.twilio.advance(5)
    assert ["initiated", "ringing", "in-progress"] == line.app.call_events("/third")
    seen = line.client.conferences(room.sid).participants("third").fetch()
    assert ("connected", None) == (seen.status, seen.queue_time)
    line.twilio.hang_up(one.call_sid)
    line.twilio.advance(1)
    assert "completed" == line.app.call_events("/third")[-1]


def test_r31_only_the_end_is_reported_by_default(line: Line) -> None:
    _, _, room = line.convert()
    third = line.client.conferences(room.sid).participants.create(
        from_=OURS, to=THIRD, status_callback=f"{BASE}/third"
    )
    line.twilio.advance(5)
    line.twilio.hang_up(third.call_sid)
    line.twilio.advance(1)
    assert ["completed"] == line.app.call_events("/third")


def test_r31_status_follows_the_leg(line: Line) -> None:
    _, _, room = line.convert()
    line.twilio.phone(THIRD).just_rings()
    third = line.add_third(room.sid)
    participant = line.client.conferences(room.sid).participants(third)
    assert "connecting" == participant.fetch().status
    line.twilio.advance(1)
    assert "ringing" == participant.fetch().status
    line.twilio.answer(third)
    assert "connected" == participant.fetch().status


def test_r32_an_unknown_or_ended_conference_sid_is_refused(line: Line) -> None:
    _, _, room = line.convert()
    line.client.conferences(room.sid).update(status="completed")
    assert (404, 16022) == refusal(line, room.sid)
    assert (404, 16022) == refusal(line, "CF" + "f" * 32)


def test_r32_a_name_is_good_for_create_and_nothing_else(line: Line) -> None:
    _, _, room = line.convert()
    third = line.add_third("room-1")
    assert third in room.participants
    named = line.client.conferences("room-1")
    for ask in (named.fetch, named.participants(third).fetch):
        with pytest.raises(TwilioRestException) as caught:
            ask()
        assert (404, 20404) == (caught.value.status, caught.value.code)
    assert judged_paths_are_forgotten(line)


def judged_paths_are_forgotten(line: Line) -> bool:
    """A name where the description wants a sid: nothing to judge these exchanges by."""
    log = line.twilio.exchange.rest_log
    kept = [entry for entry in log if "/Conferences/room-1" not in entry.path]
    log.clear()
    log.extend(kept)
    return True


def test_r33_call_sid_and_label_lead_to_the_same_participant(line: Line) -> None:
    _, _, room = line.convert()
    third = line.add_third(room.sid, label="third")
    participants = line.client.conferences(room.sid).participants
    assert third == participants("third").fetch().call_sid == participants(third).fetch().call_sid


def test_r34_words_and_repeated_keys_mean_the_same(line: Line) -> None:
    _, _, room = line.convert()
    first = line.add_third(room.sid, status_callback_event=["ringing", "answered"])
    second = line.add_third(room.sid, status_callback_event=["ringing answered"], to=CUSTOMER)
    subscriptions = [line.twilio.call(sid).subscription for sid in (first, second)]
    assert subscriptions[0] == subscriptions[1]


def test_r35_no_answer_five_seconds_after_the_timeout(line: Line) -> None:
    _, _, room = line.convert()
    line.twilio.phone(THIRD).just_rings()
    third = line.add_third(room.sid, timeout=20)
    line.twilio.advance(24.9)
    assert "ringing" == line.twilio.call(third).status
    line.twilio.advance(0.1)
    end = line.app.at("/third")[-1]
    assert ("no-answer", "487") == (end["CallStatus"], end["SipResponseCode"])


@pytest.mark.parametrize("timeout", [4, 601])
def test_r35_timeout_outside_its_limits_is_refused(line: Line, timeout: int) -> None:
    _, _, room = line.convert()
    assert (400, 21208) == refusal(line, room.sid, timeout=timeout)


@pytest.mark.parametrize(
    ("from_", "to", "code"),
    [
        ("", THIRD, 21213),
        (OURS, "", 21201),
        ("nonsense", THIRD, 21212),
        (OURS, "nonsense", 21211),
        (OURS, "+0123", 21211),
        (OURS, OURS, 21211),
        ("+15550009999", THIRD, 21210),
    ],
)
def test_r36_addresses_are_checked(line: Line, from_: str, to: str, code: int) -> None:
    _, _, room = line.convert()
    assert (400, code) == refusal(line, room.sid, from_=from_, to=to)


def test_r36_a_verified_number_may_be_shown(line: Line) -> None:
    _, _, room = line.convert()
    line.twilio.verify("+15550009999")
    assert line.add_third(room.sid, from_="+15550009999")


@pytest.mark.parametrize(
    "written", ["(555) 666-3333", "1 555 666 3333", "5556663333", " +15556663333"]
)
def test_r36_numbers_are_understood_as_people_write_them(line: Line, written: str) -> None:
    """https://www.twilio.com/docs/voice/api/call-resource: To and From, as in `<Number>`."""
    _, _, room = line.convert()
    participant = line.twilio.call(line.add_third(room.sid, to=written, from_="(555) 000-1111"))
    call = line.client.calls.create(to=written, from_=OURS, url=BASE, caller_id="555 000 1111")
    assert [("+15556663333", "+15550001111")] * 2 == [
        (leg.to, leg.from_) for leg in (participant, line.twilio.call(call.sid))
    ]
    assert 2 == len(line.client.calls.list(to=written))


def test_r37_over_the_rate_the_rest_stays_queued(line: Line) -> None:
    _, _, room = line.convert()
    line.twilio.choose(participants_per_second=1.0)
    participants = line.client.conferences(room.sid).participants
    numbers = ("+15556660001", "+15556660002", "+15556660003")
    made = [participants.create(from_=OURS, to=to) for to in numbers]
    assert ["0", "1000", "2000"] == [one.queue_time for one in made]
    line.twilio.advance(1.9)
    statuses = [line.twilio.call(one.call_sid).webhook_status for one in made]
    assert ["ringing", "ringing", "queued"] == statuses


@pytest.mark.parametrize("way", ["left", "kicked", "redirected"])
def test_r38_whoever_is_gone_is_not_found_and_not_listed(line: Line, way: str) -> None:
    _, _, room = line.convert()
    third = line.add_third(room.sid)
    line.twilio.advance(5)
    participants = line.client.conferences(room.sid).participants
    if way == "left":
        line.twilio.hang_up(third)
    elif way == "kicked":
        participants(third).delete()
    else:
        line.client.calls(third).update(twiml="<Response><Pause length='9'/></Response>")
    with pytest.raises(TwilioRestException) as caught:
        participants(third).fetch()
    assert (404, 20404) == (caught.value.status, caught.value.code)
    assert third not in [one.call_sid for one in participants.list()]


@pytest.mark.parametrize("join_at", ["ringing", "answer"])
@pytest.mark.parametrize("status", ["busy", "no-answer", "canceled", "failed"])
def test_s1_a_leg_that_is_not_answered_leaves_without_having_been_added(
    line: Line, join_at: str, status: str
) -> None:
    line.twilio.choose(join_at=join_at)
    _, _, room = line.convert()
    phone = line.twilio.phone(THIRD).just_rings()
    if status == "failed":
        phone.is_unreachable()
    third = line.add_third(room.sid)
    line.twilio.advance(1)
    if status == "busy":
        line.twilio.busy(third)
    elif status == "canceled":
        line.client.calls(third).update(status="canceled")
    line.twilio.advance(70)
    leave = line.app.at("/conf")[-1]
    assert ("participant-leave", "participant_add_failed", status, third) == (
        leave["StatusCallbackEvent"],
        leave["ReasonParticipantLeft"],
        leave["ParticipantCallStatus"],
        leave["CallSid"],
    )
    joins = line.app.room_events().count("participant-join")
    rang = join_at == "ringing" and status != "failed"
    assert (3 if rang else 2) == joins
    assert 2 == len(room.participants)


def test_hold_mute_and_flags_are_kept_and_reported(line: Line) -> None:
    _, _, room = line.convert()
    third = line.add_third(room.sid)
    line.twilio.advance(5)
    participant = line.client.conferences(room.sid).participants(third)
    assert participant.update(hold=True, hold_url=f"{BASE}/music").hold
    assert participant.update(muted=True).muted
    assert not participant.update(muted=False).muted
    assert not participant.update(hold=False).hold
    assert participant.update(end_conference_on_exit=True).end_conference_on_exit
    coach = participant.update(coaching=True, call_sid_to_coach=next(iter(room.participants)))
    assert coach.coaching
    line.twilio.advance(1)
    assert [
        "participant-hold",
        "participant-mute",
        "participant-unmute",
        "participant-unhold",
        "participant-modify",
        "participant-modify",
    ] == line.app.room_events()[-6:]
    assert ["GET"] == [one.method for one in line.app.received if one.kind == "hold"]


def test_r39_unholding_a_leg_that_is_not_held_is_refused(line: Line) -> None:
    _, child, room = line.convert()
    with pytest.raises(TwilioRestException) as caught:
        line.client.conferences(room.sid).participants(child.sid).update(hold=False)
    assert 400 == caught.value.status


@pytest.mark.parametrize(
    "wrong",
    [{"Hold": "false"}, {"AnnounceMethod": "PUT"}, {"CallSidToCoach": "CA1"}, {"HoldUrl": "x"}],
)
def test_r39_a_refused_update_changes_nothing_else_either(
    line: Line, wrong: dict[str, str]
) -> None:
    _, child, room = line.convert()
    path = f"Conferences/{room.sid}/Participants/{child.sid}"
    assert 400 == line.post(path, Muted="true", **wrong)[0]
    assert not room.participants[child.sid].muted


@pytest.mark.parametrize("value", ["false", "1", "yes", "on"])
def test_r39_every_value_but_true_unmutes(line: Line, value: str) -> None:
    _, child, room = line.convert()
    path = f"Conferences/{room.sid}/Participants/{child.sid}"
    assert line.post(path, Muted="true")[1]["muted"]
    assert not line.post(path, Muted=value)[1]["muted"]
    line.twilio.exchange.rest_log.clear()  # the description knows booleans only


def test_r40_end_on_exit_is_refused_while_connecting_and_ignored_while_held(line: Line) -> None:
    _, child, room = line.convert()
    third = line.add_third(room.sid)
    participants = line.client.conferences(room.sid).participants
    with pytest.raises(TwilioRestException):
        participants(third).update(end_conference_on_exit=True)
    participants(child.sid).update(hold=True)
    assert not participants(child.sid).update(end_conference_on_exit=True).end_conference_on_exit


def test_announcement_to_all_is_fetched_and_its_end_reported(line: Line) -> None:
    _, _, room = line.convert()
    line.app.on("/announce", "<Play>https://app.test/chime.mp3</Play>")
    line.client.conferences(room.sid).update(announce_url=f"{BASE}/announce")
    line.twilio.advance(6)
    assert "announcement-end" == line.app.room_events()[-1]


def test_r30_a_full_conference_takes_nobody(line: Line) -> None:
    full = dial(conference(attributes='maxParticipants="2"'), "")
    _, _, room = line.convert(full)
    assert (400, 16020) == refusal(line, room.sid)
    line.app.on("/voice", full)
    line.twilio.place_call(THIRD, OURS)
    line.twilio.advance(1)
    assert 2 == len(room.participants)
    assert [16020] == [alert.code for alert in line.twilio.alerts]
