"""Every way to fail, and what it means for the order."""

import ssl
from socket import gaierror

import pytest
import requests.exceptions as of_requests
from twilio.base.exceptions import TwilioException
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from evovoice.carrier.port import (
    AccountRejected,
    CarrierBusy,
    CarrierError,
    CarrierRefused,
    CarrierUnreachable,
    CredentialsRefused,
    NotFound,
    OutcomeUnknown,
    SessionRef,
    Unanswered,
)
from evovoice.carrier.twilio_carrier import TwilioCarrier
from evovoice.carrier.twilio_errors import carrier_error
from evovoice.domain.orders import DialLeg, HangUpLeg, RedirectLeg
from tests.carrier.fake_twilio_http import ACCOUNT, CHILD, ROOM, FakeTwilioHttp

REF = SessionRef("acc-1", "ses-1")
DIAL = DialLeg("leg-3", ROOM, "+12025550124", "+12025550100")
HOST = HTTPConnection("api.twilio.com")
POOL = HTTPConnectionPool("api.twilio.com")
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json?To=%2B12025550124"

ANSWERS: list[tuple[int, int, type[CarrierError]]] = [
    (429, 20429, CarrierBusy),
    (429, 88000, CarrierBusy),
    (400, 10004, CarrierBusy),
    (400, 16021, CarrierBusy),
    (401, 20003, CredentialsRefused),
    (401, 70001, CredentialsRefused),
    (403, 20003, CredentialsRefused),
    (403, 20005, AccountRejected),
    (403, 403, AccountRejected),
    (403, 21215, CarrierRefused),
    (400, 21211, CarrierRefused),
    (400, 21210, CarrierRefused),
    (400, 13223, CarrierRefused),
    (400, 15004, CarrierRefused),
    (404, 16022, NotFound),
    (404, 16003, NotFound),
    (404, 20404, NotFound),
    (422, 99999, CarrierRefused),
    (408, 20408, Unanswered),
    (302, 302, Unanswered),
    (500, 20500, Unanswered),
    (502, 502, Unanswered),
    (503, 20503, Unanswered),
]

NOT_CONNECTED: list[Exception] = [
    ConnectTimeoutError(HOST, "timed out"),
    NewConnectionError(HOST, "refused"),
    NameResolutionError("api.twilio.com", HOST, gaierror(-2, "unknown")),
    ProxyError("no way", OSError("refused")),
    SSLError(ssl.SSLCertVerificationError("self-signed")),
    MaxRetryError(POOL, PATH, NewConnectionError(HOST, "refused")),
    of_requests.ConnectTimeout(MaxRetryError(POOL, PATH, ConnectTimeoutError(HOST, "late"))),
    of_requests.ConnectionError(MaxRetryError(POOL, PATH, NewConnectionError(HOST, "refused"))),
]

PERHAPS_DONE: list[Exception] = [
    ReadTimeoutError(POOL, PATH, "Read timed out."),
    ProtocolError("Connection aborted.", ConnectionResetError(104, "reset")),
    SSLError(ssl.SSLError("broken record")),
    of_requests.ReadTimeout(ReadTimeoutError(POOL, PATH, "Read timed out.")),
    of_requests.ConnectionError(ProtocolError("aborted", ConnectionResetError())),
    ConnectionResetError(104, "reset"),
    TimeoutError("late"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no text"),
    RecursionError("deep"),
    TwilioException("something"),
]


@pytest.mark.parametrize(("status", "code", "meaning"), ANSWERS)
def test_an_answer_means_one_thing(
    carrier: TwilioCarrier,
    twilio: FakeTwilioHttp,
    status: int,
    code: int,
    meaning: type[CarrierError],
) -> None:
    """The table, in Twilio's older error shape."""
    twilio.will_refuse(status, code)
    with pytest.raises(CarrierError) as error:
        carrier.carry_out(DIAL, REF)
    assert meaning is type(error.value)


@pytest.mark.parametrize(("status", "code", "meaning"), ANSWERS)
def test_the_newer_error_shape_means_the_same(
    carrier: TwilioCarrier,
    twilio: FakeTwilioHttp,
    status: int,
    code: int,
    meaning: type[CarrierError],
) -> None:
    """RFC 9457: the SDK raises another class for it, of no common kind (8.3)."""
    body = {"type": "https://x", "title": "no", "status": status, "code": code}
    twilio.will_answer(status, body)
    with pytest.raises(CarrierError) as error:
        carrier.carry_out(DIAL, REF)
    assert meaning is type(error.value)


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        (21215, "Voice Geographic Permissions"),
        (13227, "Voice Geographic Permissions"),
        (32205, "Voice Geographic Permissions"),
        (21216, "Primary Customer Profile"),
        (13225, "Primary Customer Profile"),
        (10004, "Primary Customer Profile"),
        (16021, "Primary Customer Profile"),
        (21210, "Verified Caller IDs"),
        (13214, "Verified Caller IDs"),
        (21219, "upgrade the account"),
    ],
)
def test_a_refusal_that_lies_in_the_account_names_who_can_mend_it_and_where(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, code: int, cure: str
) -> None:
    """Agents read it, and it is logged."""
    twilio.will_refuse(400, code, "number +12025550124 is refused")
    with pytest.raises(CarrierError) as error:
        carrier.carry_out(DIAL, REF)
    text = str(error.value)
    assert "administrator" in text
    assert cure in text
    assert "2025550124" not in text


