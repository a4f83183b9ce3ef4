"""Looking into the conferences of a session's name, and the words for who is led there or out."""

from datetime import datetime

import pytest
from defusedxml import ElementTree

from evovoice.carrier.port import SessionRef
from evovoice.carrier.twilio_carrier import TwilioCarrier
from evovoice.carrier.twiml import TwimlWriter
from evovoice.domain.messages import LOOK, JoinConference, LegPresence, RoomsSeen
from evovoice.domain.orders import HangUpLeg, RedirectLeg
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
AWAY = "CF" + "7" * 32
LEGS = {CHILD: "leg-2", OTHER: "leg-1"}


def test_every_open_conference_of_the_name_is_listed_with_its_region(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    """Two regions make two of one name (10.1); one that is over tells nothing."""
    over = conference("CF" + "1" * 32, "completed", region="us1")
    rooms = [conference(ROOM, region="us1"), conference(AWAY, region="ie1"), over]
    twilio.will_answer(200, page("conferences", *rooms))
    twilio.will_answer(200, page("participants", participant()))
    twilio.will_answer(200, page("participants", participant(OTHER, conference_sid=AWAY)))
    expected = (
        LegPresence("leg-2", CHILD, ROOM, LOOK, True, False, False, now),
        LegPresence("leg-1", OTHER, AWAY, LOOK, True, False, False, now),
        RoomsSeen(now, {ROOM: "us1", AWAY: "ie1"}),
    )
    assert expected == carrier.look_into_rooms("room-1", LEGS)
    assert 3 == len(twilio.requests)


def test_look_asks_four_questions_at_most(carrier: TwilioCarrier, twilio: FakeTwilioHttp) -> None:
    rooms = [conference(f"CF{digit * 32}") for digit in "12345"]
    twilio.will_answer(200, page("conferences", *rooms))
    for _ in range(3):
        twilio.will_answer(200, page("participants"))
    carrier.look_into_rooms("room-1", LEGS)
    assert 4 == len(twilio.requests)


def test_no_conference_of_the_name_is_an_answer_too(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, now: datetime
) -> None:
    twilio.will_answer(200, page("conferences"))
    assert (RoomsSeen(now, {}),) == carrier.look_into_rooms("room-1", LEGS)


def test_leg_is_led_into_the_region_of_the_others(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    twilio.will_answer(200, call())
    assert () == carrier.carry_out(RedirectLeg("leg-2", CHILD, "room-1", "ie1"), REF)
    room = ElementTree.fromstring(twilio.requests[0].form["Twiml"])[0][0]
    assert ("room-1", "ie1") == (room.text, room.get("region"))


def test_leg_that_hears_a_sentence_first_is_not_over_yet(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """Its end is reported by the carrier, once it has heard all of it."""
    twilio.will_answer(200, call())
    assert () == carrier.carry_out(HangUpLeg("leg-2", CHILD, "Goodbye"), REF)
    said = ElementTree.fromstring(twilio.requests[0].form["Twiml"])
    assert ["Say", "Hangup"] == [verb.tag for verb in said]
    assert "Goodbye" == said[0].text


@pytest.mark.parametrize("music", [True, False])
def test_whoever_may_wait_alone_hears_music(music: bool) -> None:
    """Without a `waitUrl` the carrier plays its own (3.1)."""
    document = TwimlWriter("https://voice.example.test").write(
        JoinConference("room-1", with_music=music), REF
    )
    room = ElementTree.fromstring(document)[0][0]
    assert music is (room.get("waitUrl") is None)
