"""Orders become exactly these requests, and their answers exactly these facts."""

from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from twilio.rest import Client

from evovoice.carrier.addresses import CallbackAddresses
from evovoice.carrier.port import CarrierError, CarrierRefused, OutcomeUnknown, SessionRef
from evovoice.carrier.twilio_carrier import TwilioCarrier
from evovoice.carrier.twiml import TwimlWriter
from evovoice.domain.messages import LOOK, ConferenceEnded, LegEnded, LegPresence, LegProgressed
from evovoice.domain.orders import (
    CancelLeg,
    DialLeg,
    DialSupervisor,
    EndConference,
    HangUpLeg,
    Order,
    RedirectLeg,
)
from evovoice.domain.states import EndSource, LegProgress, Outcome
from tests.carrier.fake_twilio_http import (
    ACCOUNT,
    CHILD,
    OTHER,
    ROOM,
    FakeTwilioHttp,
    Request,
    call,
    conference,
    participant,
)

REF = SessionRef("acc-1", "ses-1")
SESSION = "https://voice.example.com/twilio/sessions/acc-1/ses-1"
REPEATS = "#rc=3&rp=all"
ROOM_EVENTS = ["start", "end", "join", "leave", "mute", "hold", "modify"]
MOVE = RedirectLeg("leg-2", CHILD, "conv-7f1d")
DIAL = DialLeg("leg-3", ROOM, "+12025550124", "+12025550100")
CANCEL = CancelLeg("leg-3", CHILD)
HANG_UP = HangUpLeg("leg-3", CHILD)
CLOSE = EndConference(ROOM)
OfALeg = RedirectLeg | CancelLeg | HangUpLeg
OF_A_LEG: list[OfALeg] = [MOVE, CANCEL, HANG_UP]
GONE_OR_NOT = [(400, 21220), (404, 20404)]  # what a refusal looks like that proves only itself


