"""One message of the protocol: JSON text with a type and a payload."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

Payload = Mapping[str, object]
KEEP_ALIVE = "\n"
_VERSION = "1.6"


class Malformed(Exception):
    """Not a message of the protocol."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A message that a page has sent."""

    type: str
    payload: Payload

    def text(self, name: str) -> str:
        """A field of the payload; empty where there is none."""
        value = self.payload.get(name)
        return value if isinstance(value, str) else ""

    def inside(self, name: str) -> Payload:
        """An object in the payload; empty where there is none."""
        value = self.payload.get(name)
        return value if isinstance(value, dict) else {}


def read(text: str) -> Frame | None:
    """None is the echo of a keep-alive. Errors: `Malformed`."""
    if not text.strip():
        return None
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Malformed("This is no JSON") from error
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        raise Malformed("A message has a type")
    payload = found.get("payload")
    return Frame(found["type"], payload if isinstance(payload, dict) else {})


def write(type_: str, payload: Payload) -> str:
    """As the SDK reads it."""
    return json.dumps({"type": type_, "version": _VERSION, "payload": payload})


def params_of(query: object) -> dict[str, str]:
    """What the page passed to `connect`: `k=v&k2=v2`, percent-encoded."""
    text = query if isinstance(query, str) else ""
    return dict(parse_qsl(text, keep_blank_values=True))
