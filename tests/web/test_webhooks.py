"""What the carrier's questions and reports are turned into, and what it hears back."""

import pytest

from evovoice.carrier.port import SessionRef
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.messages import (
    AnswererHeard,
    ConferenceEnded,
    DialFinished,
    Farewell,
    JoinConference,
    LegEnded,
    LegProgressed,
    RecordingStarted,
)
from evovoice.domain.speech import Speech
from evovoice.domain.states import AnsweredBy, EndSource, LegProgress, Outcome
from evovoice.storage.unit_of_work import DatabaseUnavailable
from tests.logged import lines_written
from tests.web.doubles import NOW, WebApp, refused
from tests.web.test_webhook_signature import CALL, FORMS, ROOM, SESSION

QUESTIONS = ["/twilio/voice/incoming", "/twilio/voice/outgoing", f"{SESSION}/dial-action"]
ANSWERED = f"{SESSION}/legs/leg-1/answered"
REPORTS = [
    "/twilio/voice/status", f"{SESSION}/legs/leg-1", f"{SESSION}/conference",
    f"{SESSION}/legs/leg-1/recording", f"{SESSION}/legs/leg-1/detection",
]  # fmt: skip
REF = SessionRef("a-1", "s-1")


@pytest.mark.parametrize("path", QUESTIONS)
def test_question_is_answered_in_twiml(web: WebApp, path: str) -> None:
    response = web.carrier(path, FORMS[path])
    assert (200, "text/xml; charset=utf-8") == (response.status_code, response.content_type)
    assert b"Goodbye." in response.data


def test_incoming_call_is_handed_over(web: WebApp) -> None:
    web.carrier(QUESTIONS[0], FORMS[QUESTIONS[0]])
    assert [("answer_incoming", (CALL, "+12025550123", "+14155550100"))] == web.intake.calls


def test_outgoing_call_is_handed_over(web: WebApp) -> None:
    web.carrier(QUESTIONS[1], {**FORMS[QUESTIONS[1]], "FromNumber": "+14155550100"})
    expected = ("answer_outgoing", (CALL, "ann_1", "+12025550123", "+14155550100"))
    assert [expected] == web.intake.calls


def test_dial_action_is_handed_over_with_its_session(web: WebApp) -> None:
    web.carrier(QUESTIONS[2], FORMS[QUESTIONS[2]])
    facts = (DialFinished(CALL, Outcome.COMPLETED, NOW),)
    assert [("answer_dial_action", (REF, facts))] == web.intake.calls


def test_answer_of_a_call_that_we_place_is_handed_over_with_its_leg(web: WebApp) -> None:
    response = web.carrier(ANSWERED, FORMS[ANSWERED])
    assert b"Goodbye." in response.data
    answered = LegProgressed("leg-1", CALL, LegProgress.ANSWERED, NOW)
    assert [("answer_placed", (REF, answered))] == web.intake.calls


def test_who_speaks_is_handed_over_past_the_session(web: WebApp) -> None:
    """It is no fact that a session takes in (C113)."""
    speech = {
        "ConferenceSid": ROOM, "CallSid": CALL, "SequenceNumber": "7",
        "StatusCallbackEvent": "participant-speech-start",
    }  # fmt: skip
    assert 204 == web.carrier(f"{SESSION}/conference", speech).status_code
    told = Speech(None, CALL, ROOM, 7, speaks=True, at=NOW)
    assert [("receive_speech", (REF, told))] == web.intake.calls


def test_answer_of_a_placed_call_is_asked_for_again_when_the_database_is_away(web: WebApp) -> None:
    web.intake.error = DatabaseUnavailable("away")
    refused(web.carrier(ANSWERED, FORMS[ANSWERED]), 503, "ServiceUnavailable")
    web.intake.error = SessionNotFound("s-1")
    assert b"cannot be connected" in web.carrier(ANSWERED, FORMS[ANSWERED]).data


def test_answer_leads_into_the_room_of_the_session(web: WebApp) -> None:
    web.intake.instruction = JoinConference("room-1")
    for path in QUESTIONS:
        body = web.carrier(path, FORMS[path]).get_data(as_text=True)
        assert "room-1" in body
        assert "/twilio/sessions/a-1/s-1/conference" in body


def test_answer_without_a_session_is_a_farewell(web: WebApp) -> None:
    web.intake.ref = None
    web.intake.instruction = Farewell("Not in service.")
    assert b"Not in service." in web.carrier(QUESTIONS[0], FORMS[QUESTIONS[0]]).data