def test_moving_a_leg_is_one_request_with_the_document_inside(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """No second fetch, and nothing known by it: the callbacks tell (1.1)."""
    twilio.will_answer(200, call())
    assert carrier.carry_out(MOVE, REF) == ()
    (request,) = twilio.requests
    assert (request.method, request.path) == ("POST", f"/Calls/{CHILD}.json")
    assert list(request.form) == ["Twiml"]
    room = ET.fromstring(request.form["Twiml"])[0][0]  # noqa: S314  our own document
    assert (room.tag, room.text) == ("Conference", "conv-7f1d")
    assert room.get("statusCallback") == f"{SESSION}/conference{REPEATS}"


def test_dialling_a_leg_is_one_request_into_the_running_room(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """By conference SID, under our leg id, with both callback addresses (3.3)."""
    twilio.will_answer(201, participant(status="queued"))
    queued = LegProgressed("leg-3", CHILD, LegProgress.QUEUED, now)
    assert (queued,) == carrier.carry_out(DIAL, REF)
    form = {
        "To": "+12025550124",
        "From": "+12025550100",
        "Label": "leg-3",
        "Timeout": 30,
        "Beep": "false",
        "EarlyMedia": "true",
        "StartConferenceOnEnter": "true",
        "EndConferenceOnExit": "false",
        "WaitUrl": "",
        "StatusCallback": f"{SESSION}/legs/leg-3{REPEATS}",
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "ConferenceStatusCallback": f"{SESSION}/conference{REPEATS}",
        "ConferenceStatusCallbackEvent": ROOM_EVENTS,
    }
    expected = Request("POST", f"/Conferences/{ROOM}/Participants.json", form, {})
    assert [expected] == twilio.requests


def test_dial_for_people_alone_has_the_carrier_listen_and_tell_us_c120(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """`AsyncAmd` belongs to calls (21263); without a callback nobody is told (21262)."""
    twilio.will_answer(201, participant(status="queued"))
    carrier.carry_out(replace(DIAL, detect_machine=True), REF)
    form = twilio.requests[0].form
    assert {
        "MachineDetection": "Enable",
        "MachineDetectionTimeout": 15,
        "AmdStatusCallback": f"{SESSION}/legs/leg-3/detection{REPEATS}",
    } == {name: value for name, value in form.items() if "Amd" in name or "Machine" in name}


@pytest.mark.parametrize("coached", ["", "CA" + "2" * 32])
def test_who_supervises_is_muted_by_the_dial_itself_and_nobody_hears_their_ringing(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, coached: str
) -> None:
    """Muting after the answer would let them be heard for a moment (3.3, 10.4)."""
    twilio.will_answer(201, participant(status="queued"))
    carrier.carry_out(DialSupervisor("leg-3", ROOM, "client:eve_1", "+12025550100", coached), REF)
    form = twilio.requests[0].form
    assert ("true", "false") == (form["Muted"], form["EarlyMedia"])
    told = (form.get("Coaching"), form.get("CallSidToCoach"))
    assert (("true", coached) if coached else (None, None)) == told


def test_dialled_leg_asks_for_the_region_of_the_room(twilio: FakeTwilioHttp, now: datetime) -> None:
    """The first to join a conference sets its region, as with its callback (3.1)."""
    client = Client(ACCOUNT, "secret-token", http_client=twilio, region="ie1", edge="dublin")
    base = "https://voice.example.com"
    carrier = TwilioCarrier(client, TwimlWriter(base), CallbackAddresses(base), lambda: now)
    twilio.will_answer(201, participant(status="queued"))
    carrier.carry_out(DIAL, REF)
    assert "ie1" == twilio.requests[0].form["Region"]


def test_dialled_leg_subscribes_to_speakers_as_the_room_does(
    twilio: FakeTwilioHttp, now: datetime
) -> None:
    """Whoever joins first sets the subscription (3.1)."""
    client = Client(ACCOUNT, "secret-token", http_client=twilio)
    base = "https://voice.example.com"
    twiml = TwimlWriter(base, with_speakers=True)
    carrier = TwilioCarrier(client, twiml, CallbackAddresses(base), lambda: now)
    twilio.will_answer(201, participant(status="queued"))
    carrier.carry_out(DIAL, REF)
    assert [*ROOM_EVENTS, "speaker"] == twilio.requests[0].form["ConferenceStatusCallbackEvent"]


@pytest.mark.parametrize(
    ("order", "path", "status"),
    [
        (CANCEL, f"/Calls/{CHILD}.json", "canceled"),
        (HANG_UP, f"/Calls/{CHILD}.json", "completed"),
        (CLOSE, f"/Conferences/{ROOM}.json", "completed"),
    ],
)
def test_the_stopping_orders_are_one_request_each(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, order: Order, path: str, status: str
) -> None:
    """`canceled` spares who has just answered, `completed` nobody (R12)."""
    twilio.will_answer(200, conference() if order is CLOSE else call(status=status))
    carrier.carry_out(order, REF)
    assert [Request("POST", path, {"Status": status}, {})] == twilio.requests


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("canceled", Outcome.CANCELED),
        ("no-answer", Outcome.NO_ANSWER),
        ("completed", Outcome.COMPLETED),
    ],
)
def test_a_cancelled_leg_has_ended(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, status: str, outcome: Outcome
) -> None:
    """Inferred: our own order does not prove that it was ever answered."""
    twilio.will_answer(200, call(status=status))
    ended = LegEnded("leg-3", CHILD, outcome, EndSource.INFERRED, now)
    assert (ended,) == carrier.carry_out(CANCEL, REF)


@pytest.mark.parametrize("status", ["in-progress", "ringing", "queued"])
def test_the_call_is_asked_where_the_answer_to_a_cancel_is_no_end(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, status: str
) -> None:
    """R12: a leg that was answered before goes on; only the call itself says so."""
    twilio.will_answer(200, call(status=status))
    twilio.will_answer(200, call(status="in-progress"))
    answered = LegProgressed("leg-3", CHILD, LegProgress.ANSWERED, now)
    assert (answered,) == carrier.carry_out(CANCEL, REF)
    assert ["POST", "GET"] == [request.method for request in twilio.requests]


@pytest.mark.parametrize("status", ["in-progress", "ringing", "queued"])
@pytest.mark.parametrize("rings", ["ringing", "queued", "initiated"])
def test_a_leg_that_rings_on_after_a_cancel_is_completed(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, status: str, rings: str
) -> None:
    """While a dial rings, `canceled` may have no effect and `in-progress` no meaning (2)."""
    twilio.will_answer(200, call(status=status))
    twilio.will_answer(200, call(status=rings))
    twilio.will_answer(200, call(status="completed"))
    ended = LegEnded("leg-3", CHILD, Outcome.CANCELED, EndSource.INFERRED, now)
    assert (ended,) == carrier.carry_out(CANCEL, REF)
    assert {"Status": "completed"} == twilio.requests[-1].form


@pytest.mark.parametrize("status", ["completed", "in-progress"])
def test_a_leg_that_is_hung_up_has_ended(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, status: str
) -> None:
    """Even where the answer still shows the state before."""
    twilio.will_answer(200, call(status=status))
    ended = LegEnded("leg-3", CHILD, Outcome.COMPLETED, EndSource.INFERRED, now)
    assert (ended,) == carrier.carry_out(HANG_UP, REF)


@pytest.mark.parametrize("order", OF_A_LEG)
@pytest.mark.parametrize("refusal", GONE_OR_NOT)
def test_a_leg_that_is_over_is_no_error(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, order: OfALeg, refusal: tuple[int, int]
) -> None:
    """After a refusal the call is asked, and its own word counts (1.3, 10.1)."""
    twilio.will_refuse(*refusal)
    twilio.will_answer(200, call(status="busy"))
    (ended,) = carrier.carry_out(order, REF)
    assert isinstance(ended, LegEnded)
    assert (order.leg_id, Outcome.BUSY, EndSource.CALL) == (
        ended.leg_id, ended.outcome, ended.source,
    )  # fmt: skip


@pytest.mark.parametrize("order", [MOVE, HANG_UP])
@pytest.mark.parametrize("refusal", GONE_OR_NOT)
def test_a_refusal_about_a_leg_that_lives_ends_nothing(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, order: Order, refusal: tuple[int, int]
) -> None:
    """It proves only itself: what was ordered has not happened, and the leg talks on (10.1)."""
    twilio.will_refuse(*refusal)
    twilio.will_answer(200, call(status="in-progress"))
    with pytest.raises(CarrierRefused) as refused:
        carrier.carry_out(order, REF)
    assert refusal == (refused.value.status, refused.value.code)


@pytest.mark.parametrize("refusal", GONE_OR_NOT)
def test_a_refused_cancel_spares_a_leg_that_was_answered(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, refusal: tuple[int, int]
) -> None:
    """Two people talk there: nothing may follow from the refusal (10.1)."""
    twilio.will_refuse(*refusal)
    twilio.will_answer(200, call(status="in-progress"))
    answered = LegProgressed("leg-3", CHILD, LegProgress.ANSWERED, now)
    assert (answered,) == carrier.carry_out(CANCEL, REF)


@pytest.mark.parametrize("refusal", GONE_OR_NOT)
def test_a_leg_that_rings_on_after_a_refused_cancel_is_completed(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, refusal: tuple[int, int]
) -> None:
    twilio.will_refuse(*refusal)
    twilio.will_answer(200, call(status="ringing"))
    twilio.will_answer(200, call(status="completed"))
    ended = LegEnded("leg-3", CHILD, Outcome.CANCELED, EndSource.INFERRED, now)
    assert (ended,) == carrier.carry_out(CANCEL, REF)


def test_stopping_what_rings_ends_after_three_refusals(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """Both ways to stop it are refused: the order's row decides about another try."""
    for _ in range(2):
        twilio.will_refuse(400, 21220)
        twilio.will_answer(200, call(status="ringing"))
    with pytest.raises(CarrierRefused):
        carrier.carry_out(CANCEL, REF)
    assert 4 == len(twilio.requests)


@pytest.mark.parametrize("order", OF_A_LEG)
@pytest.mark.parametrize("refusal", GONE_OR_NOT)
def test_a_call_that_cannot_be_found_leaves_the_outcome_open(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, order: Order, refusal: tuple[int, int]
) -> None:
    """Two answers of that kind are weak evidence: it is asked for again (10.1)."""
    twilio.will_refuse(*refusal)
    twilio.will_refuse(404, 20404)
    with pytest.raises(OutcomeUnknown):
        carrier.carry_out(order, REF)


@pytest.mark.parametrize("order", OF_A_LEG)
def test_a_404_that_is_not_twilios_ends_no_leg(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, order: Order
) -> None:
    """A wrong base address must not make every call look over."""
    twilio.will_answer(404, "<html>Not here</html>")
    with pytest.raises(CarrierRefused):
        carrier.carry_out(order, REF)


@pytest.mark.parametrize(("status", "code"), [(400, 20001), (404, 20404)])
def test_a_room_that_is_over_is_closed(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, status: int, code: int
) -> None:
    """Section 2: a 400 there means that it was over already; but the room must say so itself."""
    twilio.will_refuse(status, code)
    twilio.will_answer(200, conference(status="completed"))
    assert (ConferenceEnded(ROOM, now),) == carrier.carry_out(CLOSE, REF)


@pytest.mark.parametrize(("status", "code"), [(400, 20001), (404, 20404)])
def test_a_room_that_goes_on_was_not_closed(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, status: int, code: int
) -> None:
    """The refusal proves only itself (10.1): the order stands and is given again."""
    twilio.will_refuse(status, code)
    twilio.will_answer(200, conference(status="in-progress"))
    with pytest.raises(CarrierRefused):
        carrier.carry_out(CLOSE, REF)


def test_a_room_that_is_not_found_twice_is_only_presumed_to_be_over(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """Nothing is known of those inside."""
    twilio.will_refuse(404, 20404)
    twilio.will_refuse(404, 20404)
    assert (ConferenceEnded(ROOM, now, is_guess=True),) == carrier.carry_out(CLOSE, REF)


@pytest.mark.parametrize(("status", "code"), [(404, 16022), (404, 16003), (404, 20404)])
def test_nobody_is_dialled_into_a_room_that_is_over(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, status: int, code: int
) -> None:
    """It is refused with its code, and not retried by name: that would make a ghost (1.4)."""
    twilio.will_refuse(status, code)
    with pytest.raises(CarrierRefused) as refusal:
        carrier.carry_out(DIAL, REF)
    assert (code, status) == (refusal.value.code, refusal.value.status)
    assert len(twilio.requests) == 1


def test_a_label_that_is_taken_is_our_own_earlier_order(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """16026: nobody is dialled twice, the party found under the label is the one."""
    twilio.will_refuse(400, 16026)
    twilio.will_answer(200, participant(status="ringing", label="leg-3"))
    ringing = LegProgressed("leg-3", CHILD, LegProgress.RINGING, now)
    assert (ringing,) == carrier.carry_out(DIAL, REF)


def test_a_label_that_was_taken_by_somebody_nobody_finds_stays_unknown(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """Asked again later, rather than dialled again now: between the two they may have hung up."""
    twilio.will_refuse(400, 16026)
    twilio.will_refuse(404, 20404)
    with pytest.raises(OutcomeUnknown):
        carrier.carry_out(DIAL, REF)


def test_the_party_behind_a_taken_label_may_be_in_the_room(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """`connected` is both: answered, and inside (4.3)."""
    twilio.will_refuse(400, 16026)
    twilio.will_answer(200, participant(label="leg-3", muted=True))
    answered = LegProgressed("leg-3", CHILD, LegProgress.ANSWERED, now)
    inside = LegPresence("leg-3", CHILD, ROOM, LOOK, True, False, True, now)
    assert (answered, inside) == carrier.carry_out(DIAL, REF)


@pytest.mark.parametrize("order", [*OF_A_LEG, DIAL])
@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", "null", "7", '"x"', "{}", '{"sid": 1, "call_sid": "CA"}']
)
def test_an_answer_that_does_not_name_the_call_leaves_the_outcome_open(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, order: Order, body: str
) -> None:
    """Success in the status line alone proves nothing."""
    twilio.will_answer(201 if order is DIAL else 200, body)
    with pytest.raises(OutcomeUnknown):
        carrier.carry_out(order, REF)


@pytest.mark.parametrize("order", OF_A_LEG)
def test_an_answer_about_another_call_leaves_the_outcome_open(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, order: Order
) -> None:
    """Crossed answers must not end the wrong leg."""
    twilio.will_answer(200, call(sid=OTHER))
    with pytest.raises(OutcomeUnknown):
        carrier.carry_out(order, REF)


@pytest.mark.parametrize("order", [*OF_A_LEG, DIAL, CLOSE])
def test_an_order_is_never_repeated_by_itself(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, order: Order
) -> None:
    """One request, whatever comes back: its row decides about a second."""
    twilio.will_answer(503, "")
    with pytest.raises(CarrierError):
        carrier.carry_out(order, REF)
    assert len(twilio.requests) == 1


def test_an_account_that_is_rejected_closes_no_room(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """A 403 is no "already over"."""
    for status, code in ((403, 20003), (422, 21205)):
        twilio.will_refuse(status, code)
        with pytest.raises(CarrierError):
            carrier.carry_out(CLOSE, REF)
