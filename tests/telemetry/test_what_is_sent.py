"""Sentry and a collector are told where and how something failed, and of nobody it happened to.

A real server of two processes that are forked after the application was loaded.
"""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from evovoice import __version__
from tests.gunicorn_server import Server, serving
from tests.stored_work import store
from tests.telemetry.receiver import Receiver, receiving

WORDS = ("-m", "gunicorn", "tests.telemetry.failing_app:app")
OF_THE_FAULT = ("+12025550111", "Jane Roe", "a-secret-of-hers")
SECRETS = (
    *OF_THE_FAULT, "12025550111", "12025550114", "202-555-0117", "12025550118", "12025550115",
    "12025550116", "jane.roe", "correct-horse", "ak-of-somebody", "a-value-of-baggage",
    "a-tracestate", "of-the-signature", "curl-of-somebody",
)  # fmt: skip
HEADERS = {
    "Authorization": "Bearer ak-of-somebody",
    "Content-Type": "application/json",
    "User-Agent": "curl-of-somebody",
    "X-Twilio-Signature": "of-the-signature",
    "Cookie": "ss-id=ls-12025550116",
    "baggage": "sentry-user=a-value-of-baggage,other=a-value-of-baggage",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "tracestate": "vendor=a-tracestate",
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def server(tmp_path: Path, receiver: Receiver) -> Iterator[Server]:
    address = f"127.0.0.1:{receiver.port}"
    settings = {
        "SENTRY_DSN": f"http://0123456789abcdef@{address}/1", "WEB_CONCURRENCY": "2",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{address}", "OTEL_BSP_SCHEDULE_DELAY": "100",
        "TOLD_BY_THE_FAULT": "|".join(OF_THE_FAULT),
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST": ".*",
    }  # fmt: skip
    with serving(tmp_path, 8, WORDS, **settings) as server:
        yield server


def ask(server: Server, verb: str, path: str, body: object) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request(verb, path, json.dumps(body), HEADERS)
    status = connection.getresponse().status
    connection.close()
    return status


def assert_nobody_is_told_of(receiver: Receiver) -> None:
    told = receiver.everything
    for secret in SECRETS:
        for form in (secret, secret.replace(" ", "%20")):
            assert form.encode() not in told, form


def test_failing_request_is_told_without_anything_of_whom_it_was_about(
    server: Server, receiver: Receiver
) -> None:
    path = "/sessions/12025550118/conference/members?search=%2B1%20202-555-0117"
    assert 500 == ask(server, "POST", path, {"destination": "+12025550114", "name": "Jane Roe"})
    receiver.wait_for(lambda: len(receiver.events()) >= 3)
    receiver.wait_for(lambda: any(span.kind == span.SPAN_KIND_SERVER for span in receiver.spans()))

    (failure,) = [event for event in receiver.events() if "logentry" not in event]
    cause, last = failure["exception"]["values"]
    assert ("KeyError", "ValueError") == (cause["type"], last["type"])
    assert "value" not in last
    frame = last["stacktrace"]["frames"][-1]
    assert ("_fail", "tests.telemetry.failing_app") == (frame["function"], frame["module"])
    assert "vars" not in frame
    assert f"evovoice@{__version__}" == failure["release"]
    assert "/sessions/<sessionId>/conference/members" == failure["transaction"]
    assert 32 == len(failure["tags"]["request_id"])
    logged = {event["logentry"]["message"] for event in receiver.events() if "logentry" in event}
    assert all(line.startswith("failing_app._fail, line ") for line in logged)
    assert 2 == len(logged)

    (span,) = [span for span in receiver.spans() if span.kind == span.SPAN_KIND_SERVER]
    assert "POST /sessions/<sessionId>/conference/members" == span.name
    assert bytes.fromhex("0af7651916cd43dd8448eb211c80319c") == span.trace_id
    assert {"http.request.method", "http.route", "http.status_code"} == {
        attribute.key for attribute in span.attributes
    }
    assert span.status.STATUS_CODE_ERROR == span.status.code
    assert not span.status.message
    assert {"exception.type"} == {a.key for event in span.events for a in event.attributes}
    assert_nobody_is_told_of(receiver)


def test_statements_are_told_without_their_values(server: Server, receiver: Receiver) -> None:
    body = {
        "provider": "credentials",
        "userName": "jane.roe@acme.test",
        "password": "correct-horse",
    }
    assert 401 == ask(server, "POST", "/auth/credentials", body)
    receiver.wait_for(lambda: any(span.kind == span.SPAN_KIND_SERVER for span in receiver.spans()))
    statements = [span for span in receiver.spans() if span.name.startswith("database ")]
    assert {"database SELECT"} <= {span.name for span in statements}
    texts = [a.value.string_value for span in statements for a in span.attributes]
    assert any("FROM users" in text and "?" in text for text in texts)
    (request,) = [span for span in receiver.spans() if span.kind == span.SPAN_KIND_SERVER]
    assert {request.span_id} == {span.parent_span_id for span in statements}
    assert_nobody_is_told_of(receiver)


def test_orders_of_the_background_are_told_without_whom_they_are_about(
    server: Server, receiver: Receiver
) -> None:
    store(server.database_url, "s-12025550118", "CA12025550115", is_ordered=True)
    receiver.wait_for(lambda: any("carrier HangUpLeg" == span.name for span in receiver.spans()))
    assert_nobody_is_told_of(receiver)


def test_nothing_is_told_of_what_machines_ask_every_few_seconds(
    server: Server, receiver: Receiver
) -> None:
    for path in ("/livez", "/readyz", "/healthz"):
        ask(server, "GET", path, None)
    ask(server, "POST", "/nobody/+12025550118", {})
    receiver.wait_for(lambda: any(span.kind == span.SPAN_KIND_SERVER for span in receiver.spans()))
    names = [span.name for span in receiver.spans() if span.kind == span.SPAN_KIND_SERVER]
    assert ["POST"] == names
    assert_nobody_is_told_of(receiver)
