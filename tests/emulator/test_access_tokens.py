"""The token that a page shows: who may connect, as whom and until when.

https://www.twilio.com/docs/iam/access-tokens
"""

import time

import pytest
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from .stories import Line
from .voice_client import KEY, SECRET, VoiceClient, token, with_media


@pytest.fixture
def client(line: Line) -> VoiceClient:
    """A page that has said nothing yet."""
    with_media(line.twilio)
    return VoiceClient(line.twilio)


def test_a_token_tells_who_the_page_is_and_how_long(line: Line, client: VoiceClient) -> None:
    client.listen(token(line.twilio, "ann", ttl=600))
    assert {"identity": "ann", "ttl": 600} == client.last("connected")["token"]


def test_a_token_of_twilios_own_library_is_understood(line: Line, client: VoiceClient) -> None:
    line.twilio.exchange.gateway.wall_clock = time.time
    made = AccessToken(line.twilio.account_sid, KEY, SECRET, identity="ann", ttl=900)
    made.add_grant(VoiceGrant(incoming_allow=True))
    client.listen(made.to_jwt()).register()
    assert ["connected", "ready"] == client.types()
    assert 890 < client.last("connected")["token"]["ttl"] <= 900


@pytest.mark.parametrize(
    ("wrong", "code", "words"),
    [
        ({"ttl": -1}, 31205, "expired"),
        ({"nbf": 4_000_000_000}, 31204, "not yet valid"),
        ({"ttl": 90_000}, 31204, "24 hours"),
        ({"exp": None}, 31204, "exp"),
        ({"sub": "AC" + "9" * 32}, 31204, "sub"),
        ({"grants": {"voice": {}}}, 31204, "identity"),
        ({"header": {"cty": "other"}}, 31204, "twilio-fpa"),
        ({"iss": "SK" + "9" * 32}, 31201, "iss"),
        ({"secret": "another secret, of the same length"}, 31201, "signature"),
        ({"identity": "ann-1"}, 31105, "ann-1"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_r62_what_is_wrong_with_a_token_is_told_and_nobody_is_connected(
    line: Line, client: VoiceClient, wrong: dict[str, object], code: int, words: str
) -> None:
    client.listen(token(line.twilio, **wrong)).register()  # type: ignore[arg-type]
    error = client.told("error")[0]["error"]
    assert (code, True) == (error["code"], words in error["message"])
    assert {"error"} == set(client.types())


@pytest.mark.parametrize("text", ["", "not.a.jwt", "a.b", "e30.e30.e30", "é.é.é"])
def test_what_is_no_token_is_invalid(client: VoiceClient, text: str) -> None:
    client.say("listen", token=text)
    assert 31204 == client.last("error")["error"]["code"]


def test_without_a_token_nothing_is_done(client: VoiceClient) -> None:
    client.register()
    client.connect(To="bob")
    assert [31201] * 2 == [one["error"]["code"] for one in client.told("error")]


def test_a_token_that_is_renewed_goes_on_and_one_that_has_expired_registers_nobody(
    line: Line, client: VoiceClient
) -> None:
    client.listen(token(line.twilio, ttl=60)).register()
    line.twilio.advance(50)
    client.listen(token(line.twilio, ttl=60)).register()
    assert 60 == client.last("connected")["token"]["ttl"]
    line.twilio.advance(61)
    client.register()
    assert 31205 == client.last("error")["error"]["code"]
    assert not list(line.twilio.exchange.network.devices)


def test_a_token_without_the_grant_to_receive_registers_nobody(
    line: Line, client: VoiceClient
) -> None:
    grants = {"identity": "ann", "voice": {"outgoing": {"application_sid": "AP1"}}}
    client.listen(token(line.twilio, grants=grants)).register()
    assert "incoming" in client.last("error")["error"]["message"]
