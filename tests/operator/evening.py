"""The evening: callers all the time, and meanwhile what befalls a service, one after the other."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.operator.desk import Desk
from tests.operator.house import House
from tests.operator.leaver import Leaver
from tests.operator.ledger import CountedLine, Delivery, Ledger, Phase, deliveries, told_sorry
from tests.operator.slow_clients import SlowClients

_SLOW_CLIENTS = 300
_END_WITHIN = 60.0  # seconds until nobody is on the line after the last call
_CARRIER_AWAY = 0.4  # of a phase
_MET_WITHIN = 20.0  # seconds


@dataclass(frozen=True, slots=True)
class Wish:
    """How long a phase lasts at least, in seconds, and at how many desks calls are taken."""

    seed: int = 1
    seconds: float = 20.0
    desks: int = 8


def short(seed: int) -> Wish:
    """About a minute where little else runs."""
    return Wish(seed, seconds=4.0, desks=5)


class Evening:
    """One evening in one house."""

    def __init__(self, wish: Wish, folder: Path) -> None:
        self._wish, self._dice = wish, Random(wish.seed)
        self._house, self._ledger = House(folder, wish.seed), Ledger()
        self._service = CountedLine(self._house.parts.public_url, self._ledger)
        self._is_over = asyncio.Event()
        self._began = time.monotonic()

    async def tell(self) -> dict[str, Any]:
        """Play it; the figures."""
        try:
            await self._house.open()
            self._say("everything serves")
            desks = [await self._desk(place) for place in range(self._wish.desks)]
            leaver = await self._desk(self._wish.desks)
            working = [asyncio.create_task(desk.work(self._is_over)) for desk in desks]
            await self._play(leaver)
            self._is_over.set()
            await asyncio.gather(*working)
            await self._nobody_is_left()
            return await self._figures()
        finally:
            await self._service.close()
            await self._house.close()

    async def _play(self, leaver: Desk) -> None:
        for name, deed in (
            ("load", self._load),
            ("connections to the database ended", self._failover),
            ("database restarted", self._restart),
            ("connections cut silently", self._cut),
            ("Twilio away", self._carrier_away),
            ("reload", self._reload),
            ("rolling restart", self._roll),
            ("slow clients", self._slow_clients),
        ):
            await self._phase(name, deed)
        await self._phase("a user disabled", lambda phase: self._disable(phase, leaver))

    async def _phase(self, name: str, deed: Callable[[Phase], Awaitable[None]]) -> None:
        self._say(name)
        with self._ledger.phase(name) as phase:
            await deed(phase)
            rest = phase.begun + self._wish.seconds - time.time()
            await asyncio.sleep(max(0.0, rest))

    # --- the phases ------------------------------------------------------------------------------

    async def _load(self, phase: Phase) -> None:
        await asyncio.sleep(self._wish.seconds)

    async def _failover(self, phase: Phase) -> None:
        """Nobody is told sorry here: the database is there, only every connection has ended."""
        phase.notes["connections_ended"] = await self._house.end_connections()

    async def _restart(self, phase: Phase) -> None:
        begun = time.time()
        with self._ledger.away("database"):
            await self._house.restart_database()
        phase.notes["away_seconds"] = round(time.time() - begun, 1)

    async def _cut(self, phase: Phase) -> None:
        self._house.cut_silently()

    async def _carrier_away(self, phase: Phase) -> None:
        """Until somebody has met it, at least."""
        with self._ledger.away("carrier"):
            await self._house.carrier_goes()
            await asyncio.sleep(_CARRIER_AWAY * self._wish.seconds)
            until = time.time() + _MET_WITHIN
            while not self._ledger.refused("CarrierUnavailable") and time.time() < until:
                await asyncio.sleep(0.2)
            await self._house.carrier_comes_back()

    async def _reload(self, phase: Phase) -> None:
        await self._house.reload()

    async def _roll(self, phase: Phase) -> None:
        await self._house.roll()

    async def _slow_clients(self, phase: Phase) -> None:
        slow = SlowClients(self._house.instance.port)
        await slow.come(_SLOW_CLIENTS)
        await asyncio.sleep(self._wish.seconds)
        await slow.go()
        phase.notes |= {"slow_connections": slow.opened, "of_these_cut_off": slow.cut}

    async def _disable(self, phase: Phase, desk: Desk) -> None:
        base, control = self._house.parts.public_url, self._house.control
        manager = self._house.people.manager
        phase.notes |= await Leaver(desk, manager, base, self._ledger, control).leave()

    # --- before and after ------------------------------------------------------------------------

    async def _desk(self, place: int) -> Desk:
        cast = await self._house.cast(place)
        dice = Random(self._wish.seed * 1_000_003 + place)
        desk = Desk(cast, self._service, self._house.control, self._ledger, dice)
        await desk.furnish()
        return desk

    async def _nobody_is_left(self) -> None:
        self._say("the last calls are over")
        until = time.time() + _END_WITHIN
        while left := await self._left():
            if time.time() > until:
                self._ledger.problems += left
                return
            await asyncio.sleep(1)

    async def _left(self) -> list[str]:
        key = self._house.people.manager.key
        sessions = await self._service.ask("GET", "/sessions?all=true", key=key)
        state = await self._house.control.ask("GET", "/_emulator/state")
        if not (sessions.is_good and state.is_good):
            return ["What is left cannot be read"]
        return [
            *(f"Session {one['id']} has not ended" for one in sessions.body["items"]
              if not one["ended"]),
            *(f"{one['to']} is {one['status']} after the last call" for one in state.body["calls"]
              if one["status"] in ("queued", "initiated", "ringing", "in-progress")),
        ]  # fmt: skip

    async def _figures(self) -> dict[str, Any]:
        log = await self._house.control.ask("GET", "/_emulator/log")
        told = deliveries(log.body)
        ledger = self._ledger
        return {
            "seed": self._wish.seed,
            "desks": self._wish.desks,
            "seconds": round(time.monotonic() - self._began),
            "calls": len(ledger.calls),
            "requests": len(ledger.asked),
            "requests_lost": len(ledger.lost()),
            "told_by_the_carrier": len(told),
            **self._sorry(told),
            "phases": {one.name: ledger.figures(one, told) for one in ledger.phases},
            "broken": ledger.broken(told),
        }

    def _sorry(self, told: list[Delivery]) -> dict[str, int]:
        away = self._ledger.was_away
        beyond = [one for one in told if not away("database", one.at, one.until)]
        return {
            "told_sorry": len(told_sorry(told)),
            "told_sorry_beyond_the_failover": len(told_sorry(beyond)),
        }

    def _say(self, what: str) -> None:
        """How far it is, for whoever waits."""
        since = time.monotonic() - self._began
        sys.stderr.write(f"{since:5.0f} s  {what}\n")
        sys.stderr.flush()
