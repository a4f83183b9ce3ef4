"""Carries deliveries to the application over HTTP, many at a time."""

import asyncio
from collections.abc import Callable

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)
from yarl import URL

from evovoice.emulator.delivery_schedule import ScheduledDelivery
from evovoice.emulator.http.address_map import AddressMap
from evovoice.emulator.state.messages import (
    Delivery,
    FailureReason,
    NoResponse,
    Reply,
    WebhookResponse,
)

_CONNECTIONS = 200
# Shorter than the two seconds after which gunicorn closes an idle connection.
_KEEP_ALIVE = 1.0
_FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


class Sender:
    """`replied` gets each parcel with its reply, on the event loop."""

    def __init__(
        self, replied: Callable[[ScheduledDelivery, Reply], None], addresses: AddressMap
    ) -> None:
        self._replied = replied
        self._addresses = addresses
        self._session: ClientSession | None = None
        self._flying: set[asyncio.Task[None]] = set()

    def send(self, scheduled: ScheduledDelivery) -> None:
        """Start carrying; returns at once."""
        task = asyncio.get_running_loop().create_task(self._carry(scheduled))
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)

    async def wait_for_replies(self) -> None:
        """Wait until everything sent so far has its reply."""
        while self._flying:
            await asyncio.wait(self._flying)

    async def close(self) -> None:
        """Drop what is on its way."""
        for task in tuple(self._flying):
            task.cancel()
        if self._session is not None:
            await self._session.close()

    async def _carry(self, scheduled: ScheduledDelivery) -> None:
        self._replied(scheduled, await self._request(scheduled.delivery))

    async def _request(self, delivery: Delivery) -> Reply:
        post = delivery.method != "GET"
        url, proxied = self._addresses.delivered(delivery.url)
        try:
            async with self._open_session().request(
                delivery.method,
                URL(url, encoded=True),  # exactly the signed characters
                data=delivery.body.encode() if post else None,
                headers={**delivery.headers, **proxied, **(_FORM if post else {})},
                timeout=_limits(delivery),
                allow_redirects=False,
            ) as response:
                return await _response_from(response)
        except (ClientError, TimeoutError, ValueError) as error:
            return NoResponse(failure_of(error))

    def _open_session(self) -> ClientSession:
        if self._session is None:
            connector = TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEEP_ALIVE)
            self._session = ClientSession(connector=connector, cookie_jar=DummyCookieJar())
        return self._session


def failure_of(error: Exception) -> FailureReason:
    """Why there was no answer."""
    if isinstance(error, ClientConnectorDNSError):
        return "unknown-host"
    if isinstance(error, ClientConnectorError | ConnectionTimeoutError):
        return "connect"
    return "timeout" if isinstance(error, TimeoutError) else "reset"


async def _response_from(response: ClientResponse) -> WebhookResponse:
    """Sounds are no text, and nobody listens to them here."""
    return WebhookResponse(
        response.status,
        await response.text(errors="replace"),
        response.content_type,
        location=response.headers.get("Location"),
        set_cookies=tuple(response.headers.getall("Set-Cookie", ())),
    )


def _limits(delivery: Delivery) -> ClientTimeout:
    return ClientTimeout(
        total=delivery.total_seconds,
        sock_connect=delivery.connect_seconds,
        sock_read=delivery.read_seconds,
    )
