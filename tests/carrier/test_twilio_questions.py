"""Asking Twilio: after an unknown outcome, and for legs that have been silent."""

from datetime import UTC, datetime

import pytest

from evovoice.carrier.port import (
    CarrierBusy,
    CarrierRefused,
    CarrierUnreachable,
    OutcomeUnknown,
    PossibleCall,
    SessionRef,
)
from evovoice.carrier.twilio_carrier import TwilioCarrier
from evovoice.domain.messages import LOOK, ConferenceEnded, LegEnded, LegPresence, LegProgressed
from evovoice.domain.orders import CancelLeg, DialLeg, EndConference, HangUpLeg, RedirectLeg
from evovoice.domain.states import ConferenceStatus, EndSource, LegProgress, Outcome
from tests.carrier.fake_twilio_http import (
    CHILD,
    OTHER,
    ROOM,
    FakeTwilioHttp,
    call,
    conference,
    page,
    participant,
)

REF = SessionRef("acc-1", "ses-1")
SINCE = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ENDED_AT = "Sun, 22 Nov 2026 10:00:20 +0000"
MOVE = RedirectLeg("leg-2", CHILD, "conv-7f1d")
DIAL = DialLeg("leg-3", ROOM, "+12025550124", "+12025550100")


def created(second: int) -> str:
    at = SINCE.timestamp() + second
    return datetime.fromtimestamp(at, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")


# --- look_up ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "progress"),
    [
        ("queued", LegProgress.QUEUED),
        ("ringing", LegProgress.RINGING),
        ("in-progress", LegProgress.ANSWERED),
    ],
)
def test_a_living_leg_is_as_far_as_it_is(
    carrier: TwilioCarrier,
    twilio: FakeTwilioHttp,
    now: datetime,
    status: str,
    progress: LegProgress,
) -> None:
    """One question by SID."""
    twilio.will_answer(200, call(status=status))
    assert (LegProgressed("leg-2", CHILD, progress, now),) == carrier.look_up("leg-2", CHILD)
    assert [("GET", f"/Calls/{CHILD}.json")] == [(r.method, r.path) for r in twilio.requests]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_ended_leg_ended_as_the_carrier_says(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, outcome: Outcome
) -> None:
    """The call's own record: the best source there is, with its own time."""
    twilio.will_answer(200, call(status=outcome, end_time=ENDED_AT))
    (ended,) = carrier.look_up("leg-2", CHILD)
    at = datetime(2026, 11, 22, 10, 0, 20, tzinfo=UTC)
    assert ended == LegEnded("leg-2", CHILD, outcome, EndSource.CALL, at)


