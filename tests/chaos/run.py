"""A run: rounds of stories, each rough and then calm, on instances that share a database."""

import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from evovoice.demo.processes import HOST, free_port
from tests.chaos import moves
from tests.chaos.calm import Calm
from tests.chaos.cast import People
from tests.chaos.disturbances import Disturbances, Plan
from tests.chaos.faults import Faults
from tests.chaos.invariants import BOUND
from tests.chaos.line import Line
from tests.chaos.player import Player
from tests.chaos.postgres import FragilePostgres
from tests.chaos.processes import Instance, Parts
from tests.chaos.spreader import Spreader
from tests.chaos.watch import Watch
from tests.chaos.wire import Wire

_STAGGER = 0.3  # of the rough time, within which the stories of a round begin
_CLOCKS_APART = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Wish:
    """What to run. Times in seconds; `bound` is that of the calm."""

    seed: int
    stories: int = 500
    at_once: int = 100
    rough: float = 32.0
    bound: float = BOUND
    plan: Plan = field(default_factory=Plan)
    is_worst: bool = True
    ends_by_itself: float = 0.5
    ends_by_command: bool = False


def short(seed: int) -> Wish:
    """Less than a minute where little else runs: one killed worker, one stop of the database."""
    plan = Plan(workers=1, instances=0, databases=1, begins=0.5)
    return Wish(
        seed, stories=20, at_once=20, rough=12, bound=25, plan=plan, is_worst=False,
        ends_by_command=True,
    )  # fmt: skip


class Run:
    """One run on one database; `postgres` is stopped now and then, SQLite has none."""

    def __init__(
        self, wish: Wish, folder: Path, database_url: str, postgres: FragilePostgres | None
    ) -> None:
        self._wish, self._dice = wish, Random(wish.seed)
        port = free_port()
        public_url = f"http://{HOST}:{port}"
        self._port = port
        processes = 2 if postgres else 1
        self.parts = Parts(folder, database_url, public_url, processes)
        ahead = [0.0, _CLOCKS_APART] if postgres else [0.0]
        self.parts.instances += [
            Instance(f"instance {name}", free_port(), clock)
            for name, clock in zip("AB", ahead, strict=False)
        ]
        self._spreader = Spreader(self.parts.instances, Random(wish.seed + 1))
        dice = Random(wish.seed + 2)
        self._disturbances = Disturbances(self.parts, self._spreader, postgres, dice)
        self._service, self._control = Line(public_url), Line(self.parts.emulator_url)
        self._watch = Watch(self._control)
        self._faults = Faults(self._control, wish.is_worst)
        self._people = People(database_url)
        self._calms: list[Calm] = []
        self._answers: Counter[str] = Counter()
        self._slowest = 0.0
        self._began = time.monotonic()

    def _say(self, what: str) -> None:
        """How far it is, for whoever waits."""
        since = time.monotonic() - self._began
        print(f"{since:5.0f} s  {what}", file=sys.stderr, flush=True)

    async def tell(self) -> dict[str, Any]:
        """Play every round; the figures."""
        await self._open()
        self._say("everything serves")
        try:
            left, number = self._wish.stories, 0
            while left > 0:
                size = min(left, self._wish.at_once)
                await self._round(number, size)
                left, number = left - size, number + 1
        finally:
            await self._close()
        return self._figures(time.monotonic() - self._began)

    async def _open(self) -> None:
        await self._spreader.start(self._port)
        for instance in self.parts.instances:
            self.parts.start_instance(instance)
        await asyncio.to_thread(self.parts.start_emulator, self._wish.seed)
        for instance in self.parts.instances:
            await asyncio.to_thread(self.parts.wait_for, instance)
        self._watch.start()

    async def _close(self) -> None:
        await self._watch.stop()
        await self._service.close()
        await self._control.close()
        await self._spreader.stop()
        await asyncio.to_thread(self.parts.stop)
        self._people.close()

    async def _round(self, number: int, size: int) -> None:
        first = number * self._wish.at_once
        players = [await self._player(first + place) for place in range(size)]
        self._say(f"round {number + 1}: {size} stories begin")
        await self._faults.begin(self._wish.seed + number)
        rough = self._wish.rough
        disturbing = self._disturbances.during(rough, self._wish.plan)
        await asyncio.gather(disturbing, *(self._play(player) for player in players))
        await self._faults.end()
        self._say(f"round {number + 1}: {size} stories have been played; calm")
        calms = [self._calm(player) for player in players]
        await asyncio.gather(*(calm.settle() for calm in calms))
        self._say("the calm is over; whoever still talks is told to end")
        await asyncio.gather(*(calm.end(self._wish.ends_by_command) for calm in calms))
        wire = Wire(self._control)
        await asyncio.gather(*(calm.judge(wire) for calm in calms))
        for player in players:
            self._watch.leave(player.story)
            self._count(player)
        self._calms += calms
        broken = sum(bool(calm.verdict.violations) for calm in calms)
        self._say(f"round {number + 1} is over: {broken} stories broke an invariant")

    async def _player(self, place: int) -> Player:
        dice = Random(self._wish.seed * 1_000_003 + place)
        cast = await asyncio.to_thread(self._people.cast, place, dice.random() < 0.25)
        player = Player(f"story {place}", cast, self._service, self._control, dice)
        path, voice = f"/_emulator/numbers/{cast.ours}", f"{self.parts.public_url}/twilio/voice"
        urls = {"voiceUrl": f"{voice}/incoming#rc=3&rp=all"}
        urls |= {"statusCallback": f"{voice}/status#rc=3&rp=all"}
        await self._control.ask("PUT", path, urls)
        await moves.give_phones(player)
        self._watch.follow(player.story, cast.addresses())
        return player

    async def _play(self, player: Player) -> None:
        rough = self._wish.rough
        wait = player.dice.uniform(0, _STAGGER * rough)
        await asyncio.sleep(wait)
        seconds = player.dice.uniform(0.4, 0.9) * (rough - wait)
        await moves.play(player, seconds, self._wish.ends_by_itself)

    def _calm(self, player: Player) -> Calm:
        player.story.calm_at = time.time()
        return Calm(player, self._people.manager, self._watch, self._wish.bound)

    def _count(self, player: Player) -> None:
        self._slowest = max(self._slowest, player.slowest)
        for deed in player.story.deeds:
            if deed.kind != "hang-up":
                self._answers[f"{deed.kind} {deed.status or 'broken'}"] += 1

    def _figures(self, seconds: float) -> dict[str, Any]:
        verdicts = [calm.verdict for calm in self._calms]
        violations = [one for verdict in verdicts for one in verdict.violations]
        settled = sorted(one.seconds_until_so for one in verdicts)
        return {
            "seed": self._wish.seed,
            "stories": len(verdicts),
            "stories_without_session": sum(not one.was_found for one in verdicts),
            "seconds": round(seconds),
            **dict(self._disturbances.counts),
            "connections": dict(sorted(self._spreader.counts.items())),
            "faults": dict(sorted(self._faults.counts.items())),
            "answers": dict(sorted(self._answers.items())),
            "slowest_answer_seconds": round(self._slowest, 1),
            "seconds_until_so": {
                "median": round(settled[len(settled) // 2], 1) if settled else 0,
                "longest": round(settled[-1], 1) if settled else 0,
            },
            "violations_by_invariant": dict(Counter(one.invariant for one in violations)),
            "violations": [
                {
                    **calm.trace(),
                    "violations": [
                        f"{one.invariant}: {one.what}" for one in calm.verdict.violations
                    ],
                }
                for calm in self._calms
                if calm.verdict.violations
            ],
        }
