"""What the service writes down, as it would be written to standard error."""

import io
import json
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from evovoice import logs


@dataclass(frozen=True, slots=True)
class Lines:
    """Everything that was written since the block began."""

    stream: io.StringIO

    @property
    def text(self) -> str:
        """All of it."""
        return self.stream.getvalue()

    def records(self, logger: str = "") -> list[dict[str, Any]]:
        """Those of the loggers whose name begins so; each line is one."""
        every = [json.loads(line) for line in self.text.splitlines()]
        return [record for record in every if record["logger"].startswith(logger)]


@contextmanager
def lines_written(*, as_json: bool = True, secrets: Iterable[str] = ()) -> Iterator[Lines]:
    """Collect what is written inside, from level INFO on."""
    lines = Lines(io.StringIO())
    handler = logging.StreamHandler(lines.stream)
    handler.setFormatter(logs.new_formatter(logs.Masking(secrets), as_json=as_json))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


# What telephone numbers, keys and tokens of the tests have in common, without what stands between
# digits.
_LEAKED = re.compile(
    "2025550123|4155550100|3125550142|2079460123|a-token-of-the-stage|correct horse"
    "|ak-[0-9a-f]{12}|ls-[0-9A-Za-z_-]{43}"
)
_BETWEEN_DIGITS = re.compile(r"(?<=\d)(?:[ ()./-]|%2[089DEF]){1,3}(?=\d)")


class LeakSearch(logging.Handler):
    """Writes every line as the service would, and keeps those that say too much."""

    def __init__(self, masking: logs.Masking | None = None) -> None:
        super().__init__()
        self.found: list[str] = []
        self.setFormatter(logs.new_formatter(masking or logs.Masking(), as_json=True))

    def emit(self, record: logging.LogRecord) -> None:
        """Look into one line."""
        line = self.format(record)
        if _LEAKED.search(_BETWEEN_DIGITS.sub("", line)):
            self.found.append(line)
