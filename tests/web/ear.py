"""One client of the event stream, who reads what is there and never waits for real."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse


@dataclass(frozen=True, slots=True)
class Heard:
    """One block of the stream; without an `event` only its id is remembered."""

    id: int | None
    event: str | None
    data: dict[str, Any]


class Ear:
    """Reads a stream as browsers do, and remembers the last id."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self._pieces: Iterator[bytes] = iter(response.response)  # type: ignore[arg-type]
        self.last_id: int | None = None
        self.opening = next(self._pieces).decode()
        self._blocks(self.opening)

    def listen(self) -> list[Heard]:
        """The next piece. Where nothing waits, time passes up to the next ping or the end."""
        return self._blocks(next(self._pieces).decode())

    def kinds(self) -> list[str | None]:
        """What the events of the next piece are."""
        return [one.event for one in self.listen() if one.event]

    def has_ended(self) -> bool:
        """Whether the stream is over, without anything left to read."""
        return next(self._pieces, None) is None

    def hang_up(self) -> None:
        """As a client that goes away."""
        self.response.close()

    def _blocks(self, text: str) -> list[Heard]:
        assert text.endswith("\n\n")
        return [self._block(block.split("\n")) for block in text[:-2].split("\n\n")]

    def _block(self, lines: list[str]) -> Heard:
        said = dict(line.split(": ", 1) for line in lines)
        assert len(said) == len(lines)
        assert said.keys() <= {"id", "event", "data", "retry"}
        if "id" in said:
            assert self.last_id is None or int(said["id"]) >= self.last_id
            self.last_id = int(said["id"])
        event_id = int(said["id"]) if "id" in said else None
        return Heard(event_id, said.get("event"), json.loads(said.get("data", "{}")))