def test_a_leg_nobody_knows_is_over(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """Inferred, since nobody can say any more how it ended."""
    twilio.will_refuse(404, 20404)
    twilio.will_refuse(404, 20404)
    (ended,) = carrier.look_up("leg-2", CHILD)
    assert isinstance(ended, LegEnded)
    assert (ended.source, ended.code, ended.at) == (EndSource.INFERRED, 20404, now)


def test_a_leg_in_an_unheard_of_state_is_not_guessed_at(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """Asked again later."""
    twilio.will_answer(200, call(status="pondering"))
    with pytest.raises(OutcomeUnknown):
        carrier.look_up("leg-2", CHILD)


@pytest.mark.parametrize(
    ("status", "code", "error"), [(401, 20003, CarrierUnreachable), (429, 20429, CarrierBusy)]
)
def test_a_question_that_fails_says_why(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, status: int, code: int, error: type[Exception]
) -> None:
    """By the same table as the orders."""
    twilio.will_refuse(status, code)
    with pytest.raises(error):
        carrier.look_up("leg-2", CHILD)


@pytest.mark.parametrize(
    ("status", "error"), [(401, CarrierUnreachable), (429, CarrierBusy), (500, OutcomeUnknown)]
)
def test_a_list_that_fails_says_why(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, status: int, error: type[Exception]
) -> None:
    """The SDK raises yet another error there, with the whole answer in it."""
    twilio.will_refuse(status, 20003 if status == 401 else 20500)
    with pytest.raises(error):
        carrier.look_up_dialled(OTHER, {"client:bob": "leg-2"})


# --- look_up_dialled -------------------------------------------------------------------------


def test_dialled_legs_are_known_by_their_address(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """Strangers are left out; `sip:` is missing in a call's record."""
    sip = "CA" + "12345678" * 4
    twilio.will_answer(
        200,
        page(
            "calls",
            call(to="client:bob", status="ringing"),
            call(sid=sip, to="desk@example.test", status="in-progress"),
            call(sid="CA" + "0" * 32, to="client:stranger"),
        ),
    )
    legs = {"client:bob": "leg-2", "sip:desk@example.test": "leg-3", "client:eve": "leg-4"}
    facts = carrier.look_up_dialled(OTHER, legs)
    expected = {
        LegProgressed("leg-2", CHILD, LegProgress.RINGING, now),
        LegProgressed("leg-3", sip, LegProgress.ANSWERED, now),
    }
    assert expected == set(facts)
    assert twilio.requests[0].query["ParentCallSid"] == OTHER


def test_of_two_calls_to_one_address_the_living_counts(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """One leg has one call; an older failed one must not end it."""
    old = "CA" + "12345678" * 4
    calls = [
        call(to="client:bob", status="in-progress", date_created=created(0)),
        call(sid=old, to="client:bob", status="busy", date_created=created(5)),
    ]
    twilio.will_answer(200, page("calls", *calls))
    (fact,) = carrier.look_up_dialled(OTHER, {"client:bob": "leg-2"})
    assert isinstance(fact, LegProgressed)
    assert fact.call_sid == CHILD


# --- find_out: RedirectLeg -----------------------------------------------------------------------


def test_a_moved_leg_is_found_in_the_newest_open_room(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """Everybody inside is told, with a number older than any report's."""
    old, over = "CF" + "0" * 32, "CF" + "1" * 32
    twilio.will_answer(200, call())
    rooms = [
        conference(over, "completed", date_created=created(9)),
        conference(ROOM, "init", date_created=created(5)),
        conference(old, date_created=created(0)),
    ]
    twilio.will_answer(200, page("conferences", *rooms))
    inside = [participant(), participant(OTHER, label="leg-9", hold=True)]
    ringing = participant("CA" + "5" * 32, "ringing", label="leg-8")
    twilio.will_answer(200, page("participants", *inside, ringing))
    expected = (
        LegPresence("leg-2", CHILD, ROOM, LOOK, True, False, False, now),
        LegPresence("leg-9", OTHER, ROOM, LOOK, True, True, False, now),
    )
    assert expected == carrier.find_out(MOVE)
    assert twilio.requests[1].query["FriendlyName"] == "conv-7f1d"
    assert twilio.requests[2].path == f"/Conferences/{ROOM}/Participants.json"


def test_a_leg_that_ended_on_the_way_is_over(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """Nobody looks for it in a room."""
    twilio.will_answer(200, call(status="completed"))
    facts = carrier.find_out(MOVE)
    assert facts is not None
    assert isinstance(facts[0], LegEnded)
    assert len(twilio.requests) == 1


def test_without_a_room_the_move_did_nothing(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """The leg is where it was: the order may be given again."""
    twilio.will_answer(200, call())
    twilio.will_answer(200, page("conferences", conference(status="completed")))
    assert carrier.find_out(MOVE) is None


@pytest.mark.parametrize("others", [[], [participant(OTHER)]])
def test_a_room_without_the_leg_means_that_it_was_not_moved(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, others: list[object]
) -> None:
    """Somebody else may be waiting there."""
    twilio.will_answer(200, call())
    twilio.will_answer(200, page("conferences", conference()))
    twilio.will_answer(200, page("participants", *others))
    assert carrier.find_out(MOVE) is None


# --- find_out: DialLeg -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "progress"),
    [
        ("queued", LegProgress.QUEUED),
        ("connecting", LegProgress.INITIATED),
        ("ringing", LegProgress.RINGING),
        ("connected", LegProgress.ANSWERED),
    ],
)
def test_a_dialled_leg_is_found_by_its_label(
    carrier: TwilioCarrier,
    twilio: FakeTwilioHttp,
    now: datetime,
    status: str,
    progress: LegProgress,
) -> None:
    """Our leg id is the label; only `connected` is answered, and inside."""
    twilio.will_answer(200, participant(status=status, label="leg-3"))
    facts = carrier.find_out(DIAL)
    assert facts is not None
    assert facts[0] == LegProgressed("leg-3", CHILD, progress, now)
    assert [f.inside for f in facts[1:] if isinstance(f, LegPresence)] == (
        [True] if status == "connected" else []
    )
    assert twilio.requests[0].path == f"/Conferences/{ROOM}/Participants/leg-3.json"


@pytest.mark.parametrize(
    ("status", "outcome"), [("complete", Outcome.COMPLETED), ("failed", Outcome.FAILED)]
)
def test_a_participant_that_is_over_is_over(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, status: str, outcome: Outcome
) -> None:
    """Inferred: the call's own report knows better how."""
    twilio.will_answer(200, participant(status=status, label="leg-3"))
    expected = (LegEnded("leg-3", CHILD, outcome, EndSource.INFERRED, now),)
    assert expected == carrier.find_out(DIAL)


@pytest.mark.parametrize("code", [20404, 16022, 16003])
def test_a_label_that_names_nobody_is_all_that_is_asked_for(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, code: int
) -> None:
    """What is found otherwise may be somebody else's."""
    twilio.will_refuse(404, code)
    assert carrier.find_out(DIAL) is None
    assert len(twilio.requests) == 1


def like(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, *calls: object
) -> tuple[PossibleCall, ...]:
    """Which of these calls the order may have placed."""
    twilio.will_answer(200, page("calls", *calls))
    return carrier.calls_like(DIAL, SINCE)


@pytest.mark.parametrize("status", ["queued", "ringing", *Outcome])
def test_a_leg_without_a_label_is_found_among_the_calls(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, status: str
) -> None:
    """It failed and its label is free again, or it names nobody before the answer (S1)."""
    (found,) = like(carrier, twilio, call(status=status))
    (fact,) = found.facts
    assert isinstance(fact, LegProgressed | LegEnded)
    assert ("leg-3", CHILD, CHILD) == (fact.leg_id, fact.call_sid, found.call_sid)
    assert twilio.requests[0].query["To"] == "+12025550124"
    assert "StartTime>" not in twilio.requests[0].query  # a ringing call has not started


@pytest.mark.parametrize(
    "difference",
    [
        {"status": "in-progress"},
        {"direction": "outbound-dial"},
        {"direction": "inbound"},
        {"to": "+12025550125"},
        {"from": "+12025550101"},
        {"date_created": created(-4)},
        {"date_created": None},
    ],
)
def test_somebody_elses_call_is_not_ours(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, difference: dict[str, object]
) -> None:
    """To bind a stranger's call to our leg would end with hanging it up."""
    assert () == like(carrier, twilio, call(**{"status": "ringing", **difference}))


def test_the_clocks_may_differ_a_little(carrier: TwilioCarrier, twilio: FakeTwilioHttp) -> None:
    """Twilio's times have whole seconds."""
    assert like(carrier, twilio, call(status="busy", date_created=created(-3)))


def test_of_several_calls_the_newest_comes_first(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """Which of them is the order's is not for the carrier to know."""
    older = call(OTHER, "busy", date_created=created(1))
    newer = call(status="no-answer", date_created=created(2))
    assert [CHILD, OTHER] == [one.call_sid for one in like(carrier, twilio, older, newer)]


def test_a_device_or_a_sip_phone_is_compared_without_its_trimmings(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """A call's record leaves out `sip:` and parameters."""
    twilio.will_answer(200, page("calls", call(status="ringing", to="desk@example.test")))
    order = DialLeg("leg-3", ROOM, "sip:desk@example.test?x=1", "+12025550100")
    assert carrier.calls_like(order, SINCE)


# --- find_out: the stopping orders -----------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "status", "known"),
    [
        (CancelLeg("leg-3", CHILD), "canceled", True),
        (CancelLeg("leg-3", CHILD), "in-progress", True),
        (CancelLeg("leg-3", CHILD), "ringing", False),
        (HangUpLeg("leg-3", CHILD), "completed", True),
        (HangUpLeg("leg-3", CHILD), "in-progress", False),
        (HangUpLeg("leg-3", CHILD), "ringing", False),
    ],
)
def test_a_leg_that_goes_on_was_not_stopped(
    carrier: TwilioCarrier,
    twilio: FakeTwilioHttp,
    order: CancelLeg | HangUpLeg,
    status: str,
    known: bool,
) -> None:
    """None: the order did nothing. A cancel has nothing left to do on an answered leg."""
    twilio.will_answer(200, call(status=status))
    assert known == (carrier.find_out(order) is not None)


@pytest.mark.parametrize(("status", "closed"), [("completed", True), ("in-progress", False)])
def test_a_room_is_closed_or_not(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, status: str, closed: bool
) -> None:
    """One question by SID."""
    twilio.will_answer(200, conference(status=status))
    expected = (ConferenceEnded(ROOM, now),) if closed else None
    assert expected == carrier.find_out(EndConference(ROOM))


def test_that_a_room_nobody_knows_is_closed_is_a_guess(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """As for legs."""
    twilio.will_refuse(404, 20404)
    guess = ConferenceEnded(ROOM, now, is_guess=True)
    assert (guess,) == carrier.find_out(EndConference(ROOM))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("init", ConferenceStatus.IN_PROGRESS),
        ("in-progress", ConferenceStatus.IN_PROGRESS),
        ("completed", ConferenceStatus.COMPLETED),
    ],
)
def test_a_room_is_asked_how_it_is(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, word: str, status: ConferenceStatus
) -> None:
    """By its SID."""
    twilio.will_answer(200, conference(status=word))
    assert status is carrier.conference_status(ROOM)
    assert [f"/Conferences/{ROOM}.json"] == [request.path for request in twilio.requests]


def test_a_room_that_is_not_found_is_not_called_over(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """One 404 is weak evidence (10.1), and a word that nobody knows is none."""
    twilio.will_refuse(404, 20404)
    assert ConferenceStatus.NOT_FOUND is carrier.conference_status(ROOM)
    twilio.will_answer(200, conference(status="dreaming"))
    with pytest.raises(OutcomeUnknown):
        carrier.conference_status(ROOM)


def test_a_question_may_fail_like_an_order(carrier: TwilioCarrier, twilio: FakeTwilioHttp) -> None:
    """Then nothing is known, and nothing is concluded."""
    for order in (MOVE, DIAL, EndConference(ROOM)):
        twilio.will_answer(503, "")
        with pytest.raises(OutcomeUnknown):
            carrier.find_out(order)


def test_a_room_that_closes_between_two_questions_is_empty(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """The leg is in no room then; the SDK hands a list's error on unread."""
    twilio.will_answer(200, call())
    twilio.will_answer(200, page("conferences", conference()))
    twilio.will_refuse(404, 20404)
    assert carrier.find_out(MOVE) is None


def test_a_404_that_is_not_twilios_proves_nothing(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """A wrong base address must not make every leg look over."""
    twilio.will_answer(404, "<html>Not here</html>")
    with pytest.raises(CarrierRefused):
        carrier.look_up("leg-2", CHILD)


@pytest.mark.parametrize(
    ("duration", "outcome"), [("0", Outcome.CANCELED), ("7", Outcome.COMPLETED)]
)
def test_a_call_that_was_completed_after_no_time_was_not_answered(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, duration: str, outcome: Outcome
) -> None:
    """So a call may be shown that was ended while it rang."""
    twilio.will_answer(200, call(status="completed", duration=duration))
    (ended,) = carrier.look_up("leg-3", CHILD)
    assert isinstance(ended, LegEnded)
    assert outcome == ended.outcome


def test_a_participant_who_is_there_outweighs_a_call_that_is_not_found(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """One 404 is weak evidence (10.1)."""
    twilio.will_refuse(404, 20404)
    twilio.will_answer(200, participant())
    facts = carrier.look_up("leg-3", CHILD, ROOM)
    assert LegProgressed("leg-3", CHILD, LegProgress.ANSWERED, now) == facts[0]
    assert f"/Conferences/{ROOM}/Participants/{CHILD}.json" == twilio.requests[-1].path


@pytest.mark.parametrize("room", [None, ROOM])
def test_a_call_that_is_found_the_second_time_lives(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, room: str | None
) -> None:
    """One 404 is weak evidence (10.1), and a leg may be in no conference, or not yet."""
    for _ in range(1 if room is None else 2):
        twilio.will_refuse(404, 20404)
    twilio.will_answer(200, call())
    answered = LegProgressed("leg-3", CHILD, LegProgress.ANSWERED, now)
    assert (answered,) == carrier.look_up("leg-3", CHILD, room)


@pytest.mark.parametrize("room", [None, ROOM])
def test_a_leg_that_nobody_knows_is_taken_for_gone_until_it_is_heard_of(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, room: str | None
) -> None:
    """The end has the code of the refusal, which makes it a guess."""
    for _ in range(2 if room is None else 3):
        twilio.will_refuse(404, 20404)
    (ended,) = carrier.look_up("leg-3", CHILD, room)
    assert isinstance(ended, LegEnded)
    assert (EndSource.INFERRED, 20404) == (ended.source, ended.code)
