"""Conferences: R16, R20 to R24, R26 to R28, R41, R47, R53.

https://www.twilio.com/docs/voice/twiml/conference,
https://www.twilio.com/docs/voice/api/conference-resource
"""

import pytest
from twilio.base.exceptions import TwilioRestException

from .scripted_app import BASE
from .stories import CUSTOMER, OURS, THIRD, Line, conference, dial

LONELY = f'<Conference statusCallback="{BASE}/conf">quiet</Conference>'


def enter(line: Line, noun: str, caller: str = CUSTOMER, after: str = "") -> str:
    """Somebody calls in and is put into a conference; returns the CallSid."""
    line.app.on("/voice", dial(noun, "") + after)
    sid = line.twilio.place_call(caller, OURS)
    line.twilio.advance(1)
    return sid


def test_r16_action_after_a_conference_says_answered_and_nothing_else(line: Line) -> None:
    parent, _, room = line.convert(dial(conference(), f'action="{BASE}/after"'))
    line.client.conferences(room.sid).update(status="completed")
    line.twilio.advance(1)
    form = line.app.at("/after")[0]
    assert "answered" == form["DialCallStatus"]
    assert set() == {"DialCallSid", "DialCallDuration"} & set(form)
    assert parent.sid in {one["CallSid"] for one in line.app.at("/after")}


def test_r20_names_are_trimmed_and_meet(line: Line) -> None:
    enter(line, conference("\n   room-1  "))
    enter(line, conference("room-1"), THIRD)
    assert ["room-1"] == [room.name for room in line.twilio.conferences()]


def test_r20_the_name_of_an_ended_conference_opens_a_new_one(line: Line) -> None:
    sid = enter(line, conference())
    line.twilio.hang_up(sid)
    enter(line, conference())
    first, second = line.client.conferences.list(friendly_name="room-1")
    assert {"completed", "in-progress"} == {first.status, second.status}
    assert first.sid != second.sid


def test_r20_adding_by_an_unknown_name_creates_a_conference(line: Line) -> None:
    line.add_third("brand-new")
    assert ["brand-new"] == [room.friendly_name for room in line.client.conferences.list()]


def test_r21_the_first_joiner_fixes_the_callback(line: Line) -> None:
    enter(line, conference())
    other = (
        f'<Conference statusCallback="{BASE}/other" statusCallbackEvent="join">room-1</Conference>'
    )
    enter(line, other, THIRD)
    assert [] == line.app.at("/other")
    assert ["participant-join", "participant-join", "conference-start"] == line.app.room_events()


def test_r21_without_a_callback_no_event_is_ever_sent(line: Line) -> None:
    line.add_third("room-1")
    line.twilio.advance(5)
    enter(line, conference())
    assert [] == line.app.at("/conf")


def test_r22_twiml_subscribes_to_nothing_by_default(line: Line) -> None:
    enter(line, LONELY)
    assert [] == line.app.at("/conf")


def test_r22_rest_subscribes_to_start_and_end_by_default(line: Line) -> None:
    line.add_third("room-1", conference_status_callback=f"{BASE}/conf")
    line.twilio.advance(5)
    enter(line, conference())
    line.client.conferences(line.twilio.conferences()[0].sid).update(status="completed")
    line.twilio.advance(1)
    assert ["conference-start", "conference-end"] == line.app.room_events()


def test_r23_one_alone_waits_and_the_wait_url_is_requested(line: Line) -> None:
    wait = f'waitUrl="{BASE}/music"'
    line.app.on("/music", "<Play>x.mp3</Play>")
    enter(line, conference("room-1").replace('waitUrl=""', wait))
    assert ["POST"] == [one.method for one in line.app.received if one.kind == "wait"]
    assert 1 == len(line.app.at("/music"))
    assert "conference-start" not in line.app.room_events()


def test_r23_an_empty_wait_url_is_silence(line: Line) -> None:
    enter(line, conference())
    assert "wait" not in line.app.kinds()