def test_other_refusals_name_no_administrator(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """Nobody can mend a wrong number in Twilio's console; a busy API is over by itself."""
    for status, code in ((400, 21211), (400, 99999), (429, 20429)):
        twilio.will_refuse(status, code)
        with pytest.raises(CarrierError) as error:
            carrier.carry_out(DIAL, REF)
        assert "administrator" not in str(error.value)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "[]",
        "null",
        '{"code": "21211", "message": "no"}',
        '{"type": 1, "title": 2, "status": "400", "code": "21211"}',
        '{"type": 1, "title": 2, "status": 400, "code": null}',
        '{"code": {"a": 1}}',
    ],
)
def test_a_refusal_in_any_words_is_a_refusal(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, body: str
) -> None:
    """The status counts where the body is of no use."""
    twilio.will_answer(400, body)
    with pytest.raises(CarrierRefused) as refusal:
        carrier.carry_out(DIAL, REF)
    assert refusal.value.status == 400
    assert refusal.value.code in (21211, None)


@pytest.mark.parametrize("error", NOT_CONNECTED)
def test_without_a_connection_nothing_happened(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, error: Exception
) -> None:
    """The order may be repeated at once."""
    twilio.will_fail(error)
    with pytest.raises(CarrierUnreachable):
        carrier.carry_out(DIAL, REF)


@pytest.mark.parametrize("error", PERHAPS_DONE)
def test_once_sent_the_outcome_is_open(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp, error: Exception
) -> None:
    """Asked about before it is repeated (1.3)."""
    twilio.will_fail(error)
    with pytest.raises(OutcomeUnknown):
        carrier.carry_out(DIAL, REF)


def test_a_busy_carrier_without_a_date_is_asked_again_in_a_second(
    carrier: TwilioCarrier, twilio: FakeTwilioHttp
) -> None:
    """The SDK's error has lost the header; our own client reads it before."""
    twilio.will_refuse(429, 20429)
    with pytest.raises(CarrierBusy) as busy:
        carrier.carry_out(DIAL, REF)
    assert busy.value.retry_after == 1.0


@pytest.mark.parametrize(
    "order", [DIAL, RedirectLeg("leg-2", CHILD, "conv-7f1d"), HangUpLeg("leg-2", CHILD)]
)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_no_text_says_who_was_called_or_how_we_sign_in(
    carrier: TwilioCarrier,
    twilio: FakeTwilioHttp,
    order: DialLeg | RedirectLeg | HangUpLeg,
    status: int,
) -> None:
    """Twilio's own sentences repeat numbers and addresses; ours do not, chain included."""
    spoken = f"The number +12025550124 of {ACCOUNT} at https://api.twilio.com is secret-token"
    twilio.will_refuse(status, 21211, spoken)
    with pytest.raises(CarrierError) as error:
        carrier.carry_out(order, REF)
    assert error.value.__suppress_context__
    for secret in ("12025550124", ACCOUNT, "https://", "secret-token", CHILD, ROOM):
        assert secret not in str(error.value)


@pytest.mark.parametrize("error", [*NOT_CONNECTED, *PERHAPS_DONE])
def test_no_text_says_where_we_called(error: Exception) -> None:
    """The libraries' errors repeat the address with its query."""
    text = str(carrier_error(error))
    assert "twilio.com" not in text
    assert ACCOUNT not in text
