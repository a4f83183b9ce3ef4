"""Carries deliveries to the application over HTTP, many at a time."""

import asyncio
from collections.abc import Callable

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, TCPConnector
from yarl import URL

from evovoice.emulator.engine.messages import Answer, Delivery, NoAnswer, Reply

_CONNECTIONS = 200
# Shorter than the two seconds after which gunicorn closes an idle connection.
_KEEP_ALIVE = 1.0
_CONNECT_SECONDS = 5.0
_FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


class Sender:
    """`replied` gets each delivery with its reply, on the event loop."""

    def __init__(self, replied: Callable[[Delivery, Reply], None]) -> None:
        self._replied = replied
        self._session: ClientSession | None = None
        self._flying: set[asyncio.Task[None]] = set()

    def send(self, delivery: Delivery) -> None:
        """Start carrying; returns at once."""
        task = asyncio.get_running_loop().create_task(self._carry(delivery))
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)

    async def settle(self) -> None:
        """Wait until everything sent so far has its reply."""
        while self._flying:
            await asyncio.wait(self._flying)

    async def close(self) -> None:
        """Drop what is on its way."""
        for task in tuple(self._flying):
            task.cancel()
        if self._session is not None:
            await self._session.close()

    async def _carry(self, delivery: Delivery) -> None:
        self._replied(delivery, await self._request(delivery))

    async def _request(self, delivery: Delivery) -> Reply:
        post = delivery.method != "GET"
        try:
            async with self._open_session().request(
                delivery.method,
                URL(delivery.url, encoded=True),  # exactly the signed characters
                data=delivery.body.encode() if post else None,
                headers={**delivery.headers, **(_FORM if post else {})},
                timeout=ClientTimeout(total=delivery.total_seconds, sock_connect=_CONNECT_SECONDS),
                allow_redirects=False,
            ) as response:
                return Answer(response.status, await response.text(), response.content_type)
        except ClientConnectorError:
            return NoAnswer("connect")
        except TimeoutError:
            return NoAnswer("timeout")
        except (ClientError, ValueError):
            return NoAnswer("reset")

    def _open_session(self) -> ClientSession:
        if self._session is None:
            connector = TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEEP_ALIVE)
            self._session = ClientSession(connector=connector)
        return self._session
