"""A call that goes on while versions come and go, commanded by one server and another."""

import time

from tests.chaos.line import Line
from tests.operator.desk import Desk
from tests.operator.ledger import Call


class LongCall(Desk):
    """Each step is asked of the server that is named."""

    async def begin(self, server: Line) -> None:
        """A customer calls, the agent answers and adds somebody."""
        self._service = server
        call = Call(time.time())
        self._ledger.calls.append(call)
        wish = {"from": self.cast.customer, "to": self.cast.ours}
        answer = await self._control.ask("POST", "/_emulator/calls", wish)
        call.root_sid = str(answer.body["callSid"])
        self.path = await self._find(call.root_sid)
        await self._is("Connected", server)
        await self._add(self.path, self.cast.others[0])

    async def hold(self, asked: Line, looked_at: Line) -> None:
        """Ask one server to hold everybody; the other shows it."""
        self._service = asked
        await self._command("POST", f"{self.path}/hold", {})
        await self._is("Hold", looked_at)

    async def resume(self, asked: Line, looked_at: Line) -> None:
        """Ask one server to resume; the other shows it."""
        self._service = asked
        await self._command("POST", f"{self.path}/resume", {})
        await self._is("Connected", looked_at)

    async def add(self, place: int, asked: Line) -> None:
        """One more party, by that server."""
        self._service = asked
        await self._add(self.path, self.cast.others[place])

    async def end(self, asked: Line) -> None:
        """Everybody hangs up."""
        self._service = asked
        await self._command("DELETE", self.path)
        await self._shown(self.path, "the long call ends", lambda info: bool(info["ended"]))

    async def parties(self, asked: Line) -> list[str]:
        """Who is shown as connected."""
        answer = await asked.ask("GET", self.path, key=self.agent.key)
        members = answer.body["members"]
        return [one["identity"] for one in members if one["callState"] == "Connected"]

    async def _is(self, state: str, looked_at: Line) -> None:
        self._service = looked_at
        what = f"the long call is shown as {state}"
        await self._shown(self.path, what, lambda info: bool(info["callState"] == state))
