"""The four formats by name, the type each is sent as, and the types it is known by."""

from enum import StrEnum


class Format(StrEnum):
    """A format that a response can be written in."""

    JSON = "json"
    XML = "xml"
    JSV = "jsv"
    CSV = "csv"


SENT_AS = {
    Format.JSON: "application/json; charset=utf-8",
    Format.XML: "application/xml",
    Format.JSV: "application/jsv",
    Format.CSV: "text/csv",
}  # C19, to the letter
STREAM_TYPE = "text/event-stream"
KNOWN_AS = {
    "application/json": Format.JSON,
    "application/xml": Format.XML,
    "text/xml": Format.XML,
    "application/jsv": Format.JSV,
    "text/jsv": Format.JSV,
    "text/csv": Format.CSV,
}


def named(word: str) -> Format | None:
    """The format of that name, in any case."""
    return Format(word.lower()) if word.lower() in _NAMES else None


_NAMES = frozenset(Format)
