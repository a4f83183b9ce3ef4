"""What the carrier's answers say of those in a conference, and at what time they were given."""

from datetime import UTC, datetime, timedelta

import pytest
from twilio.http.response import Response
from twilio.rest import Client

from evovoice.carrier.addresses import CallbackAddresses
from evovoice.carrier.port import OutcomeUnknown, SessionRef
from evovoice.carrier.response_clock import ResponseClock
from evovoice.carrier.twilio_carrier import TwilioCarrier
from evovoice.carrier.twiml import TwimlWriter
from evovoice.domain.messages import (
    LOOK,
    ConferenceEnded,
    ConferenceStarted,
    LegAdjusted,
    LegPresence,
    LegProgressed,
)
from evovoice.domain.orders import AdjustLeg
from evovoice.domain.states import LegProgress
from tests.carrier.conftest import BASE
from tests.carrier.fake_twilio_http import (
    ACCOUNT,
    CHILD,
    OTHER,
    ROOM,
    FakeTwilioHttp,
    call,
    conference,
    page,
    participant,
)

REF = SessionRef("a-1", "s-1")
HOLD = AdjustLeg("leg-3", CHILD, ROOM, held=True)
COACH = AdjustLeg("leg-3", CHILD, ROOM, muted=False, coaching=OTHER)
LEGS = {CHILD: "leg-3", OTHER: "leg-1"}


def inside(
    now: datetime,
    *,
    held: bool = False,
    muted: bool = False,
    coaching: bool = False,
    is_answer: bool = True,
) -> LegPresence:
    return LegPresence("leg-3", CHILD, ROOM, LOOK, True, held, muted, now, coaching, is_answer)


# --- changes of a participant ---------------------------------------------------------------------


def test_answer_to_a_change_tells_how_the_participant_is(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """The REST answer is a fact (10.1)."""
    twilio.will_answer(200, participant(hold=True, muted=True, coaching=False))
    facts = carrier.carry_out(HOLD, REF)
    assert (LegAdjusted("leg-3", now), inside(now, held=True, muted=True)) == facts


def test_answer_about_another_participant_leaves_it_open(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    twilio.will_answer(200, participant(OTHER, hold=True))
    with pytest.raises(OutcomeUnknown):
        carrier.carry_out(HOLD, REF)


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (HOLD, {"hold": True}),
        (COACH, {"coaching": True, "call_sid_to_coach": OTHER}),
        (AdjustLeg("leg-3", CHILD, ROOM, held=False, coaching=""), {"coaching": False}),
    ],
)
def test_change_that_had_its_effect_is_found_out_and_not_given_again(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, order: AdjustLeg,
    found: dict[str, object],
) -> None:  # fmt: skip
    """Given again, a resume would be refused (R39)."""
    twilio.will_answer(200, participant(**found))
    facts = carrier.find_out(order)
    held, coaching = found.get("hold") is True, found.get("coaching") is True
    assert (LegAdjusted("leg-3", now), inside(now, held=held, coaching=coaching)) == facts
    assert ["GET"] == [request.method for request in twilio.requests]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (HOLD, {"hold": False}),
        (HOLD, {"hold": True, "status": "connecting"}),
        (COACH, {"muted": True, "coaching": True, "call_sid_to_coach": OTHER}),
        (COACH, {"coaching": True, "call_sid_to_coach": CHILD}),
        (COACH, {"coaching": False, "call_sid_to_coach": OTHER}),
        (AdjustLeg("leg-3", CHILD, ROOM, coaching=""), {"coaching": True}),
    ],
)
def test_change_that_had_no_effect_is_given_again(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, order: AdjustLeg, found: dict[str, object],
) -> None:  # fmt: skip
    status = str(found.pop("status", "connected"))
    twilio.will_answer(200, participant(CHILD, status, **found))
    assert carrier.find_out(order) is None


