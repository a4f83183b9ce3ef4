"""What goes wrong with the machines: processes killed, the database stopped, connections reset."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from random import Random

from evovoice.demo.processes import HOST
from tests.chaos.postgres import FragilePostgres
from tests.chaos.processes import Instance, Parts, answers, kill_worker
from tests.chaos.spreader import Spreader


@dataclass(frozen=True, slots=True)
class Plan:
    """How often within one round, from which share of its time on; the share of connections that
    break.
    """

    workers: int = 3
    instances: int = 1
    databases: int = 2
    resets: float = 0.02
    begins: float = 0.25


class Disturbances:
    """Spread by chance over a time in seconds, one after the other."""

    def __init__(
        self, parts: Parts, spreader: Spreader, postgres: FragilePostgres | None, dice: Random
    ) -> None:
        self._parts, self._spreader, self._postgres = parts, spreader, postgres
        self._dice = dice
        self.counts: Counter[str] = Counter()

    async def during(self, seconds: float, plan: Plan) -> None:
        """Disturb for so long; when this is over, everything runs and serves."""
        deeds = ["worker"] * plan.workers + ["instance"] * plan.instances
        deeds += ["database"] * plan.databases if self._postgres is not None else []
        self._dice.shuffle(deeds)
        self._spreader.reset_share = plan.resets
        moments = sorted(self._dice.uniform(plan.begins, 0.9) * seconds for _ in deeds)
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            for moment, deed in zip(moments, deeds, strict=True):
                await asyncio.sleep(max(0.0, began + moment - loop.time()))
                await self._do(deed)
            await asyncio.sleep(max(0.0, began + seconds - loop.time()))
        finally:
            self._spreader.reset_share = 0.0
        await self._all_serve()

    async def _do(self, deed: str) -> None:
        if deed == "worker":
            await self._kill_worker()
        elif deed == "instance":
            await self._kill_instance()
        else:
            await self._stop_database()

    async def _kill_worker(self) -> None:
        pids = [pid for one in self._parts.instances for pid in one.workers()]
        if pids:
            kill_worker(self._dice.choice(pids))
            self.counts["workers killed"] += 1

    async def _kill_instance(self) -> None:
        instance = self._dice.choice(self._parts.instances)
        await asyncio.to_thread(self._parts.kill_instance, instance)
        self.counts["instances killed"] += 1
        await asyncio.sleep(self._dice.uniform(0.5, 3.0))
        self._parts.start_instance(instance)
        self.counts["instances restarted"] += 1

    async def _stop_database(self) -> None:
        assert self._postgres is not None
        await asyncio.to_thread(self._postgres.stop_at_once)
        self.counts["database stops"] += 1
        await asyncio.sleep(self._dice.uniform(0.5, 4.0))
        await asyncio.to_thread(self._postgres.start_again)

    async def _all_serve(self) -> None:
        for instance in self._parts.instances:
            while not await asyncio.to_thread(_serves, instance):
                if instance.process is None or instance.process.poll() is not None:
                    raise RuntimeError(f"{instance.name}: {self._parts.said(instance.name)}")
                await asyncio.sleep(0.2)


def _serves(instance: Instance) -> bool:
    return answers(f"http://{HOST}:{instance.port}/healthz")
