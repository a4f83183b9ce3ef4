"""The people at the far ends: how each telephone or device behaves when it rings."""

from dataclasses import dataclass
from typing import Literal, get_args

Outcome = Literal["answer", "busy", "no-answer", "reject", "failed", "silent"]
OUTCOMES: tuple[str, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class Character:
    """`silent` rings until somebody acts or the caller's patience ends."""

    outcome: Outcome = "answer"
    answer_after: float | None = 2.0
    hang_up_after: float | None = None


class PhoneBook:
    """Characters by address; an address without one gets the default."""

    def __init__(self, default: Character) -> None:
        self.default = default
        self._characters: dict[str, Character] = {}

    def at(self, address: str) -> Character:
        """The character of whoever is called there."""
        return self._characters.get(plain(address), self.default)

    def put(self, address: str, character: Character) -> None:
        """From now on that address behaves so."""
        self._characters[plain(address)] = character


def plain(address: str) -> str:
    """The address without the custom parameters of `client:alice?a=1`."""
    return address.partition("?")[0]
