"""After the faults: wait until all is so and shown, end what goes on, judge the story
(decision 69).
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.chaos import invariants
from tests.chaos.cast import Agent
from tests.chaos.player import Player
from tests.chaos.records import Leg, Shown, Story
from tests.chaos.watch import Watch
from tests.chaos.wire import Wire

_END_BOUND = 60.0  # seconds until everybody who was told to end has ended
_EVERY = 2.0  # seconds between two looks at the same story
_WHOLE: dict[str, Callable[[Story], list[str]]] = {
    "rung twice": invariants.rung_twice,
    "refused and done": invariants.refused_and_done,
    "done without effect": invariants.done_without_effect,
    "dropped": invariants.people_dropped,
}


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that a story broke."""

    invariant: str
    story: str
    what: str


@dataclass(slots=True)
class Verdict:
    """What a story came to."""

    was_found: bool = False
    seconds_until_so: float = 0.0
    violations: list[Violation] = field(default_factory=list)


class Calm:
    """For one story. `bound` in seconds from the end of the faults until all is so."""

    def __init__(self, player: Player, manager: Agent, watch: Watch, bound: float) -> None:
        self._player, self._manager, self._watch, self._bound = player, manager, watch, bound
        self._story = player.story
        self._wire: list[str] = []
        self._seen: list[Shown] = []  # by the end of the calm, and at the end of all
        self.verdict = Verdict()

    async def settle(self) -> None:
        """Until what is shown is so and nobody is alone, seen twice; or the bound is over."""
        await self._find()
        agreed, problems = 0, [("shown", "was never looked at")]
        while agreed < 2 and time.time() < self._story.calm_at + self._bound:
            problems = await self._problems()
            agreed = agreed + 1 if not problems else 0
            await asyncio.sleep(_EVERY)
        self.verdict.seconds_until_so = time.time() - self._story.calm_at
        if agreed < 2:
            self._blame(problems)

    async def end(self, by_command: bool) -> None:
        """Whoever still talks is told to end; then nobody may be left, and the session ended."""
        self._story.ending_at = time.time()
        if self._story.last().alive():
            await self._tell_to_end(by_command)
        until = time.time() + _END_BOUND
        while problems := await self._what_is_left():
            if time.time() > until:
                self._blame(problems)
                break
            await asyncio.sleep(_EVERY)

    async def judge(self, wire: Wire) -> None:
        """The invariants of the whole story."""
        if self._player.session_id:
            await self._player.read_log(self._manager.key)
        for name, invariant in _WHOLE.items():
            self._blame([(name, text) for text in invariant(self._story)])
        for name, judge in (
            ("alone", invariants.people_alone),
            ("held by nobody", invariants.people_held_by_nobody),
        ):
            lasting = partial(invariants.lasting, self._story, judge, self._story.calm_at)
            self._blame([(name, text) for text in lasting(self._bound)])
        if self.verdict.violations:
            self._wire = await wire.of(self._story)

    async def _find(self) -> None:
        """The session of a call that no console has shown, if there is one."""
        player = self._player
        digits = player.cast.customer.removeprefix("+")
        for field_name in ("from", "to"):
            if player.session_id:
                break
            path = f"/sessions?{field_name}={digits}"
            answer = await player.service.ask("GET", path, key=self._manager.key)
            for one in answer.body["items"] if answer.is_good else []:
                player.session_id = one["id"]
        self.verdict.was_found = bool(player.session_id)

    async def _problems(self) -> list[tuple[str, str]]:
        """What is wrong at this moment."""
        story = self._story
        if not self._player.session_id:
            await self._watch.look()
            left = story.last().alive()
            return [("no session", f"{leg.address} is {leg.status}") for leg in left]
        shown = await self._player.look(self._manager.key)
        await self._watch.look()
        if shown is None:
            return [("shown", "the session cannot be read")]
        self._seen = [shown]
        truth = story.last()
        return [
            *_named("leg in ended session", invariants.legs_in_ended_session(truth, shown)),
            *_named("session without legs", invariants.session_without_legs(truth, shown)),
            *_named("shown", invariants.shown_otherwise(truth, shown)),
            *_named("alone", invariants.people_alone(truth)),
            *_named("held by nobody", invariants.people_held_by_nobody(truth)),
        ]

    async def _what_is_left(self) -> list[tuple[str, str]]:
        """What keeps the story from being over."""
        await self._watch.look()
        left = self._story.last().alive()
        problems = [("leg left", f"{one.address} is {one.status} ({one.sid})") for one in left]
        if not self._player.session_id:
            return problems
        shown = await self._player.look(self._manager.key)
        if shown is not None:
            self._seen = [*self._seen[:1], shown]
        if shown is None or not shown.ended:
            state = "unreadable" if shown is None else shown.state
            problems.append(("session left", f"the session is {state} after everybody was told"))
        return problems

    async def _tell_to_end(self, by_command: bool) -> None:
        player = self._player
        if player.session_id and (by_command or player.dice.random() < 0.5):
            answer = await player.command(self._manager, "end", "DELETE", "")
            if not answer.is_good:
                self._blame([("refused in the calm", f"the end was answered {answer.status}")])
            return
        for leg in [one for one in self._story.last().alive() if _can_hang_up(one)]:
            await player.hang_up(leg.sid)
            await asyncio.sleep(0.3)

    def _blame(self, problems: list[tuple[str, str]]) -> None:
        known = {(one.invariant, one.what) for one in self.verdict.violations}
        self.verdict.violations += [
            Violation(invariant, self._story.name, what)
            for invariant, what in dict.fromkeys(problems)
            if (invariant, what) not in known
        ]

    def trace(self) -> dict[str, Any]:
        """The story in its own words, for whoever looks for the cause."""
        story = self._story
        calm = time.strftime("%H:%M:%S", time.localtime(story.calm_at))
        return {
            "story": story.name,
            "session": self._player.session_id,
            "calm_at": calm,
            "deeds": self._player.trace,
            "log": [f"{_clock(one.at)} {one.type} {one.message}" for one in story.log],
            "carrier": [_told(one.at, one.alive()) for one in story.samples],
            "wire": self._wire,
            "shown": [_view(one) for one in self._seen],
        }


def _named(invariant: str, texts: list[str]) -> list[tuple[str, str]]:
    return [(invariant, text) for text in texts]


def _can_hang_up(leg: Leg) -> bool:
    return leg.is_up or leg.direction == "inbound"


def _view(shown: Shown) -> str:
    parties = [
        " ".join([one.identity, str(one.call_sid)[-4:], one.state, *(["muted"] * one.muted),
                  *([f"coaching {one.coaching[-4:]}"] if one.coaching else [])])
        for one in shown.parties
    ]  # fmt: skip
    return f"{_clock(shown.at)} {shown.state}: " + "; ".join(parties)


def _clock(moment: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(moment))


def _told(at: float, legs: list[Leg]) -> str:
    return f"{_clock(at)} " + "; ".join(_leg(leg) for leg in legs)


def _leg(leg: Leg) -> str:
    place = f"in {leg.room[-4:]}" if leg.room else "bridged" if leg.partner else ""
    flags = [name for name in ("hold", "muted", "coaching") if getattr(leg, name)]
    return " ".join([leg.address, leg.sid[-4:], leg.status, place, *flags]).replace("  ", " ")
