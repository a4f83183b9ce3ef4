"""Faults on order: the next matching REST request goes wrong in a chosen way (R45)."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, get_args

FaultKind = Literal[
    "too-many-requests",  # 429, code 20429, without effect
    "error-before",  # 5xx, nothing happened
    "error-after",  # 5xx, and yet it happened
    "timeout-before",
    "timeout-after",
    "connect-timeout",
    "connect-refused",
]
FAULT_KINDS: tuple[str, ...] = get_args(FaultKind)
BEFORE: frozenset[FaultKind] = frozenset(
    {"too-many-requests", "error-before", "timeout-before", "connect-timeout", "connect-refused"}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong; `status` is for the error kinds, `problem` asks for an RFC 9457 body."""

    kind: FaultKind
    status: int = 503
    problem: bool = False

    @property
    def has_effect(self) -> bool:
        """Whether the request is carried out all the same."""
        return self.kind not in BEFORE


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer reaches the client: the transport shows how."""

    kind: Literal["read-timeout", "connect-timeout", "connect-refused"]


@dataclass(slots=True)
class _Order:
    method: str
    pattern: str
    fault: Fault
    count: int


class FaultBook:
    """Orders are served in the order they came in; each is used up by its count."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []

    def add(self, method: str, pattern: str, fault: Fault, count: int = 1) -> None:
        """`pattern` is a shell pattern on the path, such as `*/Participants.json`."""
        self._orders.append(_Order(method.upper(), pattern, fault, count))

    def clear(self) -> None:
        """Everything works again."""
        self._orders.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that is due for this request, if any."""
        for order in self._orders:
            if order.method in {"*", method} and fnmatchcase(path, order.pattern):
                order.count -= 1
                if order.count <= 0:
                    self._orders.remove(order)
                return order.fault
        return None
