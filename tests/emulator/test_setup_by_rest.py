"""How the account is set up, as REST tells it: account, keys, caller IDs, permissions, regions.

https://www.twilio.com/docs/iam/api/account,
https://www.twilio.com/docs/voice/api/outgoing-caller-ids
"""

from collections.abc import Callable

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from evovoice.emulator.http.options import parse_options
from evovoice.emulator.rest.messages import Form, RestRequest, RestResponse
from evovoice.emulator.server import build_exchange
from evovoice.emulator.state.account import basic

from .stories import OURS, Line

KEY = "SK" + "b" * 32


def with_key(line: Line) -> Client:
    """A client with a standard key."""
    sid = line.twilio.account_sid
    return Client(KEY, "key-secret", sid, http_client=line.twilio.http_client)


def refusal(ask: Callable[[], object]) -> tuple[int, int]:
    """Status and code of a request that is refused."""
    with pytest.raises(TwilioRestException) as caught:
        ask()
    return caught.value.status, caught.value.code


def test_r43_the_account_tells_type_status_and_token(line: Line) -> None:
    line.twilio.account_is(type="Trial", status="suspended")
    account = line.client.api.v2010.accounts(line.twilio.account_sid).fetch()
    assert ("Trial", "suspended", line.twilio.auth_token) == (
        account.type,
        account.status,
        account.auth_token,
    )
    assert account.sid == account.owner_account_sid == line.twilio.account_sid


def test_r44_a_key_opens_neither_the_account_nor_keys(line: Line) -> None:
    """As Twilio's table of key types says; everything else it opens (twilio-python #259)."""
    client = with_key(line)
    assert [] == client.calls.list()
    assert (401, 20003) == refusal(client.api.v2010.accounts(line.twilio.account_sid).fetch)
    assert (401, 20003) == refusal(client.iam.v1.api_key(KEY).fetch)


def test_r44_other_hosts_want_credentials_too(line: Line) -> None:
    sid, http = line.twilio.account_sid, line.twilio.http_client
    stranger = Client(sid, "wrong", http_client=http)
    assert (401, 20003) == refusal(stranger.iam.v1.api_key(KEY).fetch)
    assert (401, 20003) == refusal(stranger.routes.v2.phone_numbers(OURS).fetch)


def test_only_a_restricted_key_has_a_policy(line: Line) -> None:
    assert line.client.iam.v1.api_key(KEY).fetch().policy is None
    line.twilio.account_is(restricted_keys=frozenset({KEY}))
    assert line.client.iam.v1.api_key(KEY).fetch().policy


def test_verified_numbers_are_listed(line: Line) -> None:
    for number in ("+15550002222", "+15550001122", "+442079460123"):
        line.twilio.verify(number)
    listed = line.client.outgoing_caller_ids.list(page_size=2)
    assert ["+15550001122", "+15550002222", "+442079460123"] == [one.phone_number for one in listed]
    (found,) = line.client.outgoing_caller_ids.list(phone_number="+442079460123")
    assert "+442079460123" == line.client.outgoing_caller_ids(found.sid).fetch().phone_number
    assert [] == line.client.outgoing_caller_ids.list(friendly_name="nobody")


def test_a_country_may_be_called_until_it_is_closed(line: Line) -> None:
    countries = line.client.voice.v1.dialing_permissions.countries
    assert countries("GB").fetch().low_risk_numbers_enabled is True
    line.twilio.account_is(closed_countries=frozenset({"GB"}))
    found = countries("GB").fetch()
    assert (False, ["+44"]) == (found.low_risk_numbers_enabled, found.country_codes)


def test_r59_a_number_is_processed_in_us1_until_it_is_routed(line: Line) -> None:
    route = line.client.routes.v2.phone_numbers(OURS)
    assert "us1" == route.fetch().voice_region
    assert "ie1" == route.update(voice_region="ie1").voice_region == route.fetch().voice_region
    assert 400 == refusal(lambda: route.update(voice_region="moon"))[0]


def test_a_trunk_is_kept_until_it_is_taken_away(line: Line) -> None:
    (number,) = line.client.incoming_phone_numbers.list()
    trunk = "TK" + "1" * 32
    assert trunk == number.update(trunk_sid=trunk).trunk_sid
    assert trunk == number.update(friendly_name="Front desk").trunk_sid
    assert number.update(trunk_sid="").trunk_sid is None


def test_r43_what_is_not_there_is_not_found(line: Line) -> None:
    client = line.client
    for ask in (
        client.iam.v1.api_key("SK" + "0" * 32).fetch,
        client.outgoing_caller_ids("PN" + "0" * 32).fetch,
        client.voice.v1.dialing_permissions.countries("XX").fetch,
        client.routes.v2.phone_numbers("+15550009999").fetch,
    ):
        assert (404, 20404) == refusal(ask)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v2/Nothing/trunk", 404), ("GET", "/v1/", 404), ("DELETE", f"/v1/Keys/{KEY}", 501)],
)
def test_other_paths_of_other_hosts_are_not_here(
    line: Line, method: str, path: str, status: int
) -> None:
    account = line.twilio.exchange.network.account
    request = RestRequest(method, path, Form([]), basic(account.sid, account.auth_token))
    answer = line.twilio.exchange.rest_api.handle(request)
    assert isinstance(answer, RestResponse)
    assert status == answer.status


def test_the_command_line_says_how_the_account_stands() -> None:
    restricted = "SK" + "9" * 32
    options = parse_options([
        "--account-type", "Trial", "--account-status", "suspended", "--closed-country", "GB",
        "--api-key", f"{KEY}:one", "--restricted-key", f"{restricted}:two",
    ])  # fmt: skip
    account = build_exchange(options).network.account
    assert ("Trial", "suspended") == (account.standing.type, account.standing.status)
    assert {KEY: "one", restricted: "two"} == account.api_keys
    assert ({restricted}, {"GB"}) == (
        account.standing.restricted_keys,
        account.standing.closed_countries,
    )
