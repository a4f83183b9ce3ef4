"""/signal: the websocket of Twilio's SDK. Keep-alives go by real time, whatever the dial says."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from aiohttp import WSMsgType, web

from evovoice.emulator.http.driver import Driver
from evovoice.emulator.signalling.frames import KEEP_ALIVE

_KEEP_ALIVE_EVERY = 5.0  # the SDK gives a socket up after 15 seconds of silence
_MOST_UNANSWERED = 4  # keep-alives without an echo: its machine sleeps, or its network is gone
_LONGEST_MESSAGE = 1 << 20


class SignalEndpoint:
    """Where pages open their sockets."""

    def __init__(
        self,
        driver: Driver,
        keep_alive_every: float = _KEEP_ALIVE_EVERY,
        opened: Callable[[], None] = lambda: None,
    ) -> None:
        self._driver = driver
        self._opened = opened  # a page is there: a call with sound may follow
        self._keep_alive_every = keep_alive_every

    def add_routes(self, app: web.Application) -> None:
        """The address, and the end of all sockets with the end of the server."""
        app.router.add_get("/signal", self.serve)
        app.on_shutdown.append(self._cut_all)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket, from its opening to its end."""
        socket = web.WebSocketResponse(max_msg_size=_LONGEST_MESSAGE)
        await socket.prepare(request)
        self._opened()
        cut = partial(_cut, request)
        writer = _Writer(socket, self._keep_alive_every, cut)
        gateway = self._driver.exchange.gateway
        connection = gateway.open(writer.put, cut)
        task = asyncio.create_task(writer.run())
        try:
            async for message in socket:
                writer.unanswered = 0
                if message.type is WSMsgType.TEXT:
                    self._driver.catch_up()
                    gateway.receive(connection, message.data)
                    self._driver.pulse()
        finally:
            task.cancel()
            self._driver.catch_up()
            gateway.close(connection)
            self._driver.pulse()
        return socket

    async def _cut_all(self, app: web.Application) -> None:  # noqa: ARG002 - a signal's signature
        gateway = self._driver.exchange.gateway
        for name in tuple(gateway.connections):
            gateway.cut(name)


class _Writer:
    """Alone writes to a socket, so that whoever sends never waits."""

    def __init__(
        self, socket: web.WebSocketResponse, keep_alive_every: float, cut: "partial[None]"
    ) -> None:
        self._socket = socket
        self._keep_alive_every = keep_alive_every
        self._cut = cut
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self.unanswered = 0

    def put(self, text: str) -> None:
        """Written soon."""
        self._outgoing.put_nowait(text)

    async def run(self) -> None:
        """Until the socket is closed, or its page has been silent for too long."""
        with suppress(ConnectionError):
            while not self._socket.closed:
                await self._socket.send_str(await self._next())

    async def _next(self) -> str:
        try:
            return await asyncio.wait_for(self._outgoing.get(), self._keep_alive_every)
        except TimeoutError:
            self.unanswered += 1
            if self.unanswered > _MOST_UNANSWERED:
                self._cut()
            return KEEP_ALIVE


def _cut(request: web.Request) -> None:
    """Without a word of farewell, as where a network is gone."""
    if request.transport is not None:
        request.transport.abort()
