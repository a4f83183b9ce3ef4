"""The people at the far ends: how each telephone or device behaves when it rings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from evovoice.emulator.state.expected import Expected
from evovoice.emulator.state.speech import Utterance

Outcome = Literal[
    "answer",
    "busy",
    "no-answer",
    "reject",
    "failed",
    "silent",
    "voicemail",
    "unreachable",
    "not-a-number",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Failure = tuple[Literal["busy", "failed", "no-answer"], int]

# What the network says at once, without ringing: final status and SIP code.
_AT_ONCE: dict[Outcome, Failure] = {
    "busy": ("busy", 486),
    "failed": ("failed", 404),
    "unreachable": ("failed", 480),
    "not-a-number": ("failed", 484),
}
_VOICEMAIL_LISTENS = 30.0
_PAUSES = {"w": 0.5, "W": 1.0}
_KEY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Character:
    """`silent` rings until somebody acts or the caller's patience ends."""

    outcome: Outcome = "answer"
    answer_after: float | None = 2.0
    hang_up_after: float | None = None
    digits: str = ""  # pressed from the answer on; `w` waits half a second, `W` a whole one
    greeting: float = 4.0  # how long a voicemail talks before its beep
    answered_by: str = ""  # what machine detection reports, if not the obvious
    quiet: float = 0.0  # how long nothing is heard after the answer
    hello: float = 1.0  # how long a person speaks then; 0 says nothing
    beeps: bool = True  # whether a voicemail ends its greeting with a beep
    says: tuple[Utterance, ...] = ()
    expects: Expected | None = None  # keys that it hears: a menu, a PIN
    listens_after: float = 0.0  # seconds after the answer; keys before that are lost

    @property
    def is_machine(self) -> bool:
        """Whether a voicemail answers."""
        return self.outcome == "voicemail"

    @property
    def heard_as(self) -> str:
        """What answering machine detection takes it for (R42)."""
        return self.answered_by or ("machine_start" if self.is_machine else "human")

    @property
    def speaks_for(self) -> float:
        """How long the far end speaks before it listens."""
        return self.greeting if self.heard_as.startswith("machine") else self.hello

    @property
    def at_once(self) -> Failure | None:
        """How the network refuses, if it never rings there."""
        return _AT_ONCE.get(self.outcome)

    @property
    def talks_for(self) -> float | None:
        """How long after the answer the far end hangs up, if it ever does."""
        if self.is_machine and self.hang_up_after is None:
            return self.quiet + self.greeting + _VOICEMAIL_LISTENS
        return self.hang_up_after


# Ready-made characters: the last four digits of a number, the last word of a client's name.
_READY: tuple[tuple[str, str, Character], ...] = (
    ("9901", "busy", Character("busy")),
    ("9902", "rejects", Character("reject", 3.0)),
    ("9903", "silent", Character("silent")),
    ("9904", "away", Character("no-answer", 12.0)),
    ("9905", "voicemail", Character("voicemail", 6.0)),
    ("9906", "brief", Character("answer", 2.0, 10.0)),
    ("9907", "presses_one", Character("answer", 2.0, digits="WW1")),
    ("9908", "unreachable", Character("unreachable")),
    ("9909", "not_a_number", Character("not-a-number")),
    ("9910", "prompt", Character("answer", 0.0)),
    ("9911", "slow", Character("answer", 15.0)),
    ("9912", "fax", Character("answer", 2.0, answered_by="fax")),
    ("9913", "mute", Character("answer", 2.0, hello=0.0)),
)


def ready_made(address: str) -> Character | None:
    """The character a well-known number or client name comes with."""
    is_client = address.startswith("client:")
    for digits, word, character in _READY:
        if address.endswith(f"_{word}" if is_client else digits):
            return character
    return None


class PhoneBook:
    """An address has the character it was given, or a ready-made one, or the default."""

    def __init__(self, default: Character) -> None:
        self.default = default
        self._characters: dict[str, Character] = {}

    def __iter__(self) -> Iterator[tuple[str, Character]]:
        return iter(self._characters.items())

    def at(self, address: str) -> Character:
        """The character of whoever is called there."""
        address = plain(address)
        return self._characters.get(address) or ready_made(address) or self.default

    def has(self, address: str) -> bool:
        """Whether somebody is scripted there: by a character of their own, or a well-known name."""
        return plain(address) in self._characters or ready_made(plain(address)) is not None

    def put(self, address: str, character: Character) -> None:
        """From now on that address behaves so."""
        self._characters[plain(address)] = character


def plain(address: str) -> str:
    """The address without the custom parameters of `client:alice?a=1`."""
    return address.partition("?")[0]


def seconds_to_press(digits: str) -> float:
    """How long all of `WW1w2` takes."""
    return round(sum(_PAUSES.get(sign, _KEY_SECONDS) for sign in digits), 3)


def presses(digits: str) -> Iterator[tuple[float, str]]:
    """`WW1w2` as (seconds after the answer, key)."""
    seconds = 0.0
    for sign in digits:
        seconds += _PAUSES.get(sign, _KEY_SECONDS)
        if sign not in _PAUSES:
            yield round(seconds, 3), sign
