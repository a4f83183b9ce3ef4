"""The question at the start: do our credentials belong to the region where we use them?"""

import logging

import pytest
from twilio.rest import Client

from evovoice.carrier.twilio_access import TwilioAccess
from tests.carrier.fake_twilio_http import ACCOUNT, FakeTwilioHttp, call, page

KEY = "SK" + "0a1b2c3d" * 4


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def access(twilio: FakeTwilioHttp, *names: str, region: str | None = None) -> TwilioAccess:
    """With an API key where `names` are its SID, its secret and the account's."""
    client = Client(*(names or (ACCOUNT, "token")), http_client=twilio)
    client.region, client.edge = region, "dublin" if region else None
    return TwilioAccess(client, "token")


def test_credentials_that_are_accepted_are_worth_no_line(
    twilio: FakeTwilioHttp, caplog: pytest.LogCaptureFixture
) -> None:
    """One short list of calls, which standard keys may read too."""
    twilio.will_answer(200, page("calls", call()))
    with caplog.at_level(logging.INFO):
        access(twilio).warn_where_refused()
    assert [("GET", "/Calls.json", {"PageSize": 1})] == [
        (request.method, request.path, request.query) for request in twilio.requests
    ]
    assert [] == lines(caplog)


@pytest.mark.parametrize(("region", "named"), [(None, "us1"), ("ie1", "ie1")])
def test_credentials_of_another_region_are_named_with_the_cure(
    twilio: FakeTwilioHttp, caplog: pytest.LogCaptureFixture, region: str | None, named: str
) -> None:
    """Twilio refuses them as if they were wrong (10.1), and says no more."""
    twilio.will_refuse(401, 20003, "Authenticate")
    access(twilio, region=region).warn_where_refused()
    (line,) = lines(caplog)
    assert f"Twilio does not accept TWILIO_AUTH_TOKEN in region {named}" in line
    assert "set TWILIO_REGION" in line
    assert ACCOUNT not in line


@pytest.mark.parametrize(
    ("refused", "named"),
    [(0, "TWILIO_API_KEY_SID with TWILIO_API_KEY_SECRET"), (1, "TWILIO_AUTH_TOKEN")],
)
def test_key_and_token_are_each_asked_about_in_the_same_region(
    twilio: FakeTwilioHttp, caplog: pytest.LogCaptureFixture, refused: int, named: str
) -> None:
    """The key gives orders, the token signs webhooks; one can be of another region alone."""
    for turn in range(2):
        if turn == refused:
            twilio.will_refuse(401, 20003)
        else:
            twilio.will_answer(200, page("calls"))
    access(twilio, KEY, "key-secret", ACCOUNT, region="ie1").warn_where_refused()
    (line,) = lines(caplog)
    assert f"Twilio does not accept {named} in region ie1" in line
    assert ["api.dublin.ie1.twilio.com"] * 2 == twilio.hosts
    assert [(KEY, "key-secret"), (ACCOUNT, "token")] == twilio.signed_in


@pytest.mark.parametrize("failure", [TimeoutError("late"), ConnectionResetError("reset")])
def test_no_answer_is_told_as_such(
    twilio: FakeTwilioHttp, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    """It proves nothing about the credentials."""
    twilio.will_fail(failure)
    access(twilio).warn_where_refused()
    (line,) = lines(caplog)
    assert line.startswith("Twilio could not be asked whether it accepts TWILIO_AUTH_TOKEN: ")
