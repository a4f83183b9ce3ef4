"""A small balancer of connections: each goes to an instance by chance, and some are reset."""

import asyncio
import socket
import struct
from collections import Counter
from contextlib import suppress
from random import Random

from evovoice.demo.processes import HOST
from tests.chaos.processes import Instance

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close without a farewell
_CHUNK = 65536


class Spreader:
    """Listens at the public address. `reset_share` of the connections break.

    Half of these before anything has reached the service, the others when its answer is there:
    then it has happened and nobody is told. An instance that refuses is passed over, as balancers
    do; where all refuse, the connection breaks.
    """

    def __init__(self, instances: list[Instance], dice: Random) -> None:
        self._instances, self._dice = instances, dice
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()  # the loop itself keeps none of them alive
        self.reset_share = 0.0
        self.counts: Counter[str] = Counter()

    async def start(self, port: int) -> None:
        """Listen from now on."""
        self._server = await asyncio.start_server(self._accept, HOST, port, backlog=1024)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _accept(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(client, back))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        fate = self._dice.random()
        if fate < self.reset_share / 2:
            await _first_bytes(client)
            self._break(back, "reset before")
            return
        try:
            service, forth = await self._open()
        except OSError:
            self._break(back, "nobody listens")
            return
        try:
            await self._carry(client, back, service, forth, lose_answer=fate < self.reset_share)
        finally:
            for writer in (forth, back):
                with suppress(OSError):
                    writer.close()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        ways = self._dice.sample(self._instances, len(self._instances))
        for place, instance in enumerate(ways):
            try:
                opened = await asyncio.open_connection(HOST, instance.port)
            except OSError:
                if place + 1 == len(ways):
                    raise
            else:
                self.counts[f"to {instance.name}"] += 1
                return opened
        raise OSError("no instance")

    async def _carry(
        self, client: asyncio.StreamReader, back: asyncio.StreamWriter,
        service: asyncio.StreamReader, forth: asyncio.StreamWriter, lose_answer: bool,
    ) -> None:  # fmt: skip
        up = asyncio.create_task(_pipe(client, forth))
        try:
            if lose_answer:
                await _first_bytes(service)
                self._break(back, "reset after")
                return
            await _pipe(service, back)
        finally:
            up.cancel()

    def _break(self, writer: asyncio.StreamWriter, why: str) -> None:
        self.counts[why] += 1
        sock: socket.socket | None = writer.get_extra_info("socket")
        with suppress(OSError):
            if sock is not None:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()


async def _first_bytes(reader: asyncio.StreamReader) -> None:
    with suppress(OSError):
        await reader.read(1)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
