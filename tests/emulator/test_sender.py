"""What the server door makes of an HTTP answer: R59 over a socket.

https://www.twilio.com/docs/api/errors/11216 (redirections), 11210 (host names)
"""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ConnectionTimeoutError,
    ServerDisconnectedError,
    SocketTimeoutError,
)
from aiohttp.client_reqrep import ConnectionKey

from evovoice.emulator.delivery_schedule import ScheduledDelivery
from evovoice.emulator.http.address_map import AddressMap
from evovoice.emulator.http.sender import Sender, failure_of
from evovoice.emulator.state.messages import Delivery, Reply, WebhookResponse

SOUND = b"ID3\xff\xfe"


class Moved(BaseHTTPRequestHandler):
    """Leads elsewhere, sets two cookies, and sends bytes that are no text."""

    cookies: ClassVar[list[str | None]] = []
    asked: ClassVar[list[tuple[str, str | None, str | None]]] = []

    def do_GET(self) -> None:
        self.cookies.append(self.headers["Cookie"])
        proto = self.headers["X-Forwarded-Proto"]
        self.asked.append((self.path, self.headers["Host"], proto))
        self.send_response(302)
        for name, text in (("Location", "/b"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")):
            self.send_header(name, text)
        self.send_header("Content-Type", "audio/mpeg")
        self.send_header("Content-Length", str(len(SOUND)))
        self.end_headers()
        self.wfile.write(SOUND)

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def base() -> Iterator[str]:
    """The address of that server."""
    Moved.cookies, Moved.asked = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Moved)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


async def carry(deliveries: list[Delivery], **addresses: str) -> list[Reply]:
    """One after the other, by one sender."""
    replies: list[Reply] = []
    sender = Sender(lambda _, reply: replies.append(reply), AddressMap(addresses))
    for delivery in deliveries:
        sender.send(ScheduledDelivery(delivery))
        await sender.wait_for_replies()
    await sender.close()
    return replies


def test_r59_the_door_hands_on_where_an_answer_leads_and_keeps_no_cookies(base: str) -> None:
    one = Delivery(1, "voice", "GET", f"{base}/a", (), {}, "token")
    replies = asyncio.run(carry([one, one]))
    assert [(302, "/b", ("a=1", "b=2"), "audio/mpeg")] * 2 == [
        (reply.status, reply.location, reply.set_cookies, reply.content_type)
        for reply in replies
        if isinstance(reply, WebhookResponse)
    ]
    assert [None, None] == Moved.cookies


def test_why_there_was_no_answer_is_told_apart() -> None:
    key = ConnectionKey("nobody.example", 80, False, True, None, None, None)
    assert ["unknown-host", "connect", "connect", "timeout", "reset"] == [
        failure_of(error)
        for error in (
            ClientConnectorDNSError(key, OSError()),
            ClientConnectorError(key, OSError()),
            ConnectionTimeoutError(),
            SocketTimeoutError(),
            ServerDisconnectedError(),
        )
    ]


def test_a_mapped_address_is_delivered_elsewhere_and_seen_as_the_public_one(base: str) -> None:
    """The application rebuilds the address that was signed, as behind a proxy."""
    one = Delivery(1, "voice", "GET", "https://app.example/voice?x=1%20", (), {}, "token")
    asyncio.run(carry([one], **{"https://app.example": base}))
    assert [("/voice?x=1%20", "app.example", "https")] == Moved.asked


@pytest.mark.parametrize(
    "other",
    ["https://app.example.org/voice", "http://app.example/voice", "https://app.example:8443/"],
)
def test_an_address_that_is_not_mapped_is_not_changed(other: str) -> None:
    addresses = AddressMap({"https://app.example": "http://127.0.0.1:3030"})
    assert (other, {}) == addresses.delivered(other)
