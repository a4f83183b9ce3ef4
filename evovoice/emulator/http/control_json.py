"""Reading the JSON of the control address."""

from dataclasses import dataclass
from typing import get_args

from evovoice.emulator.rest.faults import FAULT_KINDS, Fault, FaultKind, FaultOrder
from evovoice.emulator.rest.messages import JsonObject
from evovoice.emulator.state.account import METHODS

_LONGEST = 1e9


class Unreadable(Exception):
    """The body does not say what is wanted."""


@dataclass(frozen=True, slots=True)
class FaultRequest:
    """A fault, and the requests it is for."""

    method: str
    path: str
    fault: Fault
    count: int


def text(wish: JsonObject, name: str) -> str:
    """A field that has to be there."""
    value = optional_text(wish, name)
    if not value:
        raise Unreadable(f"{name} is missing")
    return value


def optional_text(wish: JsonObject, name: str) -> str | None:
    """A string, or nothing."""
    value = wish.get(name)
    if value is not None and not isinstance(value, str):
        raise Unreadable(f"{name} is not a string")
    return value


def optional_method(wish: JsonObject, name: str) -> str | None:
    """GET or POST, or nothing."""
    value = optional_text(wish, name)
    if value not in {None, *METHODS}:
        raise Unreadable(f"{name} is GET or POST")
    return value


def seconds(wish: JsonObject, name: str) -> float | None:
    """A number of seconds that is not negative, or nothing."""
    value = wish.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST:
        raise Unreadable(f"{name} is not a number of seconds")
    return float(value)


def params(wish: JsonObject) -> dict[str, str]:
    """What a page passes to device.connect()."""
    given = wish.get("params", {})
    if not isinstance(given, dict):
        raise Unreadable("params is not an object")
    return {str(name): str(value) for name, value in given.items()}


def fault_request(wish: JsonObject) -> FaultRequest:
    """`{"method", "path", "kind", "status", "problem", "seconds", "rate", "count"}`: only kind
    is required, count 0 is for ever, and with a rate that is the default."""
    kinds: tuple[FaultKind, ...] = get_args(FaultKind)
    kind = wish.get("kind")
    if kind not in FAULT_KINDS:
        raise Unreadable(f"kind is one of {', '.join(FAULT_KINDS)}")
    late, rate = seconds(wish, "seconds"), seconds(wish, "rate")
    fault = Fault(
        kinds[kinds.index(kind)],
        _whole(wish, "status", 503),
        bool(wish.get("problem")),
        30.0 if late is None else late,
        rate,
    )
    method = optional_text(wish, "method") or "*"
    count = _whole(wish, "count", 1 if rate is None else 0)
    return FaultRequest(method, optional_text(wish, "path") or "*", fault, count)


def fault_view(order: FaultOrder) -> JsonObject:
    """A fault in force, and how often it struck."""
    return {
        "kind": order.fault.kind,
        "method": order.method,
        "path": order.pattern,
        "status": order.fault.status,
        "rate": order.fault.rate,
        "left": order.left,
        "hits": order.hits,
    }


def _whole(wish: JsonObject, name: str, default: int) -> int:
    value = wish.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable(f"{name} is not a whole number")
    return value
