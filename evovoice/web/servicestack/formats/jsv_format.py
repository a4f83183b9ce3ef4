"""JSV: JSON without quotes where none are needed (C58-C60)."""

import re
from collections.abc import Callable
from typing import TypeVar

from evovoice.web.refusals import UnreadableBody
from evovoice.web.servicestack.formats.scalars import plain
from evovoice.web.servicestack.formats.values import (
    MAX_DEPTH,
    Value,
    decoded,
    too_deep,
    without_nul,
)

PART = "JSV body"

_TO_QUOTE = re.compile(r'[":,{}\[\]\r\n]')
_BARE = re.compile(r'[^":,{}\[\]\r\n]*+')
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"')
_SPACE = re.compile(r"\s*+")
_SPACE_BEFORE_NESTED = re.compile(r'\s++(?=["{\[])')

_Item = TypeVar("_Item")


def write_jsv(value: object) -> str:
    """That value as JSV; keys and items in their order."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        pairs = [f"{_quoted(key)}:{write_jsv(one)}" for key, one in value.items()]
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(write_jsv, value)) + "]"
    return plain(value)


def read_jsv(raw: bytes) -> dict[str, Value]:
    """One JSV object; every scalar is a text. Errors: `UnreadableBody`."""
    text = without_nul(decoded(raw, PART), PART).strip()
    value = _Reader(text).whole()
    if not isinstance(value, dict):
        raise UnreadableBody("expected an object", PART)
    return value


def _quoted(text: str) -> str:
    if text and not _TO_QUOTE.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'


class _Reader:
    """Goes through the text once; what is nested is counted, so nothing recurses for ever."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def whole(self) -> Value:
        value = self._value(0)
        if self._at < len(self._text):
            raise self._flaw("unexpected text after the end")
        return value

    def _value(self, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise too_deep(PART)
        self._skip(_SPACE_BEFORE_NESTED)  # any other space belongs to the text
        match self._next():
            case "{":
                return dict(self._items("}", depth, self._pair))
            case "[":
                return list(self._items("]", depth, self._value))
            case '"':
                return self._quoted_text()
        bare = self._bare()
        return bare or None

    def _items(self, end: str, depth: int, one: Callable[[int], _Item]) -> list[_Item]:
        self._at += 1
        items: list[_Item] = []
        if end == "}":
            self._skip(_SPACE)  # in a list it would be a text
        if self._next() == end:
            self._at += 1
            return items
        while True:
            items.append(one(depth + 1))
            self._skip(_SPACE)
            stop = self._next()
            self._at += 1
            if stop == end:
                return items
            if stop != ",":
                self._at -= 1
                raise self._flaw(f"expected ',' or '{end}'")

    def _pair(self, depth: int) -> tuple[str, Value]:
        self._skip(_SPACE)
        name = self._quoted_text() if self._next() == '"' else self._bare().strip()
        self._skip(_SPACE)
        if self._next() != ":":
            raise self._flaw("expected ':' after a name")
        self._at += 1
        return name, self._value(depth)

    def _quoted_text(self) -> str:
        found = _QUOTED.match(self._text, self._at)
        if found is None:
            raise self._flaw("a quote is not closed")
        self._at = found.end()
        return found[1].replace('""', '"')

    def _bare(self) -> str:
        found = _BARE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found[0] if found else ""

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self, space: re.Pattern[str]) -> None:
        found = space.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _flaw(self, flaw: str) -> UnreadableBody:
        return UnreadableBody(f"{flaw}, at character {self._at + 1}", PART)
