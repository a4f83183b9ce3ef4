"""/signal: the websocket of Twilio's SDK. Keep-alives go by real time, whatever the dial says."""

import asyncio
from contextlib import suppress
from functools import partial

from aiohttp import WSMsgType, web

from evovoice.emulator.http.driver import Driver
from evovoice.emulator.signalling.frames import KEEP_ALIVE

_KEEP_ALIVE_EVERY = 5.0  # the SDK gives a socket up after 15 seconds of silence
_LONGEST_MESSAGE = 1 << 20


class SignalEndpoint:
    """One task writes to each socket, so that whoever sends never waits."""

    def __init__(self, driver: Driver, keep_alive_every: float = _KEEP_ALIVE_EVERY) -> None:
        self._driver = driver
        self._keep_alive_every = keep_alive_every

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket, from its opening to its end."""
        socket = web.WebSocketResponse(max_msg_size=_LONGEST_MESSAGE)
        await socket.prepare(request)
        outgoing: asyncio.Queue[str] = asyncio.Queue()
        gateway = self._driver.exchange.gateway
        connection = gateway.open(outgoing.put_nowait, partial(_cut, request))
        writer = asyncio.create_task(self._write(socket, outgoing))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._driver.catch_up()
                    gateway.receive(connection, message.data)
                    self._driver.pulse()
        finally:
            writer.cancel()
            self._driver.catch_up()
            gateway.close(connection)
            self._driver.pulse()
        return socket

    async def _write(self, socket: web.WebSocketResponse, outgoing: asyncio.Queue[str]) -> None:
        with suppress(ConnectionError):
            while not socket.closed:
                try:
                    text = await asyncio.wait_for(outgoing.get(), self._keep_alive_every)
                except TimeoutError:
                    text = KEEP_ALIVE
                await socket.send_str(text)


def _cut(request: web.Request) -> None:
    """Without a word of farewell, as where a network is gone."""
    if request.transport is not None:
        request.transport.abort()
