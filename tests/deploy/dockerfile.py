"""Reads a Dockerfile and a .dockerignore: as much of them as ours use."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")
_PAIR = re.compile(r'([\w.]+)=("[^"]*"|\S*)')


@dataclass(frozen=True, slots=True)
class Instruction:
    """`word` in capitals, and what follows it in one line."""

    word: str
    text: str

    def words(self, variables: Mapping[str, str]) -> list[str]:
        """The words of an exec form, or of a line."""
        text = filled_in(self.text, variables)
        found: list[str] = json.loads(text) if self.is_exec_form else text.split()
        return found

    @property
    def is_exec_form(self) -> bool:
        """A JSON list, which no shell reads: signals reach the program itself."""
        return self.text.startswith("[")

    def pairs(self) -> dict[str, str]:
        """Of ENV, LABEL and ARG: names and values; a name alone has an empty one."""
        if self.word == "ARG" and "=" not in self.text:
            return {self.text: ""}
        return {name: value.strip('"') for name, value in _PAIR.findall(self.text)}


@dataclass(slots=True)
class Stage:
    """What stands below one FROM."""

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def last(self, word: str) -> Instruction:
        """The one of that word that counts. Errors: `StopIteration` where there is none."""
        return next(one for one in reversed(self.instructions) if one.word == word)


def stages(text: str) -> list[Stage]:
    """The stages of a Dockerfile, the last of which is the image."""
    arguments: dict[str, str] = {}
    found: list[Stage] = []
    for instruction in _instructions(text):
        if instruction.word == "FROM":
            base, _, name = instruction.text.partition(" AS ")
            found.append(Stage(filled_in(base, arguments), name))
        elif found:
            found[-1].instructions.append(instruction)
        else:
            arguments |= instruction.pairs()
    return found


def _instructions(text: str) -> list[Instruction]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines)).splitlines()
    return [Instruction(*line.split(None, 1)) for line in joined]


def filled_in(text: str, variables: Mapping[str, str]) -> str:
    """The text with its variables; one that is not known is empty."""
    return _VARIABLE.sub(lambda found: variables.get(found[1] or found[2], ""), text)


def sent_to_the_builder(root: Path, ignore: str) -> set[str]:
    """The paths below root that a .dockerignore lets through: the last line that fits counts."""
    lines = [line.strip() for line in ignore.splitlines()]
    rules = [(line.startswith("!"), _pattern(line.lstrip("!"))) for line in lines
             if line and not line.startswith("#")]  # fmt: skip
    found = set()
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        verdicts = [is_let_in for is_let_in, pattern in rules if pattern.fullmatch(name)]
        if path.is_file() and (not verdicts or verdicts[-1]):
            found.add(name)
    return found


def _pattern(line: str) -> re.Pattern[str]:
    """What fits a folder fits all below it."""
    parts = re.split(r"(\*\*/|\*)", line.strip("/"))
    known = {"**/": "(?:.*/)?", "*": "[^/]*"}
    return re.compile("".join(known.get(part, re.escape(part)) for part in parts) + "(?:/.*)?")
