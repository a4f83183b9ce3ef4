"""What REST looks like from outside: R43 to R45."""

import re
from dataclasses import replace
from email.utils import format_datetime

import pytest
from openapi_core.exceptions import OpenAPIError
from requests.exceptions import ConnectionError as RefusedError
from requests.exceptions import ConnectTimeout, ReadTimeout
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client

from .openapi_judge import validate
from .scripted_app import BASE
from .stories import OURS, THIRD, Line

CALL = "CA" + "0" * 32
DATE = re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000")


def test_r43_keys_dates_and_sids_of_the_three_resources(line: Line) -> None:
    """The exact key sets are judged by the description after every test."""
    parent, _, room = line.convert()
    line.client.calls(parent.sid).fetch()
    line.client.conferences(room.sid).fetch()
    line.client.conferences(room.sid).participants(parent.sid).fetch()
    call, conference, participant = [entry.body or {} for entry in line.twilio.rest_log[-3:]]
    assert (26, 12, 15) == (len(call), len(conference), len(participant))
    for body in (call, conference, participant):
        assert DATE.fullmatch(str(body["date_created"]))
    assert re.fullmatch("CA[0-9a-f]{32}", str(call["sid"]))
    assert re.fullmatch("CF[0-9a-f]{32}", str(conference["sid"]))
    assert ("(555) 000-1111", "inbound", None) == (
        call["to_formatted"],
        call["direction"],
        call["parent_call_sid"],
    )


def test_date_of_an_answer_is_the_emulators_time(line: Line) -> None:
    line.twilio.advance(3600)
    address = f"/2010-04-01/Accounts/{line.twilio.account_sid}/Calls/{CALL}.json"
    answer = line.twilio.http_client.request("GET", f"https://api.twilio.com{address}")
    assert format_datetime(line.twilio.now(), usegmt=True) == answer.headers["Date"]


def test_r43_success_codes(line: Line) -> None:
    _, child, room = line.convert()
    line.add_third(room.sid, label="x")
    line.client.conferences(room.sid).participants("x").update(muted=True)
    line.client.conferences(room.sid).participants("x").delete()
    line.client.calls(child.sid).delete()
    codes = [(entry.method, entry.status) for entry in line.twilio.rest_log]
    assert [("POST", 200), ("POST", 201), ("POST", 200), ("DELETE", 204), ("DELETE", 204)] == codes


def test_r43_lists_come_in_pages_the_newest_first(line: Line) -> None:
    sids = [line.client.calls.create(to=THIRD, from_=OURS, url=f"{BASE}/x").sid for _ in range(5)]
    listed = [call.sid for call in line.client.calls.list(page_size=2)]
    assert list(reversed(sids)) == listed
    first, second, third = [entry.body or {} for entry in line.twilio.rest_log[-3:]]
    assert (0, 2, 0, 1) == tuple(first[key] for key in ("page", "page_size", "start", "end"))
    assert first["previous_page_uri"] is None
    assert second["uri"] in str(first["next_page_uri"])
    assert (4, 4, None) == (third["start"], third["end"], third["next_page_uri"])


def test_r43_an_empty_list_has_the_same_envelope(line: Line) -> None:
    assert [] == line.client.calls.list(to="+15550000000")


def test_r43_the_description_rejects_a_missing_key(line: Line) -> None:
    """The judge itself is awake."""
    line.client.calls.create(to=THIRD, from_=OURS, url=f"{BASE}/x")
    entry = line.twilio.rest_log[0]
    body = {key: value for key, value in (entry.body or {}).items() if key != "queue_time"}
    for wrong in (replace(entry, body=body), replace(entry, status=200)):
        with pytest.raises(OpenAPIError):
            validate(wrong)


def test_r44_token_and_api_key_both_open_the_account(line: Line) -> None:
    key = Client(
        "SK" + "b" * 32,
        "key-secret",
        account_sid=line.twilio.account_sid,
        http_client=line.twilio.http_client,
    )
    assert [] == key.calls.list()
    assert [] == line.client.calls.list()


def test_r44_wrong_credentials_are_refused_with_the_four_keys(line: Line) -> None:
    wrong = Client(line.twilio.account_sid, "wrong", http_client=line.twilio.http_client)
    with pytest.raises(TwilioRestException) as caught:
        wrong.calls(CALL).fetch()
    assert (401, 20003) == (caught.value.status, caught.value.code)
    body = line.twilio.rest_log[-1].body
    assert {
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    } == body


def test_r45_too_many_requests_had_no_effect(line: Line) -> None:
    _, _, room = line.convert()
    line.twilio.fail_next("POST", "*/Participants.json", "too-many-requests")
    with pytest.raises(TwilioRestException) as caught:
        line.add_third(room.sid)
    assert (429, 20429) == (caught.value.status, caught.value.code)
    assert 2 == len(room.participants)
    line.add_third(room.sid)
    assert 3 == len(room.participants)


@pytest.mark.parametrize(("kind", "size"), [("error-before", 2), ("error-after", 3)])
def test_r45_server_errors_before_and_after_the_effect(line: Line, kind: str, size: int) -> None:
    _, _, room = line.convert()
    line.twilio.fail_next("POST", "*/Participants.json", kind, status=500)
    with pytest.raises(TwilioRestException) as caught:
        line.add_third(room.sid)
    assert 500 == caught.value.status
    assert size == len(room.participants)


@pytest.mark.parametrize(
    ("kind", "error", "size"),
    [
        ("timeout-before", ReadTimeout, 2),
        ("timeout-after", ReadTimeout, 3),
        ("connect-timeout", ConnectTimeout, 2),
        ("connect-refused", RefusedError, 2),
    ],
)
def test_r45_broken_connections(line: Line, kind: str, error: type[Exception], size: int) -> None:
    _, _, room = line.convert()
    line.twilio.fail_next("POST", "*/Participants.json", kind, count=1)
    with pytest.raises(error):
        line.add_third(room.sid)
    assert size == len(room.participants)


def test_r45_a_problem_body_is_another_kind_of_exception(line: Line) -> None:
    line.twilio.fail_next("*", "*", "too-many-requests", problem=True)
    with pytest.raises(TwilioServiceException):
        line.client.calls(CALL).fetch()


def test_r44_a_refused_list_is_a_plain_exception_of_the_sdk(line: Line) -> None:
    """The SDK does not read the error body of a list: only `TwilioException` catches it."""
    wrong = Client(line.twilio.account_sid, "wrong", http_client=line.twilio.http_client)
    with pytest.raises(TwilioException, match="Unable to fetch page"):
        wrong.calls.list()


def test_paths_outside_the_account_are_not_found(line: Line) -> None:
    stranger = Client(
        line.twilio.account_sid,
        line.twilio.auth_token,
        account_sid="AC" + "9" * 32,
        http_client=line.twilio.http_client,
    )
    with pytest.raises(TwilioRestException) as caught:
        stranger.calls(CALL).fetch()
    assert (404, 20404) == (caught.value.status, caught.value.code)
