"""Every row of the error catalogue that this version can reach: status, code, sentence, pause."""

import pytest

from evovoice.carrier.cures import cure_of
from evovoice.carrier.port import CarrierBusy, CarrierRefused, CarrierUnreachable, OutcomeUnknown
from evovoice.domain.errors import (
    CallNotInSession,
    ConferenceFull,
    NotConnectedYet,
    NotYourCall,
    PersonalDataAreErased,
    SessionHasEnded,
    SessionNotFound,
    TooManyPendingMembers,
)
from evovoice.services.errors import (
    BadDestination,
    BadFromNumber,
    IdempotencyKeyReused,
    RateLimited,
    TooManyCalls,
)
from evovoice.storage.unit_of_work import DatabaseUnavailable
from tests.logged import lines_written
from tests.web.doubles import MEMBERS, NOW, WebApp, refused

BODY = {"destination": "+12025550199", "callSid": "CA02", "fromNumber": "+14155550100"}

CATALOGUE: list[tuple[Exception, int, str, str]] = [
    (SessionNotFound("s-1"), 404, "NotFound", "Session 's-1' was not found"),
    (NotYourCall("You have no leg in session s-1"), 403, "NotYourCall",
     "You have no leg in session s-1"),
    (SessionHasEnded("s-1", NOW), 409, "SessionEnded",
     "Session s-1 ended at 2026-03-01T14:05:09.120Z"),
    (PersonalDataAreErased("s-1"), 409, "PersonalDataErased",
     "The personal data of session s-1 are erased: it takes no more texts"),
    (NotConnectedYet("s-1"), 409, "NotConnected", "Session s-1 is not connected yet"),
    (CallNotInSession("s-1", "CA02"), 409, "CallNotInSession",
     "Call CA02 is not a live leg of session s-1"),
    (IdempotencyKeyReused(), 409, "IdempotencyKeyReused", "This key belongs to another request"),
    (BadDestination("InvalidDestination", "'x' is not a number, SIP address or user"), 400,
     "InvalidDestination", "'x' is not a number, SIP address or user"),
    (BadDestination("UnknownAgent", "No user 'x' in this account"), 400, "UnknownAgent",
     "No user 'x' in this account"),
    (BadDestination("EmergencyNotAllowed", "no"), 403, "EmergencyNotAllowed", "no"),
    (BadDestination("PremiumNotAllowed", "no"), 403, "PremiumNotAllowed", "no"),
    (BadDestination("CountryNotAllowed", "no"), 403, "CountryNotAllowed", "no"),
    (BadDestination("DestinationForbidden", "no"), 403, "DestinationForbidden", "no"),
    (BadFromNumber("InvalidFromNumber", "'x' is not a phone number"), 400, "InvalidFromNumber",
     "'x' is not a phone number"),
    (BadFromNumber("FromNumberNotOwned", "no"), 403, "FromNumberNotOwned", "no"),
    (ConferenceFull(10), 409, "ConferenceFull", "The conference already has 10 members"),
    (TooManyPendingMembers(3), 429, "TooManyPendingMembers", "3 parties are still being called"),
    (RateLimited(7), 429, "RateLimited", "Too many calls, try again in 7 seconds"),
    (TooManyCalls(10), 429, "TooManyCalls",
     "You have 10 calls at once; try again once one of them has ended"),
    (CarrierBusy(1.2), 503, "CarrierBusy", "The carrier is busy, try again in 2 seconds"),
    (CarrierBusy(2, "Ask somebody."), 503, "CarrierBusy",
     "The carrier is busy, try again in 2 seconds. Ask somebody."),
    (CarrierUnreachable("secret"), 503, "CarrierUnavailable", "The carrier cannot be reached"),
    (OutcomeUnknown("secret"), 503, "CarrierUnavailable", "The carrier cannot be reached"),
    (DatabaseUnavailable("secret"), 503, "ServiceUnavailable", "The service is not ready"),
]  # fmt: skip

TWILIO: list[tuple[tuple[int | None, ...], int, int, str, str]] = [
    ((21201, 21211, 21214, 21217, 13223, 13224), 400, 400, "InvalidDestination",
     "'+12025550199' is not a number, SIP address or user"),
    ((21212, 21213, 13247), 400, 403, "FromNumberNotOwned",
     "+14155550100 does not belong to this account"),
    ((21210, 13214), 400, 403, "FromNumberNotOwned",
     f"+14155550100 does not belong to this account. {cure_of(21210)}"),
    ((21215, 13227, 32205), 400, 403, "CountryNotAllowed",
     f"Calls to the country of '+12025550199' are not allowed. {cure_of(21215)}"),
    ((21216, 13225), 400, 403, "DestinationForbidden",
     f"Calls to '+12025550199' are not allowed. {cure_of(21216)}"),
    ((21219,), 400, 403, "DestinationForbidden",
     f"Calls to '+12025550199' are not allowed. {cure_of(21219)}"),
    ((21220,), 400, 409, "CallNotInSession", "Call CA02 is not a live leg of session s-1"),
    ((16020,), 400, 409, "ConferenceFull", "The conference already has 250 members"),
    ((20429,), 400, 503, "CarrierBusy", "The carrier is busy, try again in 2 seconds"),
    ((10004, 16021), 400, 503, "CarrierBusy",
     f"The carrier is busy, try again in 2 seconds. {cure_of(10004)}"),
    ((99999, None), 429, 503, "CarrierBusy", "The carrier is busy, try again in 2 seconds"),
    ((20003,), 401, 503, "CarrierUnavailable", "The carrier cannot be reached"),
    ((20500, None), 502, 503, "CarrierUnavailable", "The carrier cannot be reached"),
    ((16026,), 409, 502, "CarrierRefused", "The carrier refused the call (Twilio 16026)"),
    ((12345,), 400, 502, "CarrierRefused", "The carrier refused the call (Twilio 12345)"),
    ((None,), 418, 502, "CarrierRefused", "The carrier refused the call (Twilio 418)"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "status", "code", "message"), CATALOGUE)
