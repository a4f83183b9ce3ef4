"""What is written down about a request: its id, what is known of it, and what is kept out."""

import json
from collections.abc import Iterator

import pytest

from tests.logged import Lines, lines_written
from tests.web.doubles import KEY, WebApp, refused

CALL = "CA" + "0" * 32
FORM = {"CallSid": CALL, "CallStatus": "ringing"}
WEBHOOK = "/twilio/sessions/a-1/s-1/legs/leg-1"


@pytest.fixture
def lines() -> Iterator[Lines]:
    with lines_written() as lines:
        yield lines


def test_one_line_a_request_with_its_id_and_no_query(web: WebApp, lines: Lines) -> None:
    response = web.api("GET", "/sessions/s-1/events?after=3&to=secret")
    (line,) = lines.records("evovoice.web.access")
    expected = {"event": "request", "method": "GET", "path": "/sessions/s-1/events", "status": 200}
    assert expected.items() <= line.items()
    assert response.headers["X-Request-Id"] == line["request_id"]
    assert "secret" not in lines.text


@pytest.mark.parametrize(
    "path",
    [
        "/sessions/+12025550123",
        "/sessions/%2B12025550123",
        "/sessions/+1-202-555-0123",
        "/sessions/+1%20(202)%20555-0123",
        "/sessions/%2B1%2E202%2E555%2E0123",
    ],
)
def test_number_in_a_path_is_masked(web: WebApp, lines: Lines, path: str) -> None:
    web.api("GET", path)
    assert "/sessions/+1•••••0123" == lines.records("evovoice.web.access")[0]["path"]


def test_key_in_a_path_is_masked(web: WebApp, lines: Lines) -> None:
    web.client.get(f"/Bearer%20{KEY}")
    assert "/Bearer •••" == lines.records("evovoice.web.access")[0]["path"]


@pytest.mark.parametrize("verb", ["12025550123", KEY, "+1-202-555", "HACK"])
def test_unknown_verb_is_never_written_down(web: WebApp, lines: Lines, verb: str) -> None:
    web.client.open("/sessions/s-1", method=verb)
    assert "other" == lines.records("evovoice.web.access")[0]["method"]
    assert verb not in lines.text


def test_line_cannot_be_forged_through_a_path(web: WebApp) -> None:
    with lines_written(as_json=False) as lines:
        web.api("GET", "/sessions/a%0AGET%20/admin%20200")
    assert 1 == len(lines.text.strip().splitlines())


def test_lines_say_whose_request_about_which_call(web: WebApp, lines: Lines) -> None:
    web.api("POST", "/sessions/s-1/conference/members", json={"destination": "x", "callSid": CALL})
    (line,) = lines.records("evovoice.web.access")
    expected = {
        "session_id": "s-1", "call_sid": CALL, "user_id": web.sign_in.user.id,
        "account_id": web.sign_in.user.account_id,
    }  # fmt: skip
    assert expected.items() <= line.items()


def test_lines_of_a_webhook_say_what_it_is_about(web: WebApp, lines: Lines) -> None:
    web.carrier(WEBHOOK, FORM)
    (line,) = lines.records("evovoice.web.access")
    expected = {"session_id": "s-1", "account_id": "a-1", "leg_id": "leg-1", "call_sid": CALL}
    assert expected.items() <= line.items()


def test_nothing_of_a_request_stays_for_the_next(web: WebApp, lines: Lines) -> None:
    first = web.carrier(WEBHOOK, FORM).headers["X-Request-Id"]
    web.client.get("/livez")
    last = lines.records("evovoice.web.access")[-1]
    assert first != last["request_id"]
    assert not {"session_id", "account_id", "leg_id", "call_sid", "user_id"} & set(last)


@pytest.mark.parametrize("given", ["a", "x" * 128, "Root=1:a/b+c.d_e", "f" * 32])
def test_request_id_of_the_client_is_taken_over_c88(web: WebApp, lines: Lines, given: str) -> None:
    response = web.client.get("/nowhere", headers={"X-Request-ID": given})
    refused(response, 404, "NotFound")
    assert given == response.headers["X-Request-ID"]
    assert given == response.get_json()["responseStatus"]["meta"]["requestId"]
    assert given == lines.records("evovoice.web.access")[0]["request_id"]


@pytest.mark.parametrize(
    "given", ["", "x" * 129, "a b", "a\tb", 'a"b', "a,b", "ä", "a=b&c", "12025550123", KEY]
)
def test_request_id_that_is_none_or_would_be_masked_is_ignored_c88(
    web: WebApp, lines: Lines, given: str
) -> None:
    response = web.client.get("/livez", headers={"X-Request-ID": given})
    made = response.headers["X-Request-ID"]
    assert 32 == len(made)
    assert made != given
    assert made == lines.records("evovoice.web.access")[0]["request_id"]


def test_unexpected_error_is_written_with_its_trace_and_without_numbers(
    web: WebApp, lines: Lines
) -> None:
    web.calls.error = RuntimeError(f"{KEY} of +1 (202) 555-0123")
    response = web.api("GET", "/sessions/s-1")
    (line,) = lines.records("evovoice.web.errors")
    assert ("error", response.headers["X-Request-Id"]) == (line["level"], line["request_id"])
    assert line["exception"].endswith("RuntimeError: ••• of +1•••••0123")
    assert json.dumps(line)
