"""The process's one Twilio client, over real sockets on this machine."""

import json
import logging
import os
import socket
import struct
import time
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import pytest

from evovoice.carrier.cures import cure_of
from evovoice.carrier.port import CarrierBusy, CarrierUnreachable, OutcomeUnknown
from evovoice.carrier.twilio_errors import translated
from evovoice.carrier.twilio_http import twilio_client
from tests.carrier.fake_twilio_http import (
    ACCOUNT,
    CHILD,
    ROOM,
    FakeTwilioHttp,
    call,
    page,
    participant,
)

KEY = "SK" + "0a1b2c3d" * 4


class Sketch(BaseHTTPRequestHandler):
    """Writes requests down, and does with each what the server was told."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        self._answer(200, page("calls", call()))

    def do_POST(self) -> None:
        self._answer(201, participant(status="queued"))

    def _answer(self, status: int, body: object) -> None:
        form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        seen = (
            self.command,
            self.path,
            dict(self.headers),
            parse_qsl(form, True),
            self.client_address,
        )
        self.server.seen.append(seen)
        time.sleep(self.server.delay)
        if self.server.resets:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        text = self.server.raw or json.dumps(body).encode()
        self.send_response(self.server.status or status)
        for name, value in {**self.server.headers, "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: object) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    """What the next requests meet."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Sketch)
        self.seen: list[tuple[str, str, dict[str, str], list[tuple[str, str]], Any]] = []
        self.status, self.raw, self.delay, self.resets = 0, b"", 0.0, False
        self.headers: dict[str, str] = {}
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *args: object) -> None:
        """A client that has gone away is part of these tests."""


@contextmanager
def running_server() -> Iterator[Server]:
    """A server that is ended at the end."""
    running = Server()
    thread = Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield running
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


def client(url: str | None, **more: Any) -> Any:
    settings = {"account_sid": ACCOUNT, "auth_token": "secret", "api_base_url": url, **more}
    return twilio_client(**settings)


def dial(twilio: Any) -> Any:
    with translated():
        return twilio.conferences(ROOM).participants.create(
            to="+12025550124",
            from_="+12025550100",
            wait_url="",
            early_media=True,
            status_callback_event=["initiated", "ringing"],
        )


def test_a_request_goes_to_the_configured_address(server: Server) -> None:
    """With lists as repeated keys, an empty field kept, and booleans as words (3.3, 8.3)."""
    assert dial(client(server.url)).call_sid == CHILD
    method, path, headers, form, _ = server.seen[0]
    assert method == "POST"
    assert path == f"/2010-04-01/Accounts/{ACCOUNT}/Conferences/{ROOM}/Participants.json"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert sorted(form) == [
        ("EarlyMedia", "true"),
        ("From", "+12025550100"),
        ("StatusCallbackEvent", "initiated"),
        ("StatusCallbackEvent", "ringing"),
        ("To", "+12025550124"),
        ("WaitUrl", ""),
    ]


@pytest.mark.parametrize(
    ("region", "edge", "host"),
    [
        (None, None, "api.twilio.com"),
        ("ie1", "dublin", "api.dublin.ie1.twilio.com"),
        ("us1", "ashburn", "api.ashburn.us1.twilio.com"),
        (None, "frankfurt", "api.frankfurt.us1.twilio.com"),
    ],
)
def test_a_region_has_a_host_of_its_own(
    monkeypatch: pytest.MonkeyPatch, region: str | None, edge: str | None, host: str
) -> None:
    """Ours is meant where the environment, which the SDK reads too, holds another (8.3)."""
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    twilio, http = client(None, region=region, edge=edge), FakeTwilioHttp()
    twilio.http_client = http
    http.will_answer(201, participant(status="queued"))
    dial(twilio)
    assert [host] == http.hosts


def test_a_region_does_not_lead_away_from_the_configured_address(server: Server) -> None:
    """The emulator has no host name for each region (8.3)."""
    dial(client(server.url, region="ie1", edge="dublin"))
    assert server.seen[0][1].startswith(f"/2010-04-01/Accounts/{ACCOUNT}/Conferences/")


def test_a_path_in_the_address_is_kept(server: Server) -> None:
    """A gateway may serve Twilio below a path of its own."""
    dial(client(server.url + "/gateway/"))
    assert server.seen[0][1].startswith("/gateway/2010-04-01/Accounts/")


def test_a_question_carries_its_query(server: Server) -> None:
    """Plus signs included."""
    client(server.url).calls.list(to="+12025550124", limit=1)
    path, _, query = server.seen[0][1].partition("?")
    assert path == f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    assert ("To", "+12025550124") in parse_qsl(query)


@pytest.mark.parametrize(
    ("more", "signed_in"),
    [
        ({}, f"{ACCOUNT}:secret"),
        ({"api_key_sid": KEY, "api_key_secret": "key-secret"}, f"{KEY}:key-secret"),
        ({"api_key_sid": KEY}, f"{ACCOUNT}:secret"),
        ({"api_key_secret": "key-secret"}, f"{ACCOUNT}:secret"),
    ],
)
def test_the_api_key_signs_in_where_there_is_one(
    server: Server, more: dict[str, str], signed_in: str
) -> None:
    """Both halves or none (R44); the account in the path stays the same."""
    dial(client(server.url, **more))
    sent = server.seen[0][2]["Authorization"].removeprefix("Basic ")
    assert signed_in == b64decode(sent).decode()
    assert f"/Accounts/{ACCOUNT}/" in server.seen[0][1]


