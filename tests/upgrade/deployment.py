"""What runs: a router, a carrier, and servers of either version that join and leave."""

import asyncio
import signal
from pathlib import Path
from random import Random

from evovoice.demo.processes import HOST, free_port
from tests.chaos.cast import Cast
from tests.chaos.line import Line
from tests.chaos.processes import Instance, Parts, answers
from tests.chaos.spreader import Spreader
from tests.upgrade.versions import Version

_PATIENCE = 60.0  # seconds for a server to end
_SETTINGS = {"EVOVOICE_PROXIES": "1"}  # the router


class Deployment:
    """On one database. The router gives every connection to one of those who serve, by chance."""

    def __init__(self, folder: Path, database_url: str, seed: int) -> None:
        self._port, self._seed, self._count = free_port(), seed, 0
        self._parts = Parts(
            folder, database_url, f"http://{HOST}:{self._port}", processes=1, app="app:app",
            settings=_SETTINGS,
        )  # fmt: skip
        self._router = Spreader(self._parts.instances, Random(seed))
        self.public_url = self._parts.public_url
        self.control = Line(self._parts.emulator_url)

    async def open(self) -> None:
        """Router and carrier are there when this is over; nobody serves yet."""
        await self._router.start(self._port)
        await asyncio.to_thread(self._parts.start_emulator, self._seed)

    async def close(self) -> None:
        """End what was started."""
        await self.control.close()
        await self._router.stop()
        await asyncio.to_thread(self._parts.stop)

    async def join(self, version: Version) -> Instance:
        """One more server; it is ready and gets its share when this is over."""
        self._count += 1
        server = Instance(f"server {self._count}", free_port(), 0.0, version.folder)
        self._parts.start_instance(server)
        try:
            await asyncio.to_thread(self._parts.wait_for, server)
        finally:
            self._parts.instances.append(server)
        return server

    async def leave(self, server: Instance) -> None:
        """As a platform does: SIGTERM, and what it has begun it brings to its end."""
        assert server.process is not None
        server.process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(server.process.wait, _PATIENCE)
        self._parts.instances.remove(server)
        assert 0 == code, self._parts.said(server.name)

    def is_ready(self, server: Instance) -> bool:
        """What it says of itself."""
        return answers(f"{address_of(server)}/readyz")

    async def give_number(self, cast: Cast) -> None:
        """The carrier asks the router about calls to it, and does so again where that fails."""
        voice = f"{self.public_url}/twilio/voice"
        urls = {
            "voiceUrl": f"{voice}/incoming#rc=3&rp=all",
            "voiceFallbackUrl": f"{voice}/incoming#rc=3&rp=all",
            "statusCallback": f"{voice}/status#rc=3&rp=all",
        }
        await self.control.ask("PUT", f"/_emulator/numbers/{cast.ours}", urls)


def address_of(server: Instance) -> str:
    """Where it is asked past the router."""
    return f"http://{HOST}:{server.port}"
