"""What Twilio has published of its REST API: which operations there are, with which parameters.

Hosts are told apart by their paths alone, as all requests come to one address here. A shape is a
path without its account, with a star for each name in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_LIST = "operations.txt"
_PLACEHOLDER = "{"
_ACCOUNT = "/2010-04-01/Accounts/{"
_NAME = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb on one path of one host; `path` has its placeholders in braces."""

    host: str
    path: str
    method: str
    parameters: frozenset[str]

    @property
    def shape(self) -> str:
        """Such as `Calls/*/Recordings` and `v1/Keys/*`; empty for the account itself."""
        path = _NAME.sub("*", self.path)
        if not self.path.startswith(_ACCOUNT):
            return path[1:]
        return path.removesuffix(".json").partition("*")[2][1:]


@dataclass(frozen=True, slots=True)
class _Segment:
    """A part of a path: a literal, or a name with what follows it, such as `{Sid}.json`."""

    literal: str
    is_name: bool

    def fits(self, part: str) -> bool:
        if not self.is_name:
            return part == self.literal
        return part.endswith(self.literal) and len(part) > len(self.literal)


@cache
def operations() -> tuple[Operation, ...]:
    """All of them, in the order of the list."""
    return tuple(_read(files("evovoice.emulator.published").joinpath(_LIST).read_text()))


def _read(text: str) -> Iterator[Operation]:
    host = path = ""
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("  "):
            method, *names = line.split()
            yield Operation(host, path, method, frozenset(names))
        elif line.startswith(" "):
            path = line.strip()
        else:
            host = line


@cache
def by_shape() -> dict[tuple[str, str], list[Operation]]:
    """The operations by verb and shape; several hosts may have one."""
    found: dict[tuple[str, str], list[Operation]] = {}
    for operation in operations():
        found.setdefault((operation.method, operation.shape), []).append(operation)
    return found


@cache
def literal_ends() -> frozenset[tuple[str, str]]:
    """Shapes that end with a name, and what in that place is no name: `IncomingPhoneNumbers/*`,
    `Local`.
    """
    shapes = {operation.shape for operation in operations()}
    cut = [shape.rpartition("/") for shape in shapes if not shape.endswith("*")]
    return frozenset((f"{start}/*", end) for start, _, end in cut if f"{start}/*" in shapes)


def operations_on(path: str) -> list[Operation]:
    """Every operation that a request for that path may mean, whatever its verb."""
    parts = path.split("/")
    candidates = _by_length().get(len(parts), ())
    return [
        operation
        for segments, found in candidates
        if all(segment.fits(part) for segment, part in zip(segments, parts, strict=True))
        for operation in found
    ]


@cache
def _by_length() -> dict[int, list[tuple[tuple[_Segment, ...], list[Operation]]]]:
    by_path: dict[str, list[Operation]] = {}
    for operation in operations():
        by_path.setdefault(operation.path, []).append(operation)
    found: dict[int, list[tuple[tuple[_Segment, ...], list[Operation]]]] = {}
    for path, several in by_path.items():
        segments = tuple(map(_segment, path.split("/")))
        found.setdefault(len(segments), []).append((segments, several))
    return found


def _segment(part: str) -> _Segment:
    is_name = part.startswith(_PLACEHOLDER)
    return _Segment(part.partition("}")[2] if is_name else part, is_name)
