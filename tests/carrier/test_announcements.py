"""Saying something to one party of a conference, who stays in it (3.4, R25)."""

from evovoice.carrier.port import SessionRef
from evovoice.carrier.twilio_carrier import TwilioCarrier
from evovoice.domain.announcements import Announcement
from evovoice.domain.messages import LegEnded
from evovoice.domain.orders import AnnounceToLeg
from tests.carrier.fake_twilio_http import CHILD, ROOM, FakeTwilioHttp, call, participant

REF = SessionRef("acc-1", "ses-1")
TOLD = AnnounceToLeg("leg-1", CHILD, ROOM, Announcement.RETURNING)


def test_announcement_names_nothing_but_its_document(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """What is not named stays as it is: hold and mute."""
    twilio.will_answer(200, participant())
    assert () == carrier.carry_out(TOLD, REF)
    (request,) = twilio.requests
    assert request.path.endswith(f"/Conferences/{ROOM}/Participants/{CHILD}.json")
    assert {"AnnounceUrl", "AnnounceMethod"} == set(request.form)
    assert "/twilio/announcements/returning#" in request.form["AnnounceUrl"]


def test_party_who_is_gone_is_a_fact_and_no_error(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    twilio.will_refuse(404, 20404)
    twilio.will_answer(200, call(status="completed"))
    (fact,) = carrier.carry_out(TOLD, REF)
    assert isinstance(fact, LegEnded)


def test_what_was_said_leaves_no_trace_to_ask_for(carrier: TwilioCarrier) -> None:
    assert carrier.find_out(TOLD) is None
