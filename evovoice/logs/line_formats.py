"""How a record is written: as text for people, or as JSON for programs; one line either way.

Only a stack trace has lines of its own in text; each is indented, so none can pass for a record.
"""

import json
import re

from structlog.typing import EventDict, WrappedLogger

# what could end a line, move the cursor or turn the direction of writing
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NEEDS_QUOTES = re.compile(r"[\s\"'=]|^$")
_FIRST = ("timestamp", "level", "logger", "event", "version")
_TRACES = ("exception", "stack")


def json_line(_logger: WrappedLogger, _method: str, record: EventDict) -> str:
    """The record as a JSON object on one line."""
    first = {name: record.pop(name) for name in _FIRST if name in record}
    return _CONTROL.sub(_json_escape, json.dumps({**first, **record}, ensure_ascii=False))


def text_line(_logger: WrappedLogger, _method: str, record: EventDict) -> str:
    """Time, level, where from, what, and the fields as name=value."""
    record.pop("version", None)  # the same in every line of a process
    traces = [str(record.pop(name)) for name in _TRACES if name in record]
    first = [record.pop(name, "") for name in ("timestamp", "level", "logger", "event")]
    first[1] = str(first[1]).upper()
    fields = [f"{name}={_shown(value)}" for name, value in record.items()]
    line = _CONTROL.sub(_escape, " ".join(map(str, [*first, *fields])))
    return "\n".join([line, *map(_indented, traces)])


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return json.dumps(text, ensure_ascii=False) if _NEEDS_QUOTES.search(text) else text


def _indented(trace: str) -> str:
    return "\n".join("    " + _CONTROL.sub(_escape, line) for line in trace.split("\n"))


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def _json_escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
