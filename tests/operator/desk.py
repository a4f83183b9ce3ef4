"""A desk: callers come one after the other, the agent adds somebody, holds, resumes and ends."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from tests.chaos.cast import Cast
from tests.chaos.line import Answer, Line
from tests.operator.ledger import Call, Ledger

_PATIENCE = 45.0  # seconds for each step of a call, whatever befalls the service
_LOOK_EVERY = 0.4  # seconds
_REPEAT_AFTER = 1.0  # seconds, as Evo Voice's own client does
_LATER = (429, 500, 502, 503)


class Desk:
    """Who sits there answers; without them their colleague does, a little later."""

    def __init__(
        self, cast: Cast, service: Line, control: Line, ledger: Ledger, dice: Random
    ) -> None:
        self.cast, self.agent = cast, cast.ann
        self._service, self._control, self._ledger, self._dice = service, control, ledger, dice

    async def furnish(self) -> None:
        """Everybody's telephone gets its character."""
        cast = self.cast
        for address in (cast.ann.address, cast.customer, *cast.others):
            await self._phone(address, 0.5)
        await self._phone(cast.bob.address, 4.0)

    async def work(self, is_over: asyncio.Event) -> None:
        """Call after call, until it is over; the last one is brought to its end."""
        await asyncio.sleep(self._dice.uniform(0, 2))
        while not is_over.is_set():
            await self.call()
            await asyncio.sleep(self._dice.uniform(0.2, 1))

    async def call(self) -> Call:
        """One conversation, written down."""
        call = Call(time.time())
        self._ledger.calls.append(call)
        try:
            await self._converse(call)
        except _DidNotHappen as problem:
            if not self._ledger.was_away("database", call.begun, time.time()):
                call.problem = str(problem)
            await self._control.ask("POST", f"/_emulator/calls/{call.root_sid}/hangup")
        return call

    async def _converse(self, call: Call) -> None:
        wish = {"from": self.cast.customer, "to": self.cast.ours}
        answer = await self._control.ask("POST", "/_emulator/calls", wish)
        call.root_sid = str((answer.body or {}).get("callSid", ""))
        session = await self._find(call.root_sid)
        await self._shown(session, "the agent talks", lambda info: info["callState"] == "Connected")
        await self._add(session, self._dice.choice(self.cast.others))
        call.added = True
        await self._command("POST", f"{session}/hold", {})
        await self._command("POST", f"{session}/resume", {})
        await asyncio.sleep(self._dice.uniform(0.2, 1))
        await self._command("DELETE", session)
        await self._shown(session, "the session ends", lambda info: bool(info["ended"]))

    async def _add(self, session: str, third: str) -> None:
        """Until they talk. Where the party has gone again, since the carrier could not be reached,
        the agent sees it and presses once more.
        """

        async def is_up() -> bool:
            answer = await self._ask("GET", session)
            if answer.is_good and _state(answer.body, third) is None:
                path, wish = f"{session}/conference/members", {"destination": third}
                await self._command("POST", path, wish)
            return answer.is_good and _state(answer.body, third) == "Connected"

        await self._until(f"{third} is added", is_up)

    async def _find(self, root_sid: str) -> str:
        """The console shows the call; the path of its session."""
        found: list[str] = []

        async def is_shown() -> bool:
            answer = await self._ask("GET", "/sessions/active")
            sessions = answer.body["sessions"] if answer.is_good else []
            found.extend(one["id"] for one in sessions if one.get("callSid") == root_sid)
            return bool(found)

        await self._until("the console shows the call", is_shown)
        return f"/sessions/{found[0]}"

    async def _shown(
        self, session: str, what: str, is_so: Callable[[dict[str, Any]], bool]
    ) -> None:
        async def is_shown() -> bool:
            answer = await self._ask("GET", session)
            return answer.is_good and is_so(answer.body)

        await self._until(what, is_shown)

    async def _command(self, method: str, path: str, body: Any = None) -> None:
        """Repeated as clients do, until it is done; an add with its key, so that it rings once."""
        once = secrets.token_hex(8) if path.endswith("members") else ""

        async def is_done() -> bool:
            answer = await self._service.ask(method, path, body, self.agent.key, once)
            if answer.status is not None and 400 <= answer.status < 500 and answer.status != 429:
                raise _DidNotHappen(f"{method} {path} was answered {answer.status}: {answer.body}")
            return answer.is_good

        await self._until(f"{method} {path} is done", is_done, _REPEAT_AFTER)

    async def _until(
        self, what: str, is_so: Callable[[], Awaitable[bool]], pause: float = _LOOK_EVERY
    ) -> None:
        until = time.time() + _PATIENCE
        while not await is_so():
            if time.time() > until:
                raise _DidNotHappen(f"It never came to be that {what}")
            await asyncio.sleep(pause)

    async def _ask(self, method: str, path: str) -> Answer:
        return await self._service.ask(method, path, key=self.agent.key)

    async def _phone(self, address: str, after: float) -> None:
        character = {"outcome": "answer", "answerAfter": after}
        await self._control.ask("PUT", f"/_emulator/phones/{address}", character)


class _DidNotHappen(Exception):
    """A step of a call did not come about."""


def _state(info: dict[str, Any], address: str) -> str | None:
    """How that party is shown; None where they are not."""
    found = (one["callState"] for one in info["members"] if one.get("identity") == address)
    return next(found, None)