def test_r23_two_without_start_on_enter_do_not_start(line: Line) -> None:
    waiting = 'startConferenceOnEnter="false"'
    enter(line, conference(attributes=waiting))
    enter(line, conference(attributes=waiting), THIRD)
    assert ["participant-join", "participant-join"] == line.app.room_events()
    enter(line, conference(), "+15556667777")
    assert "conference-start" == line.app.room_events()[-1]


def test_r24_rest_says_in_progress_from_the_first_join_on(line: Line) -> None:
    enter(line, conference(attributes='startConferenceOnEnter="false"'))
    assert "in-progress" == line.client.conferences.list()[0].status


def test_r26_the_last_one_to_leave_ends_it(line: Line) -> None:
    parent, child, room = line.convert()
    line.twilio.hang_up(parent.sid)
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    end = line.app.at("/conf")[-1]
    assert ("conference-end", "last-participant-left", child.sid) == (
        end["StatusCallbackEvent"],
        end["ReasonConferenceEnded"],
        end["CallSidEndingConference"],
    )
    seen = line.client.conferences(room.sid).fetch()
    assert ("completed", "last-participant-left", child.sid) == (
        seen.status,
        seen.reason_conference_ended,
        seen.call_sid_ending_conference,
    )


def test_r26_a_leg_with_end_on_exit_takes_all_with_it(line: Line) -> None:
    boss = enter(line, conference(attributes='endConferenceOnExit="true"'))
    other = enter(line, conference(), THIRD)
    line.twilio.hang_up(boss)
    line.twilio.advance(1)
    end = line.app.at("/conf")[-1]
    assert "participant-with-end-conference-on-exit-left" == end["ReasonConferenceEnded"]
    assert "completed" == line.twilio.call(other).status
    reasons = [one.get("ReasonParticipantLeft") for one in line.app.at("/conf")]
    assert "moderator_ended_conference" in reasons


def test_r26_kicking_the_last_one_is_its_own_reason(line: Line) -> None:
    sid = enter(line, conference())
    room = line.twilio.conferences()[0]
    line.client.conferences(room.sid).participants(sid).delete()
    line.twilio.advance(1)
    assert "last-participant-kicked" == line.app.at("/conf")[-1]["ReasonConferenceEnded"]


def test_r26_kicking_a_leg_with_end_on_exit_is_its_own_reason(line: Line) -> None:
    boss = enter(line, conference(attributes='endConferenceOnExit="true"'))
    other = enter(line, conference(), THIRD)
    room = line.twilio.conferences()[0]
    line.client.conferences(room.sid).participants(boss).delete()
    line.twilio.advance(1)
    end = line.app.at("/conf")[-1]
    assert ("participant-with-end-conference-on-exit-kicked", boss) == (
        end["ReasonConferenceEnded"],
        end["CallSidEndingConference"],
    )
    assert "completed" == line.twilio.call(other).status


def test_r26_a_ringing_third_party_keeps_the_conference_alive(line: Line) -> None:
    parent, child, room = line.convert()
    line.twilio.phone(THIRD).just_rings()
    third = line.add_third(room.sid)
    line.twilio.advance(1)
    line.twilio.hang_up(parent.sid)
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    assert ("in-progress", "ringing") == (room.status, line.twilio.call(third).status)
    line.client.conferences(room.sid).update(status="completed")
    line.twilio.advance(1)
    assert "canceled" == line.twilio.call(third).status


def test_r27_documents_go_on_and_dialled_legs_end(line: Line) -> None:
    caller = enter(line, conference(), after="<Pause length='60'/>")
    room = line.twilio.conferences()[0]
    third = line.add_third(room.sid)
    line.twilio.advance(5)
    line.client.conferences(room.sid).update(status="completed")
    line.twilio.advance(1)
    assert "in-progress" == line.twilio.call(caller).status
    assert "completed" == line.twilio.call(third).status


