"""Connection overrides in a webhook URL's fragment: retries and limits (section 4.4)."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs

from evovoice.emulator.state.bounds import whole_number
from evovoice.emulator.state.messages import NoResponse, Reply

_NOT_CONNECTED = frozenset({"connect", "unknown-host"})
_ALL = frozenset({"4xx", "5xx", "ct", "rt"})


@dataclass(frozen=True, slots=True)
class Overrides:
    """Default: one retry on a failed connection, none on 5xx or a read time-out."""

    url: str
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    total_seconds: float = 15.0  # all attempts together
    connect_seconds: float = 5.0
    read_seconds: float = 15.0

    def wants_retry(self, reply: Reply, attempt: int) -> bool:
        """Whether this reply is one to try again after."""
        return attempt < self.retries and _class_of(reply) in self.retry_on


def _class_of(reply: Reply) -> str:
    if isinstance(reply, NoResponse):
        if reply.reason == "invalid-url":
            return reply.reason  # nothing would be another time
        return "ct" if reply.reason in _NOT_CONNECTED else "rt"
    return f"{reply.status // 100}xx"


@lru_cache(maxsize=256)
def overrides_of(url: str) -> Overrides:
    """Split the address from its fragment; unreadable settings keep their default.

    `e` (edge) and `sni` are read by nobody: here is one place and no TLS.
    """
    address, _, fragment = url.partition("#")
    given = {name: values[-1] for name, values in parse_qs(fragment).items()}
    policies = frozenset(given.get("rp", "ct").split(","))
    return Overrides(
        url=address,
        retries=_number(given.get("rc"), 1, 0, 5),
        retry_on=_ALL if "all" in policies else policies & _ALL,
        total_seconds=_number(given.get("tt"), 15_000, 100, 15_000) / 1000,
        connect_seconds=_number(given.get("ct"), 5_000, 100, 10_000) / 1000,
        read_seconds=_number(given.get("rt"), 15_000, 100, 15_000) / 1000,
    )


def _number(text: str | None, default: int, low: int, high: int) -> int:
    number = whole_number(text or "")
    return default if number is None else min(max(number, low), high)
