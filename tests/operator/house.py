"""What runs in the evening: PostgreSQL behind PgBouncer, two web processes, a router, a carrier.

Between the web processes and PgBouncer stands a proxy that can fall silent.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random

from sqlalchemy import create_engine, text

from evovoice.demo.processes import HOST, free_port
from evovoice.storage.database.engine import database_address
from evovoice.storage.migrations.upgrade import upgrade
from tests.chaos.cast import Cast, People
from tests.chaos.line import Line
from tests.chaos.postgres import FragilePostgres
from tests.chaos.processes import Instance, Parts, answers
from tests.chaos.spreader import Spreader
from tests.pgbouncer import pgbouncer, socket_of
from tests.silent_proxy import SilentProxy

_NAME = "evening"
_POOLED = 20  # connections of PgBouncer to the server
_PROCESSES = 2
_PATIENCE = 60.0  # seconds for whatever is told to end or to begin
# One router stands in front, as on a platform; it is the one whose word about addresses counts.
_SETTINGS = {"EVOVOICE_PROXIES": "1"}


class House:
    """Started, disturbed and stopped by the evening."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._stack, self._seed = ExitStack(), seed
        try:
            database_url = self._database()
        except BaseException:
            self._stack.close()
            raise
        self._port, self._carrier_port, self._count = free_port(), free_port(), 0
        settings = {**_SETTINGS, "TWILIO_API_BASE_URL": f"http://{HOST}:{self._carrier_port}"}
        self.parts = Parts(
            folder, database_url, f"http://{HOST}:{self._port}", _PROCESSES,
            app="app:app", settings=settings,
        )  # fmt: skip
        self._stack.callback(self.parts.stop)
        self.parts.instances.append(self._new_instance())
        self._router = Spreader(self.parts.instances, Random(seed))
        emulator = Instance("carrier", self.parts.emulator_port, 0.0)
        self._way_to_carrier = Spreader([emulator], Random(seed))
        self.control = Line(self.parts.emulator_url)

    def _database(self) -> str:
        """Start what stores; the address for the web processes."""
        self._postgres = FragilePostgres()
        self._stack.callback(self._postgres.stop)
        self._direct = self._postgres.create(_NAME)
        upgrade(self._direct)
        self.people = People(self._direct)
        self._stack.callback(self.people.close)
        bouncer = self._stack.enter_context(pgbouncer(self._postgres, "transaction", _POOLED))
        self._proxy = self._stack.enter_context(SilentProxy(socket_of(bouncer)))
        return self._proxy.url(_NAME)

    def _new_instance(self) -> Instance:
        self._count += 1
        return Instance(f"web {self._count}", free_port(), 0.0)

    @property
    def instance(self) -> Instance:
        """The one that serves."""
        return self.parts.instances[-1]

    async def open(self) -> None:
        """Everything serves when this is over."""
        await self._router.start(self._port)
        await self._way_to_carrier.start(self._carrier_port)
        self.parts.start_instance(self.instance)
        await asyncio.to_thread(self.parts.start_emulator, self._seed)
        await asyncio.to_thread(self.parts.wait_for, self.instance)

    async def close(self) -> None:
        """End what was started."""
        await self.control.close()
        await self._way_to_carrier.stop()
        await self._router.stop()
        await asyncio.to_thread(self._stack.close)

    async def cast(self, place: int) -> Cast:
        """Those at one desk: a number of ours, whose agents are Ann and Bob, and people."""
        cast = await asyncio.to_thread(self.people.cast, place, True)
        voice = f"{self.parts.public_url}/twilio/voice"
        urls = {
            "voiceUrl": f"{voice}/incoming#rc=3&rp=all",
            "voiceFallbackUrl": f"{voice}/incoming#rc=3&rp=all",
            "statusCallback": f"{voice}/status#rc=3&rp=all",
        }
        await self.control.ask("PUT", f"/_emulator/numbers/{cast.ours}", urls)
        return cast

    # --- what befalls it -----------------------------------------------------------------------

    async def end_connections(self) -> int:
        """A failover as the clients of a database see it: all connections end; how many."""
        return await asyncio.to_thread(self._end_connections)

    async def restart_database(self) -> None:
        """It stops as by a power cut and starts again at the same place."""
        await asyncio.to_thread(self._postgres.stop_at_once)
        await asyncio.to_thread(self._postgres.start_again)
        await self._until(lambda: answers(f"http://{HOST}:{self.instance.port}/healthz"))

    def cut_silently(self) -> None:
        """The connections of the web processes to the database carry nothing any more."""
        self._proxy.fall_silent()

    async def carrier_goes(self) -> None:
        """No connection to the carrier can be made; what it asks and tells still comes."""
        await self._way_to_carrier.stop()

    async def carrier_comes_back(self) -> None:
        """Everything reaches it again."""
        await self._way_to_carrier.start(self._carrier_port)

    async def reload(self) -> None:
        """The operator's `kill -HUP`: every web process is replaced."""
        old = set(self.instance.workers())
        self._signal(self.instance, signal.SIGHUP)
        await self._until(lambda: not old & set(self.instance.workers()))

    async def roll(self) -> None:
        """A platform's deploy: a new instance serves before the old one is told to end."""
        old = self.instance
        new = self._new_instance()
        self.parts.start_instance(new)
        await asyncio.to_thread(self.parts.wait_for, new)
        self.parts.instances.append(new)
        self._signal(old, signal.SIGTERM)
        assert old.process is not None
        await asyncio.to_thread(old.process.wait, _PATIENCE)
        self.parts.instances.remove(old)

    def _end_connections(self) -> int:
        engine = create_engine(database_address(self._direct), isolation_level="AUTOCOMMIT")
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        try:
            with engine.connect() as connection:
                ended = connection.execute(
                    text(f"{others} AND pid <> pg_backend_pid()"), {"name": _NAME}
                ).all()
        finally:
            engine.dispose()
        return len(ended)

    def _signal(self, instance: Instance, number: signal.Signals) -> None:
        assert instance.process is not None
        os.kill(instance.process.pid, number)

    async def _until(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + _PATIENCE
        while not await asyncio.to_thread(is_so):
            if time.monotonic() > until:
                raise RuntimeError(f"It took too long: {self.parts.said(self.instance.name)}")
            await asyncio.sleep(0.2)