def test_connections_are_used_again(server: Server) -> None:
    """One handshake for many orders."""
    twilio = client(server.url)
    for _ in range(5):
        dial(twilio)
    assert len({seen[4] for seen in server.seen}) == 1


def test_as_many_threads_as_the_pool_is_large_keep_their_connections(server: Server) -> None:
    """None is thrown away after use, which would cost a handshake each time."""
    twilio = client(server.url, pool_size=16)
    server.delay = 0.05
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: dial(twilio), range(64)))
    assert len({seen[4] for seen in server.seen}) <= 16


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0", 0.0), ("9999999", 300.0), ("soon", 1.0), ("-1", 1.0), ("\u00b2", 1.0)],
)
def test_a_busy_carrier_says_when(server: Server, header: str, seconds: float) -> None:
    """The SDK's error has no room for Retry-After, so it is read before."""
    server.status, server.headers = 429, {"Retry-After": header}
    with pytest.raises(CarrierBusy) as busy:
        dial(client(server.url))
    assert seconds == busy.value.retry_after


@pytest.mark.parametrize(
    ("body", "cure"),
    [
        (b'{"code": 10004, "message": "Call concurrency limit exceeded", "status": 429}', True),
        (b'{"code": 20429, "message": "Too Many Requests", "status": 429}', False),
        (b'{"code": "odd"}', False),
        (b"[]", False),
        (b"<html>", False),
    ],
)
def test_a_busy_carrier_says_what_can_be_done_about_it(
    server: Server, body: bytes, cure: bool
) -> None:
    """Where the account allows few calls at once, waiting does not help for long."""
    server.status, server.raw = 429, body
    with pytest.raises(CarrierBusy) as busy:
        dial(client(server.url))
    assert (cure_of(10004) if cure else None) == busy.value.cure


def test_a_busy_carrier_may_say_nothing(server: Server) -> None:
    """Then it is one second."""
    server.status = 429
    with pytest.raises(CarrierBusy) as busy:
        dial(client(server.url))
    assert busy.value.retry_after == 1.0


def test_silence_has_an_end(server: Server) -> None:
    """The SDK's own client would wait for ever; the order may have arrived."""
    server.delay = 0.5
    with pytest.raises(OutcomeUnknown):
        dial(client(server.url, timeout=(0.1, 0.05)))


def test_a_connection_that_breaks_after_sending_leaves_the_outcome_open(server: Server) -> None:
    """And the order is not sent a second time."""
    server.resets = True
    with pytest.raises(OutcomeUnknown):
        dial(client(server.url))
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failing_carrier_is_not_asked_twice(server: Server, status: int) -> None:
    """Library repeats are off: creating a call twice rings twice."""
    server.status = status
    with pytest.raises(OutcomeUnknown):
        dial(client(server.url))
    assert len(server.seen) == 1


def test_a_redirect_is_not_followed(server: Server) -> None:
    """An order goes where we were told to send it, or nowhere."""
    server.status, server.headers = 307, {"Location": f"{server.url}/elsewhere"}
    with pytest.raises(OutcomeUnknown):
        dial(client(server.url))
    assert len(server.seen) == 1


def test_bytes_that_are_no_text_leave_the_outcome_open(server: Server) -> None:
    """Success, but nobody can read of what."""
    server.raw = b"\xff\xfe{}"
    with pytest.raises(OutcomeUnknown):
        dial(client(server.url))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-host.invalid"])
def test_nobody_there_means_that_nothing_happened(url: str) -> None:
    """Refused, or no such name."""
    with pytest.raises(CarrierUnreachable):
        dial(client(url))


def test_a_certificate_that_nobody_vouches_for_stops_the_order(server: Server) -> None:
    """Here there is none at all: TLS never begins, and no order is sent."""
    with pytest.raises((CarrierUnreachable, OutcomeUnknown)):
        dial(client(server.url.replace("http://", "https://")))
    assert server.seen == []


@pytest.mark.parametrize("url", ["localhost:8080", "https://u:p@x.test", "http://x.test:99999"])
def test_a_senseless_address_stops_the_start(url: str) -> None:
    """With a sentence."""
    with pytest.raises(ValueError, match=r"."):
        client(url)


def test_a_proxy_of_the_machine_is_used_but_not_for_the_machine_itself(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the SDK's own client does; the emulator next door needs none."""
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    dial(client("http://carrier.invalid"))
    assert server.seen[0][1].startswith("http://carrier.invalid/2010-04-01/")
    dial(client(server.url))
    assert server.seen[1][1].startswith("/2010-04-01/")


def test_each_process_has_connections_of_its_own(server: Server) -> None:
    """After a fork two processes on one connection would read each other's answers."""
    twilio = client(server.url)
    dial(twilio)
    child = os.fork()
    if child == 0:
        try:
            dial(twilio)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    dial(twilio)
    parent, in_child, parent_again = (seen[4] for seen in server.seen)
    assert parent == parent_again
    assert parent != in_child


def test_neither_addresses_nor_numbers_are_logged(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """The SDK logs every query at INFO, urllib3 every path at DEBUG."""
    caplog.set_level(logging.DEBUG)
    twilio = client(server.url)
    dial(twilio)
    twilio.calls.list(to="+12025550124", limit=1)
    assert "2025550124" not in caplog.text
    assert ACCOUNT not in caplog.text


def test_making_a_client_asks_nobody() -> None:
    """It is made before the workers are forked, perhaps without a network."""
    assert client(None).account_sid == ACCOUNT