def test_error_of_the_catalogue_is_answered_as_it_says_c27(
    web: WebApp, error: Exception, status: int, code: str, message: str
) -> None:
    web.calls.error = error
    response = web.api("POST", MEMBERS, json=BODY)
    assert message == refused(response, status, code)


@pytest.mark.parametrize("error", [row[0] for row in CATALOGUE])
def test_429_and_503_say_when_to_come_back_and_others_do_not_c30(
    web: WebApp, error: Exception
) -> None:
    web.calls.error = error
    response = web.api("POST", MEMBERS, json=BODY)
    pause = response.headers.get("Retry-After", "none")
    assert (response.status_code in {429, 503}) == pause.isdigit()


def test_pause_is_the_one_the_error_names_c30(web: WebApp) -> None:
    for error, seconds in ((RateLimited(7), "7"), (CarrierBusy(3.4), "4"), (CarrierBusy(0), "1")):
        web.calls.error = error
        assert seconds == web.api("POST", MEMBERS, json=BODY).headers["Retry-After"]


@pytest.mark.parametrize(("codes", "theirs", "status", "word", "message"), TWILIO)
def test_refusal_of_the_carrier_is_told_in_our_words(
    web: WebApp, codes: tuple[int | None, ...], theirs: int, status: int, word: str, message: str
) -> None:
    for code in codes:
        web.calls.error = CarrierRefused(code, theirs, "https://api.example/AC123 says no")
        response = web.api("POST", MEMBERS, json=BODY)
        assert message == refused(response, status, word)
        meta = response.get_json()["responseStatus"]["meta"]
        assert str(theirs) == meta["twilioStatus"]
        assert (str(code) if code else None) == meta.get("twilioCode")
        assert (status in {429, 503}) == ("Retry-After" in response.headers)


def test_refused_default_caller_id_is_named_as_such(web: WebApp) -> None:
    web.calls.error = CarrierRefused(21210, 400, "no")
    response = web.api("POST", MEMBERS, json={"destination": "x"})
    expected = f"The caller ID does not belong to this account. {cure_of(21210)}"
    assert expected == refused(response, 403, "FromNumberNotOwned")


def test_bug_of_ours_is_500_with_an_id_and_logged_without_numbers(web: WebApp) -> None:
    web.calls.error = ValueError("+12025550199 with Bearer ak-0123456789abcdef")
    with lines_written() as lines:
        response = web.api("POST", MEMBERS, json=BODY)
    request_id = response.headers["X-Request-Id"]
    expected = f"Internal error, quote request {request_id}"
    assert expected == refused(response, 500, "ServerError")
    (line,) = lines.records("evovoice.web.errors")
    assert request_id == line["request_id"]
    assert "in add_member" in line["exception"]
    assert "ValueError: +1•••••0199 with Bearer •••" in line["exception"]
    for secret in ("12025550199", "0123456789abcdef"):
        assert secret not in lines.text + response.get_data(as_text=True)


def test_code_that_is_in_no_catalogue_is_a_bug_of_ours(web: WebApp) -> None:
    web.calls.error = BadDestination("NeverHeardOf", "x")
    refused(web.api("POST", MEMBERS, json=BODY), 500, "ServerError")


def test_404_and_405_need_no_credentials_and_come_before_them(web: WebApp) -> None:
    refused(web.client.get("/nothing"), 404, "NotFound")
    refused(web.client.put("/sessions/s-1"), 405, "MethodNotAllowed")


def test_first_failing_check_wins_in_the_order_of_the_catalogue(web: WebApp) -> None:
    web.calls.error = SessionNotFound("s-1")
    huge, odd = b'{"destination":"' + b"x" * 70_000, b"[1"
    refused(web.client.post(MEMBERS, data=huge, content_type="text/plain"), 401, "Unauthorized")
    refused(web.api("POST", MEMBERS, data=huge, content_type="text/plain"), 413, "BodyTooLarge")
    response = web.api("POST", MEMBERS, data=odd, content_type="text/plain")
    refused(response, 415, "UnsupportedContentType")
    refused(web.api("POST", MEMBERS, data=odd), 400, "SerializationException")
    refused(web.api("POST", MEMBERS, json={}), 400, "NotEmpty")
    refused(web.api("POST", MEMBERS, json=BODY), 404, "NotFound")
