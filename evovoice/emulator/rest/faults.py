"""Faults on order: matching REST requests go wrong, the next few or a share of them (R45)."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random
from typing import Literal, get_args

FaultKind = Literal[
    "too-many-requests",  # 429, code 20429, without effect
    "not-found",  # 404, code 20404, of something that is there (R54)
    "being-changed",  # 400, code 16114, of a recording whose call is being changed (R60)
    "error-before",  # 5xx, nothing happened
    "error-after",  # 5xx, and yet it happened
    "hang",  # the right answer, `seconds` late
    "timeout-before",  # never an answer
    "timeout-after",
    "reset-before",  # the connection breaks
    "reset-after",
    "connect-timeout",
    "connect-refused",
]
FAULT_KINDS: tuple[str, ...] = get_args(FaultKind)
BEFORE: frozenset[FaultKind] = frozenset(
    {
        "too-many-requests",
        "not-found",
        "being-changed",
        "error-before",
        "timeout-before",
        "reset-before",
        "connect-timeout",
        "connect-refused",
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """`status` and `code` are for the error kinds, `problem` asks for an RFC 9457 body, `seconds`
    for hang.

    `rate` is the share of matching requests it hits; without one it hits each.
    """

    kind: FaultKind
    status: int = 503
    problem: bool = False
    seconds: float = 30.0
    rate: float | None = None
    code: int = 20500

    @property
    def has_effect(self) -> bool:
        """Whether the request is carried out all the same."""
        return self.kind not in BEFORE


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer reaches the client: the transport shows how."""

    kind: Literal["read-timeout", "connect-timeout", "connect-refused", "reset"]


@dataclass(slots=True)
class FaultOrder:
    """What was asked for, and how often it struck; `left` is None for one that stays."""

    method: str
    pattern: str
    fault: Fault
    left: int | None
    hits: int = 0


class FaultBook:
    """Orders are served in the order they came in; each is used up by its count."""

    def __init__(self, seed: int) -> None:
        self._orders: list[FaultOrder] = []
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        """The same seed and the same requests give the same faults."""
        self.seed = seed
        self._dice = Random(f"faults {seed}")  # noqa: S311 - repeatable on purpose

    def add(self, method: str, pattern: str, fault: Fault, count: int = 1) -> None:
        """`pattern` is a shell pattern on the path, such as `*/Participants.json`; 0: for ever."""
        self._orders.append(FaultOrder(method.upper(), pattern, fault, count or None))

    def clear(self) -> None:
        """Everything works again."""
        self._orders.clear()

    @property
    def orders(self) -> tuple[FaultOrder, ...]:
        """Those in force, in the order they came in; what is used up is gone."""
        return tuple(self._orders)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that is due for this request, if any."""
        for order in self._orders:
            if order.method in {"*", method} and fnmatchcase(path, order.pattern):
                if self._spared(order.fault):
                    continue
                self._use_up(order)
                return order.fault
        return None

    def _spared(self, fault: Fault) -> bool:
        return fault.rate is not None and self._dice.random() >= fault.rate

    def _use_up(self, order: FaultOrder) -> None:
        order.hits += 1
        if order.left is not None:
            order.left -= 1
            if order.left <= 0:
                self._orders.remove(order)
