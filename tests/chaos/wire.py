"""What went between the service and the carrier about one story, from the emulator's log."""

import asyncio
from datetime import datetime
from typing import Any

from tests.chaos.line import Line
from tests.chaos.records import Story

_SHORT = 4  # of a SID
_LONGEST = 80


class Wire:
    """The log of one round, taken once and only where a story needs it."""

    def __init__(self, control: Line) -> None:
        self._control = control
        self._one_at_a_time = asyncio.Lock()
        self._lines: list[tuple[str, str, str]] | None = None  # when, all of it, a line

    async def of(self, story: Story) -> list[str]:
        """Requests and webhooks that name a leg or a room of the story, the oldest first."""
        async with self._one_at_a_time:
            if self._lines is None:
                answer = await self._control.ask("GET", "/_emulator/log")
                self._lines = sorted(_lines(answer.body)) if answer.is_good else []
        legs = [leg for truth in story.samples for leg in truth.legs]
        sids = {leg.sid for leg in legs} | {leg.room for leg in legs if leg.room}
        return [line for _, whole, line in self._lines if any(sid in whole for sid in sids)]


def _lines(log: Any) -> list[tuple[str, str, str]]:
    return [
        *((one["at"], str(one), _request(one)) for one in log["rest"]),
        *((one["at"], str(one), _webhook(one)) for one in log["webhooks"]),
    ]


def _request(one: dict[str, Any]) -> str:
    path = one["path"].partition("/Accounts/")[2].partition("/")[2]
    params = " ".join(f"{name}={str(text)[:20]!r}" for name, text in one["params"])[:_LONGEST]
    return f"{_clock(one['at'])} REST {one['method']} {path} {params} -> {one['status']}"


def _webhook(one: dict[str, Any]) -> str:
    form = one["params"]
    event = form.get("StatusCallbackEvent") or form.get("CallStatus") or ""
    told = f"{one['kind']} {event} {form.get('CallSid', '')[-_SHORT:]}"
    answer = one["status"] or one["failure"]
    return f"{_clock(one['at'])} webhook {told} try {one['attempt']} -> {answer} {one['note']}"


def _clock(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone().strftime("%H:%M:%S.%f")[:-4]
