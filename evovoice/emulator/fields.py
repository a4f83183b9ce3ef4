"""Settings that people wrote, read field by field, with messages that say what to change."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LARGEST = 1e18
_WORDS = {"true": True, "yes": True, "false": False, "no": False}


class Unclear(ValueError):
    """A setting that cannot be meant; the text says where, what, and what would do."""


class Fields:
    """A table from TOML, JSON or a command line; `answerAfter` and `answer-after` are one name."""

    def __init__(self, where: str, table: object) -> None:
        if not isinstance(table, Mapping):
            raise Unclear(f"{where}: this is not a table of settings")
        self.where = where
        self._left = {snake(str(name)): value for name, value in table.items()}
        self._asked: list[str] = []

    def __contains__(self, name: str) -> bool:
        self._asked.append(name)
        return name in self._left

    def _take(self, name: str) -> object:
        self._asked.append(name)
        return self._left.pop(name, None)

    def wrong(self, name: str, what: str) -> Unclear:
        """The complaint about one field."""
        return Unclear(f"{self.where}: {name} {what}")

    def optional_text(self, name: str) -> str | None:
        """A string, if it is there."""
        value = self._take(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(name, f"has to be text in quotes, not {value!r}")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A string; without a default it has to be there."""
        value = self.optional_text(name)
        if value is None:
            value = default
        if value is None or (not value and default is None):
            raise self.wrong(name, "is missing")
        return value

    def word(self, name: str, known: tuple[str, ...], default: str | None = None) -> str:
        """One of the known words."""
        value = self.text(name, default)
        if value not in known:
            choice = f"{', '.join(known)}{_perhaps(value, known)}"
            raise self.wrong(name, f"is {value!r}, which is none of {choice}")
        return value

    def seconds(self, name: str, default: float | None) -> float | None:
        """A duration that is not negative; a stated `null` is None."""
        if name not in self._left:
            self._asked.append(name)
            return default
        value = _number(self._take(name))
        if value is None or value >= 0:
            return value
        raise self.wrong(name, "has to be a number of seconds, 0 or more")

    def share(self, name: str, default: float) -> float:
        """A probability."""
        value = self.seconds(name, default)
        if value is None or value > 1:
            raise self.wrong(name, "has to be a share between 0 and 1")
        return value

    def whole(self, name: str) -> int | None:
        """A count, if it is there."""
        value = _number(self._take(name))
        if value is None or (value >= 0 and value == int(value)):
            return None if value is None else int(value)
        raise self.wrong(name, "has to be a whole number, 0 or more")

    def flag(self, name: str, default: bool = False) -> bool:
        """Yes or no."""
        value = self._take(name)
        value = _WORDS.get(value, value) if isinstance(value, str) else value
        if value is None or isinstance(value, bool):
            return default if value is None else value
        raise self.wrong(name, "has to be true or false")

    def tables(self, name: str) -> list["Fields"]:
        """A list of tables, [[name]] in TOML."""
        value = self._take(name)
        if not isinstance(value, list | None):
            raise self.wrong(name, f"has to be a list of tables: [[{name}]]")
        return [Fields(f"{name} {place}", one) for place, one in enumerate(value or (), 1)]

    def named(self, name: str) -> dict[str, "Fields"]:
        """Tables by name, [name."x"] in TOML."""
        value = self._take(name)
        if not isinstance(value, Mapping | None):
            raise self.wrong(name, f'has to hold tables: [{name}."..."]')
        return {str(key): Fields(f"{name} {key}", one) for key, one in (value or {}).items()}

    def anything(self, name: str) -> object:
        """A field as it was written, for another reader; None where it is not there."""
        return self._take(name)

    def rest(self) -> dict[str, object]:
        """Everything that was not asked for, for another reader."""
        left, self._left = self._left, {}
        return left

    def done(self) -> None:
        """Whatever nobody asked for is a mistake."""
        for name in self._left:
            raise self.wrong(name, f"is not a setting here{_perhaps(name, tuple(self._asked))}")


def snake(name: str) -> str:
    """`answerAfter` and `answer-after` are `answer_after`."""
    return _CAMEL.sub("_", name).replace("-", "_").lower()


def _number(value: object) -> float | None:
    """The number, None for nothing, and something negative for everything else."""
    if value is None:
        return None
    try:
        number = -1.0 if isinstance(value, bool) else float(str(value))
    except ValueError:
        return -1.0
    return number if isfinite(number) and number <= _LARGEST else -1.0


def _perhaps(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, 1)
    return f" (did you mean {close[0]}?)" if close else f" (known: {', '.join(known)})"
