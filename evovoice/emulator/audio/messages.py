"""Orders and reports as lines of JSON, for the socket between the core and the process of sound."""

import json
from dataclasses import fields, is_dataclass
from typing import Any, cast

from evovoice.emulator.state import media

_KINDS = {
    kind.__name__: kind
    for kind in vars(media).values()
    if isinstance(kind, type) and is_dataclass(kind)
}
LONGEST_LINE = 1 << 20  # of an SDP or a long Say there is never more than a few kilobytes


def to_line(message: media.Order | media.Report) -> bytes:
    """One line, with its end."""
    return json.dumps(_plain(message)).encode() + b"\n"


def read_order(line: bytes) -> media.Order:
    """What `to_line` made of an order."""
    return cast("media.Order", _read(json.loads(line)))


def read_report(line: bytes) -> media.Report:
    """What `to_line` made of a report."""
    return cast("media.Report", _read(json.loads(line)))


def _plain(value: object) -> object:
    if is_dataclass(value):
        named = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {"kind": type(value).__name__, **named}
    if isinstance(value, frozenset):
        return {"set": sorted(value)}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _read(value: Any) -> object:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return tuple(_read(one) for one in value)
    if not isinstance(value, dict):
        return value
    if "set" in value:
        return frozenset(value["set"])
    kind = _KINDS[value.pop("kind")]
    return kind(**{name: _read(one) for name, one in value.items()})