def test_r28_a_redirected_participant_leaves_but_has_not_hung_up(line: Line) -> None:
    _, child, room = line.convert()
    again = f"<Response>{dial(conference(), '')}</Response>"
    line.client.calls(child.sid).update(twiml="<Response><Pause length='5'/></Response>")
    line.twilio.advance(1)
    leave = line.app.at("/conf")[-1]
    assert ("participant-leave", "participant_updated_via_api", "in-progress") == (
        leave["StatusCallbackEvent"],
        leave["ReasonParticipantLeft"],
        leave["ParticipantCallStatus"],
    )
    with pytest.raises(TwilioRestException) as caught:
        line.client.conferences(room.sid).participants(child.sid).fetch()
    assert (404, 20404) == (caught.value.status, caught.value.code)
    line.client.calls(child.sid).update(twiml=again)
    line.twilio.advance(1)
    assert "participant-join" == line.app.room_events()[-1]
    assert child.sid in room.participants


def test_r28_a_dialled_participant_can_be_redirected_too(line: Line) -> None:
    _, _, room = line.convert()
    third = line.add_third(room.sid)
    line.twilio.advance(5)
    line.client.calls(third).update(twiml="<Response><Pause length='5'/></Response>")
    line.twilio.advance(1)
    assert third not in room.participants
    assert "in-progress" == line.twilio.call(third).status
    assert "in-progress" == room.status


def test_r41_completed_sends_all_out_and_says_so(line: Line) -> None:
    parent, child, room = line.convert()
    answer = line.client.conferences(room.sid).update(status="completed")
    line.twilio.advance(1)
    assert ("completed", "conference-ended-via-api") == (
        answer.status,
        answer.reason_conference_ended,
    )
    last = line.app.at("/conf")
    assert ["participant-leave", "participant-leave", "conference-end"] == [
        form["StatusCallbackEvent"] for form in last[-3:]
    ]
    assert {"conference_ended_via_api"} == {one["ReasonParticipantLeft"] for one in last[-3:-1]}
    assert ("completed", "completed") == (parent.status, child.status)


def test_r41_completing_an_ended_conference_is_refused(line: Line) -> None:
    _, _, room = line.convert()
    line.client.conferences(room.sid).update(status="completed")
    with pytest.raises(TwilioRestException) as caught:
        line.client.conferences(room.sid).update(status="completed")
    assert 400 == caught.value.status


def test_r47_events_carry_their_fields_and_one_numbering(line: Line) -> None:
    parent, child, room = line.convert()
    forms = line.app.at("/conf")
    assert ["1", "2", "3"] == [form["SequenceNumber"] for form in forms]
    assert {(room.sid, "room-1", line.twilio.account_sid)} == {
        (form["ConferenceSid"], form["FriendlyName"], form["AccountSid"]) for form in forms
    }
    join = forms[0]
    assert (child.sid, "false", "false", "false", "false", "true") == tuple(
        join[name]
        for name in (
            "CallSid",
            "Muted",
            "Hold",
            "Coaching",
            "EndConferenceOnExit",
            "StartConferenceOnEnter",
        )
    )
    assert "ParticipantLabel" not in join
    assert parent.sid == forms[1]["CallSid"]
    assert {"CallSid", "Muted"}.isdisjoint(forms[2]), "conference-start is about nobody"


@pytest.mark.parametrize("join_at", ["ringing", "answer"])
def test_r53_the_start_waits_for_the_answer_of_the_second_party(line: Line, join_at: str) -> None:
    line.twilio.choose(join_at=join_at)
    enter(line, conference())
    line.twilio.phone(THIRD).just_rings()
    third = line.add_third(line.twilio.conferences()[0].sid)
    line.twilio.advance(5)
    joins = line.app.room_events().count("participant-join")
    assert {"ringing": 2, "answer": 1}[join_at] == joins
    assert "conference-start" not in line.app.room_events()
    line.twilio.answer(third)
    line.twilio.advance(1)
    assert "conference-start" == line.app.room_events()[-1]
    assert 2 == line.app.room_events().count("participant-join")


def test_lists_filter_by_name_status_and_day(line: Line) -> None:
    sid = enter(line, conference("one"))
    line.twilio.hang_up(sid)
    enter(line, conference("two"))
    listed = line.client.conferences.list(status="in-progress")
    assert ["two"] == [room.friendly_name for room in listed]
    assert 2 == len(line.client.conferences.list(date_created=line.twilio.now().date()))
    assert [] == line.client.conferences.list(date_created_before="2020-01-01")
