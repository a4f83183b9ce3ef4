"""Strangers who keep connections and send a byte now and then, without credentials."""

import asyncio
from contextlib import suppress

from evovoice.demo.processes import HOST

_HEAD = b"POST /sessions/s-1/conference/members HTTP/1.1\r\nHost: a\r\nX-Slow: "
_EVERY = 2.0  # seconds between two bytes


class SlowClients:
    """So many of them at one port, until told to go."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._tasks: list[asyncio.Task[None]] = []
        self.opened = 0
        self.cut = 0  # by the service, while they sent

    async def come(self, count: int) -> None:
        """Connect; each sends the beginning of a request that never ends."""
        self._tasks = [asyncio.create_task(self._send()) for _ in range(count)]
        await asyncio.sleep(0)

    async def go(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send(self) -> None:
        with suppress(OSError):
            while True:
                await self._send_once()

    async def _send_once(self) -> None:
        """One connection; whoever is cut off comes back."""
        _reader, writer = await asyncio.open_connection(HOST, self._port)
        self.opened += 1
        try:
            writer.write(_HEAD)
            while not _reader.at_eof():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(_EVERY)
            self.cut += 1
        except OSError:
            self.cut += 1
        finally:
            writer.close()
