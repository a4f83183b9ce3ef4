"""One story: a call, the commands of its agents and the deeds of people at their telephones."""

import asyncio
import secrets
import time
from datetime import datetime
from random import Random
from typing import Any

from tests.chaos.cast import Agent, Cast
from tests.chaos.line import Answer, Line
from tests.chaos.records import Deed, LogLine, Party, Shown, Story

_FOUND_WITHIN = 15.0  # seconds from the first ring until the agent's console shows the call


class Player:
    """What everybody of a story can do. Each deed is written down with its answer."""

    def __init__(self, name: str, cast: Cast, service: Line, control: Line, dice: Random) -> None:
        self.story, self.cast, self.dice = Story(name), cast, dice
        self.service, self.control = service, control
        self.root_sid = ""
        self.session_id = ""
        self.trace: list[str] = []
        self.unrung = list(cast.others)
        self.slowest = 0.0

    # --- at telephones ------------------------------------------------------------------------

    async def phone(self, address: str, **character: Any) -> None:
        """How that phone behaves."""
        await self.control.ask("PUT", f"/_emulator/phones/{address}", character)

    async def call_in(self) -> None:
        """The customer calls our number."""
        wish = {"from": self.cast.customer, "to": self.cast.ours}
        await self._begin("/_emulator/calls", wish, "calls in")

    async def call_out(self) -> None:
        """Ann's device calls the customer."""
        path = f"/_emulator/devices/{self.cast.ann.identity}/connect"
        await self._begin(path, {"params": {"To": self.cast.customer}}, "calls out")

    async def _begin(self, path: str, wish: Any, what: str) -> None:
        answer = await self.control.ask("POST", path, wish)
        self.root_sid = str((answer.body or {}).get("callSid", ""))
        self._note(f"{what}: {self.root_sid}", answer)

    async def hang_up(self, sid: str) -> None:
        """A person puts the phone down."""
        answer = await self.control.ask("POST", f"/_emulator/calls/{sid}/hangup")
        self._note(f"hangs up {sid}", answer)
        self.story.deeds.append(Deed("hang-up", answer.sent, answer.answered, target=sid))

    # --- at consoles ---------------------------------------------------------------------------

    async def find(self) -> bool:
        """Ann's console shows the call."""
        until = time.time() + _FOUND_WITHIN
        while not self.session_id and time.time() < until:
            answer = await self.service.ask("GET", "/sessions/active", key=self.cast.ann.key)
            for one in answer.body["sessions"] if answer.is_good else []:
                if one.get("callSid") == self.root_sid:
                    self.session_id = one["id"]
                    self._note(f"is session {self.session_id}", answer)
                    return True
            await asyncio.sleep(0.7)
        return bool(self.session_id)

    async def look(self, key: str) -> Shown | None:
        """The session as a client is shown it."""
        answer = await self.service.ask("GET", f"/sessions/{self.session_id}", key=key)
        return shown_from(answer.body, answer.answered) if answer.is_good else None

    async def add(
        self, agent: Agent, address: str, intent: str, repeatable: bool, kind: str = "add"
    ) -> Answer:
        """The dial button, or a hand-over."""
        path = "redirect" if kind == "hand-over" else "conference/members"
        once = intent if repeatable and kind == "add" else ""
        return await self.command(
            agent, kind, "POST", path, {"destination": address}, target=address, intent=intent,
            once=once,
        )  # fmt: skip

    async def command(
        self, agent: Agent, kind: str, method: str, path: str, body: Any = None, *,
        target: str = "", intent: str = "", once: str = "",
        flags: tuple[tuple[str, str, bool | str | None], ...] = (),
    ) -> Answer:  # fmt: skip
        """A command below the session, written down."""
        url = f"/sessions/{self.session_id}" + (f"/{path}" if path else "")
        answer = await self.service.ask(method, url, body, agent.key, once)
        said = _said(answer.body) if not answer.is_good else ""
        self._note(f"{agent.identity} {kind} {target or body or ''} {said}".rstrip(), answer)
        self.slowest = max(self.slowest, answer.answered - answer.sent)
        self.story.deeds.append(
            Deed(kind, answer.sent, answer.answered, intent or secrets.token_hex(4),
                 answer.status, target, flags)
        )  # fmt: skip
        return answer

    async def read_log(self, key: str) -> None:
        """The session's log, for what has failed."""
        path = f"/sessions/{self.session_id}/events?count=200"
        answer = await self.service.ask("GET", path, key=key)
        if answer.is_good:
            self.story.log = [_line(one) for one in answer.body["events"]]

    def _note(self, what: str, answer: Answer) -> None:
        took = answer.answered - answer.sent
        code = "broken" if answer.status is None else str(answer.status)
        self.trace.append(f"{_clock(answer.sent)} {what} -> {code} ({took:.1f} s)")


def shown_from(body: Any, at: float) -> Shown:
    """SessionInfo as a record."""
    parties = tuple(
        Party(
            one.get("callSid"), str(one.get("identity")), one["callState"], one["muted"],
            (one.get("applicationData") or {}).get("coaching"),
        )
        for one in body["members"]
    )  # fmt: skip
    return Shown(at, body["id"], body["ended"], body["callState"], parties)


def _line(event: Any) -> LogLine:
    at = datetime.fromisoformat(event["date"]).timestamp()
    return LogLine(at, event["type"], event.get("callSid"), str(event.get("message", "")))


def _said(body: Any) -> str:
    status = body.get("responseStatus") if isinstance(body, dict) else None
    return f"[{status.get('errorCode')}]" if isinstance(status, dict) else ""


def _clock(moment: float) -> str:
    return datetime.fromtimestamp(moment).strftime("%H:%M:%S.%f")[:-4]  # noqa: DTZ006 (to read)