def test_participant_that_is_not_found_proves_no_effect(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    twilio.will_refuse(404, 20404)
    assert carrier.find_out(HOLD) is None


# --- a conference ---------------------------------------------------------------------------------


def test_one_question_tells_of_all_who_are_inside(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """Two or more of whom one starts it hear each other (3.1); who still connects is not inside."""
    listed = [
        participant(hold=True, coaching=True, start_conference_on_enter=True),
        participant(OTHER, start_conference_on_enter=False),
        participant("CA" + "9" * 32, "ringing"),
    ]
    twilio.will_answer(200, page("participants", *listed))
    assert (
        inside(now, held=True, coaching=True, is_answer=False),
        LegPresence("leg-1", OTHER, ROOM, LOOK, True, False, False, now),
        ConferenceStarted(ROOM, now),
    ) == carrier.look_up_conference(ROOM, LEGS)


@pytest.mark.parametrize(
    ("status", "ended"), [("completed", True), ("in-progress", False), ("init", False)]
)
def test_conference_with_nobody_inside_is_asked_whether_it_is_over(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime, status: str, ended: bool
) -> None:
    twilio.will_answer(200, page("participants"))
    twilio.will_answer(200, conference(status=status))
    wanted = (ConferenceEnded(ROOM, now),) if ended else ()
    assert wanted == carrier.look_up_conference(ROOM, LEGS)


def test_conference_that_is_not_found_proves_nothing(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    twilio.will_refuse(404, 20404)
    assert () == carrier.look_up_conference(ROOM, LEGS)


def test_call_tells_when_it_was_answered(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """A look comes later than the answer, and says that too."""
    twilio.will_answer(200, call(start_time="Sun, 22 Nov 2026 10:00:07 +0000"))
    since = datetime(2026, 11, 22, 10, 0, 7, tzinfo=UTC)
    expected = LegProgressed("leg-3", CHILD, LegProgress.ANSWERED, now, since)
    assert (expected,) == carrier.look_up("leg-3", CHILD)


# --- the time of an answer ------------------------------------------------------------------------

OURS = datetime(2026, 11, 22, 10, 0, 30, 400_000, tzinfo=UTC)
DATE = "Sun, 22 Nov 2026 10:00:30 GMT"


@pytest.mark.parametrize(
    ("headers", "ahead", "expected"),
    [
        ({"Date": DATE}, 0.0, OURS),
        ({"Date": DATE}, 5.0, OURS.replace(microsecond=999_999)),
        ({"Date": DATE}, -5.0, OURS.replace(microsecond=0)),
        ({"Date": "yesterday"}, 5.0, OURS + timedelta(seconds=5)),
        ({}, 5.0, OURS + timedelta(seconds=5)),
        (None, 0.0, OURS),
    ],
)
def test_time_of_an_answer_is_the_carriers_and_ours_within_its_second(
    headers: dict[str, str] | None, ahead: float, expected: datetime
) -> None:
    clock = ResponseClock(lambda: OURS + timedelta(seconds=ahead))
    clock.note(headers)
    assert expected == clock()


def test_facts_of_an_answer_have_its_time_whatever_our_clock_says(twilio: FakeTwilioHttp) -> None:
    """Two instances may be five seconds apart."""
    client = Client(ACCOUNT, "secret-token", http_client=_Dated(twilio))
    slow = OURS - timedelta(seconds=5)
    carrier = TwilioCarrier(client, TwimlWriter(BASE), CallbackAddresses(BASE), lambda: slow)
    twilio.will_answer(200, participant(hold=True))
    at = OURS.replace(microsecond=0)
    assert (LegAdjusted("leg-3", at), inside(at, held=True)) == carrier.carry_out(HOLD, REF)


class _Dated(FakeTwilioHttp):
    """Its answers tell the carrier's time."""

    def __init__(self, inner: FakeTwilioHttp) -> None:
        super().__init__()
        self._inner = inner

    def request(self, *args: object, **kwargs: object) -> Response:
        answer = self._inner.request(*args, **kwargs)  # type: ignore[arg-type]
        return Response(answer.status_code, answer.text, {"Date": DATE})
