"""Looks at the carrier every second and gives each story the legs of its own people."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any

from tests.chaos.line import Line
from tests.chaos.records import Leg, Story, Truth

_EVERY = 1.0  # seconds


class Watch:
    """Nobody's address belongs to two stories, so an address tells whose leg it is."""

    def __init__(self, control: Line) -> None:
        self._control = control
        self._of_address: dict[str, Story] = {}
        self._following: dict[str, Story] = {}
        self._task: asyncio.Task[None] | None = None

    def follow(self, story: Story, addresses: Iterable[str]) -> None:
        """From now on this story too."""
        self._following[story.name] = story
        self._of_address |= dict.fromkeys(addresses, story)

    def leave(self, story: Story) -> None:
        """It has been told to its end."""
        self._following.pop(story.name, None)

    def start(self) -> None:
        """Look until told to stop."""
        self._task = asyncio.create_task(self._look_on())

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def look(self) -> None:
        """Every story sees its legs as they are now."""
        answer = await self._control.ask("GET", "/_emulator/state")
        if not answer.is_good:
            return
        legs: dict[str, list[Leg]] = {name: [] for name in self._following}
        seats = _seats(answer.body)
        for call in answer.body["calls"]:
            leg = _leg(call, seats.get(call["sid"], {}))
            story = self._of_address.get(leg.address)
            if story is not None and story.name in legs:
                legs[story.name].append(leg)
        for name, story in list(self._following.items()):
            if name in legs:  # not one that came while we asked
                story.saw(Truth(answer.sent, tuple(legs[name])))

    async def _look_on(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(_EVERY)


def _seats(state: Any) -> dict[str, dict[str, Any]]:
    """Who sits where in the conferences that go on, by call SID."""
    return {
        one["callSid"]: {**one, "room": room["sid"]}
        for room in state["conferences"]
        if room["status"] != "completed"
        for one in room["participants"]
    }


def _leg(call: dict[str, Any], seat: dict[str, Any]) -> Leg:
    has_called = call["direction"] == "inbound"
    return Leg(
        sid=call["sid"],
        address=call["from"] if has_called else call["to"],
        status=call["status"],
        created=parsedate_to_datetime(call["createdAt"]).timestamp(),
        direction=call["direction"],
        room=seat.get("room"),
        inside=bool(seat.get("connected")),
        hold=bool(seat.get("hold")),
        muted=bool(seat.get("muted")),
        coaching=seat.get("coaching"),
        partner=call.get("talksTo"),
    )
