"""Somebody leaves: a user is disabled while their device rings and their console listens."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from tests.chaos.cast import Agent
from tests.chaos.line import Line
from tests.operator.desk import Desk
from tests.operator.ledger import CountedLine, Ledger

_AT_ONCE = 5.0  # seconds, on a machine with much else to do
_PATIENCE = 30.0


class Leaver:
    """Ann of a desk of her own; Bob takes her calls."""

    def __init__(
        self, desk: Desk, manager: Agent, base: str, ledger: Ledger, control: Line
    ) -> None:
        self._desk, self._manager, self._base, self._ledger = desk, manager, base, ledger
        self._control, self._ann = control, desk.cast.ann
        self._service = CountedLine(base, ledger)
        self._caller = ""  # SID of the call that rings her
        self._listening: asyncio.Task[None] | None = None

    async def leave(self) -> dict[str, Any]:
        """Disable and enable her; how many seconds each thing took to end."""
        try:
            self._listening = asyncio.create_task(self._listen())
            await self._ring()
            answer = await self._tell("disable")
            figures = await self._ends() if answer else {}
            await self._control.ask("POST", f"/_emulator/calls/{self._caller}/hangup")
            if not answer:
                return figures
            self._desk.agent = self._desk.cast.bob
            before = len(await self._legs(self._ann))
            await self._desk.call()
            if len(await self._legs(self._ann)) > before:
                self._ledger.problems.append("A device rang whose user is disabled")
            if await self._tell("enable"):
                await self._must("her key counts again", self._is_let_in)
            return figures
        finally:
            if self._listening is not None:
                self._listening.cancel()
            await self._service.close()

    async def _ring(self) -> None:
        """A caller rings her, and she lets it ring; Bob will answer."""
        cast = self._desk.cast
        await self._phone(self._ann.address, outcome="silent")
        await self._phone(cast.bob.address, outcome="answer", answerAfter=8)
        wish = {"from": cast.customer, "to": cast.ours}
        answer = await self._control.ask("POST", "/_emulator/calls", wish)
        self._caller = str((answer.body or {}).get("callSid", ""))
        await self._must("her device rings", self._rings)

    async def _ends(self) -> dict[str, Any]:
        """Everything at once; each was to take no more than a moment."""
        begun = time.time()
        figures: dict[str, Any] = {}
        for name, is_so in (
            ("key_refused", self._is_refused),
            ("stream_ended", self._hears_nothing),
            ("ringing_ended", self._rings_no_more),
        ):
            await self._must(f"{name} at once", is_so, _AT_ONCE)
            figures[f"{name}_after_seconds"] = round(time.time() - begun, 2)
        await self._phone(self._desk.cast.bob.address, outcome="answer", answerAfter=1)
        await self._must("Bob has the call", self._bob_talks)
        return figures

    async def _listen(self) -> None:
        headers = {"Authorization": f"Bearer {self._ann.key}"}
        address = f"{self._base}/events"
        async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as one:
            await one.read()

    async def _tell(self, what: str) -> bool:
        path = f"/admin/users/{self._ann.id}/{what}"
        answer = await self._service.ask("POST", path, {}, self._manager.key)
        if not answer.is_good:
            self._ledger.problems.append(f"{what} was answered {answer.status}: {answer.body}")
        return answer.is_good

    async def _must(
        self, what: str, is_so: Callable[[], Awaitable[bool]], within: float = _PATIENCE
    ) -> None:
        until = time.time() + within
        while not await is_so():
            if time.time() > until:
                self._ledger.problems.append(f"It did not come to be that {what}")
                return
            await asyncio.sleep(0.1)

    async def _status(self) -> int | None:
        answer = await self._service.ask("GET", "/sessions/active", key=self._ann.key)
        return answer.status

    async def _is_refused(self) -> bool:
        return await self._status() == 401

    async def _is_let_in(self) -> bool:
        return await self._status() == 200

    async def _hears_nothing(self) -> bool:
        return self._listening is None or self._listening.done()

    async def _rings(self) -> bool:
        return any(leg["status"] == "ringing" for leg in await self._legs(self._ann))

    async def _rings_no_more(self) -> bool:
        return not await self._rings()

    async def _bob_talks(self) -> bool:
        legs = await self._legs(self._desk.cast.bob)
        return any(leg["status"] == "in-progress" for leg in legs)

    async def _legs(self, agent: Agent) -> list[dict[str, Any]]:
        state = await self._control.ask("GET", "/_emulator/state")
        calls = state.body["calls"] if state.is_good else []
        return [one for one in calls if one["to"] == agent.address]

    async def _phone(self, address: str, **character: Any) -> None:
        await self._control.ask("PUT", f"/_emulator/phones/{address}", character)
