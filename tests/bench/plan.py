"""How long and how much: the sizes of a run, full or quick."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """`seconds` is the length of one round, `rounds` how often service and bare app alternate."""

    seconds: float
    rounds: int
    first_adds: int  # real calls for one round of first adds, at most
    clients: tuple[int, ...]

    def in_a_round(self, clients: int, carrier_ms: int, calls: int, fastest: float) -> int:
        """Requests one client may need: the carrier's delay is a limit, else `fastest` a second."""
        rate = fastest / clients
        if carrier_ms:
            rate = min(rate, 1000 / (carrier_ms * calls))
        return int(rate * self.seconds * 1.2) + 2 * WARMUP + 1


WARMUP = 2  # requests of each client before the clock starts
FULL = Plan(seconds=2.5, rounds=2, first_adds=192, clients=(1, 8, 32))
QUICK = Plan(seconds=0.5, rounds=1, first_adds=32, clients=(1, 32))