@pytest.mark.parametrize("path", QUESTIONS)
@pytest.mark.parametrize("error", [SessionNotFound("s-1"), RuntimeError("+12025550123 is odd")])
def test_whatever_goes_wrong_the_caller_hears_a_sentence(
    web: WebApp, path: str, error: Exception
) -> None:
    web.intake.error = error
    with lines_written() as lines:
        response = web.carrier(path, FORMS[path])
    assert (200, "text/xml; charset=utf-8") == (response.status_code, response.content_type)
    assert b"We are sorry, this call cannot be connected. Please try again later." in response.data
    assert type(error).__name__ in lines.records("evovoice.web.errors")[0]["exception"]
    assert "12025550123" not in lines.text


def test_instruction_that_needs_a_session_and_has_none_ends_in_a_sentence(web: WebApp) -> None:
    web.intake.ref, web.intake.instruction = None, JoinConference("room-1")
    assert b"cannot be connected" in web.carrier(QUESTIONS[0], FORMS[QUESTIONS[0]]).data


@pytest.mark.parametrize("path", QUESTIONS)
def test_without_the_database_the_carrier_repeats_its_question(web: WebApp, path: str) -> None:
    """A sentence would end the call: by the next try the database may be back."""
    web.intake.error = DatabaseUnavailable("away")
    refused(web.carrier(path, FORMS[path]), 503, "ServiceUnavailable")


@pytest.mark.parametrize("path", REPORTS)
def test_report_is_answered_with_204(web: WebApp, path: str) -> None:
    response = web.carrier(path, FORMS[path])
    assert (204, b"") == (response.status_code, response.data)


def test_reports_become_facts(web: WebApp) -> None:
    for path in REPORTS:
        web.carrier(path, FORMS[path])
    ended = LegEnded(None, CALL, Outcome.COMPLETED, EndSource.CALL, NOW)
    ringing = LegProgressed("leg-1", CALL, LegProgress.RINGING, NOW)
    names_and_facts = [(name, told[0], told[-1]) for name, told in web.intake.calls[1:]]
    assert (CALL, (ended,)) == web.intake.calls[0][1][1:]
    assert [
        ("receive", REF, (ringing,)),
        ("receive", REF, (ConferenceEnded(ROOM, NOW),)),
        ("receive", REF, (RecordingStarted("leg-1", NOW, "RE" + "1" * 32),)),
        ("receive", REF, (AnswererHeard("leg-1", CALL, AnsweredBy.MACHINE, NOW),)),
    ] == names_and_facts


def test_reports_of_different_kinds_have_different_receipts(web: WebApp) -> None:
    web.carrier(REPORTS[0], {"CallSid": CALL, "CallStatus": "ringing"})
    web.carrier(REPORTS[1], {"CallSid": CALL, "CallStatus": "ringing"})
    web.carrier(REPORTS[1], {"CallSid": CALL, "CallStatus": "completed"})
    keys = [web.intake.calls[0][1][0], web.intake.calls[1][1][1], web.intake.calls[2][1][1]]
    assert 3 == len(set(keys))


@pytest.mark.parametrize("path", REPORTS[1:])
def test_report_on_an_unknown_session_is_404(web: WebApp, path: str) -> None:
    web.intake.error = SessionNotFound("s-1")
    message = refused(web.carrier(path, FORMS[path]), 404, "NotFound")
    assert "Session 's-1' was not found" == message


@pytest.mark.parametrize("ids", ["a-1/s%00", "a%00/s-1", "a.1/s-1", "a-1/" + "s" * 65])
def test_address_that_we_never_gave_out_is_404(web: WebApp, ids: str) -> None:
    for path in REPORTS[1:]:
        odd = path.replace("a-1/s-1", ids)
        refused(web.carrier(odd, FORMS[path]), 404, "NotFound")
    refused(web.carrier(f"{SESSION}/legs/a%00", FORMS[REPORTS[1]]), 404, "NotFound")
    assert [] == web.changes


@pytest.mark.parametrize("path", REPORTS)
def test_report_that_cannot_be_stored_is_asked_for_again(web: WebApp, path: str) -> None:
    web.intake.error = DatabaseUnavailable("away")
    refused(web.carrier(path, FORMS[path]), 503, "ServiceUnavailable")
