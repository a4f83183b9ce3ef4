"""The way up and the way back, phase by phase, while desks take calls by the router."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

from tests.chaos.cast import Cast
from tests.chaos.processes import Instance
from tests.operator.desk import Desk
from tests.operator.ledger import CountedLine, Ledger, deliveries
from tests.upgrade.deployment import Deployment, address_of
from tests.upgrade.exchange import read_otherwise, shut_out
from tests.upgrade.long_call import LongCall
from tests.upgrade.people import office
from tests.upgrade.versions import Version, this_version, version_before

_SECONDS = 3.0  # of each phase, at least
_PATIENCE = 30.0  # seconds until a call has begun, or ended
_COMPARED = 3  # sessions that are over, at least
_DESKS = 2  # at the beginning; each version makes one more for the other


class Rollout:
    """One database, and one call that goes on from first to last."""

    def __init__(self, folder: Path, database_url: str, seed: int) -> None:
        code = folder / "before"
        code.mkdir()
        self._url, self._dice = database_url, Random(seed)
        self._before, self._this = version_before(code), this_version()
        self._deployment = Deployment(folder, database_url, seed)
        self.ledger, self.problems, self.compared = Ledger(), list[str](), list[int]()
        self._lines: list[CountedLine] = []
        self._by_router = self._line(self._deployment.public_url)
        self._is_over, self._work = asyncio.Event(), list[asyncio.Task[None]]()
        self._desks: list[Desk] = []

    async def tell(self) -> None:
        """Play it."""
        try:
            await self._begin()
            for name, deed in (
                ("the version before", self._the_version_before),
                ("the tables of this version", self._upgrade),
                ("side by side", self._side_by_side),
                ("this version", self._this_version),
                ("side by side again", self._back),
                ("the version before again", self._the_version_before_again),
            ):
                await self._phase(name, deed)
            self._is_over.set()
            await asyncio.gather(*self._work)
            log = await self._deployment.control.ask("GET", "/_emulator/log")
            self.problems += self.ledger.broken(deliveries(log.body))
        finally:
            await self._close()

    async def _begin(self) -> None:
        await self._deployment.open()
        self._first = await asyncio.to_thread(self._before.upgrade, self._url)
        self._office, casts = await asyncio.to_thread(office, self._before, self._url, _DESKS + 1)
        await self._old_joins()
        *self._first_casts, cast = casts
        control = self._deployment.control
        self._long_call = LongCall(cast, self._by_old, control, self.ledger, self._dice)

    async def _phase(self, name: str, deed: Callable[[], Awaitable[None]]) -> None:
        with self.ledger.phase(name) as phase:
            await asyncio.gather(deed(), asyncio.sleep(_SECONDS))
            until = time.time() + _PATIENCE
            while self.ledger.calls[-1].begun < phase.begun and time.time() < until:
                await asyncio.sleep(0.2)

    # --- the phases ------------------------------------------------------------------------------

    async def _the_version_before(self) -> None:
        for cast in self._first_casts:
            await self._open_desk(cast)
        await self._deployment.give_number(self._long_call.cast)
        await self._long_call.furnish()
        await self._long_call.begin(self._by_old)

    async def _upgrade(self) -> None:
        """The version before goes on serving on the tables of this one."""
        assert await asyncio.to_thread(self._this.upgrade, self._url) >= self._first
        assert self._deployment.is_ready(self._old)
        await self._long_call.hold(self._by_old, self._by_old)

    async def _side_by_side(self) -> None:
        self._new = await self._deployment.join(self._this)
        self._by_new = self._line(address_of(self._new))
        await self._open_desk(await self._cast(self._this, _DESKS + 1))
        await self._long_call.resume(self._by_new, self._by_old)
        await self._long_call.hold(self._by_old, self._by_new)
        await self._long_call.resume(self._by_new, self._by_old)
        await self._exchange()

    async def _this_version(self) -> None:
        await self._deployment.leave(self._old)
        await self._long_call.add(1, self._by_new)

    async def _back(self) -> None:
        await self._old_joins()
        assert self._deployment.is_ready(self._old)
        await self._open_desk(await self._cast(self._before, _DESKS + 2))
        await self._long_call.hold(self._by_old, self._by_new)
        await self._long_call.resume(self._by_new, self._by_old)
        await self._exchange()

    async def _the_version_before_again(self) -> None:
        await self._deployment.leave(self._new)
        await self._long_call.add(2, self._by_old)
        self.parties = await self._long_call.parties(self._by_old)
        await self._long_call.end(self._by_old)

    # --- what they are made of -------------------------------------------------------------------

    async def _old_joins(self) -> None:
        self._old: Instance = await self._deployment.join(self._before)
        self._by_old = self._line(address_of(self._old))

    async def _exchange(self) -> None:
        """Each reads what the other has written, and knows whom the other has let in."""
        until, both, found = time.time() + _PATIENCE, 0, list[str]()
        while both < _COMPARED and time.time() < until:
            both, found = await read_otherwise(self._by_old, self._by_new, self._office)
            await asyncio.sleep(0.5)
        self.compared.append(both)
        self.problems += found
        casts = [desk.cast for desk in self._desks]
        self.problems += await shut_out([self._by_old, self._by_new], casts)

    async def _cast(self, version: Version, place: int) -> Cast:
        return await asyncio.to_thread(self._office.cast, version, place)

    async def _open_desk(self, cast: Cast) -> None:
        """Who made its people is known, by whom it is served is chance."""
        await self._deployment.give_number(cast)
        control = self._deployment.control
        desk = Desk(cast, self._by_router, control, self.ledger, Random(self._dice.random()))
        await desk.furnish()
        self._desks.append(desk)
        self._work.append(asyncio.create_task(desk.work(self._is_over)))

    def _line(self, address: str) -> CountedLine:
        line = CountedLine(address, self.ledger)
        self._lines.append(line)
        return line

    async def _close(self) -> None:
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        for line in self._lines:
            await line.close()
        await self._deployment.close()
