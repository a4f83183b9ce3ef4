"""Keys that somebody expects to hear, and what they do then: a menu, a PIN."""

from dataclasses import dataclass, field

from evovoice.emulator.state.clock import Timer
from evovoice.emulator.state.speech import Utterance

_END = "#"


@dataclass(frozen=True, slots=True)
class Reaction:
    """What follows an entry: words, a transfer, the end of the call, another menu."""

    says: tuple[Utterance, ...] = ()  # those without `at` follow at once
    hang_up_after: float | None = None
    transfers_to: str = ""  # the phone that takes over; "" is nobody
    expects: "Expected | None" = None  # from then on; None: nothing, or the same after a wrong one


@dataclass(frozen=True, slots=True)
class Expected:
    """Each entry that means something, with what it leads to; `otherwise` is for all others."""

    entries: tuple[tuple[str, Reaction], ...] = ()
    otherwise: Reaction = Reaction()

    def reaction_to(self, keys: str) -> Reaction | None:
        """What a complete entry leads to; None where it is not one of those expected."""
        return dict(self.entries).get(keys)

    def is_complete(self, keys: str) -> bool:
        """Whether no further key belongs to what has been entered."""
        known = [entry for entry, _ in self.entries]
        goes_on = any(entry != keys and entry.startswith(keys) for entry in known)
        if keys in known:
            return not goes_on
        return keys.endswith(_END) or len(keys) >= max(map(len, known), default=1)

    def begins_with(self, key: str) -> bool:
        """Whether an entry may begin with that key: a # after one that was complete means none."""
        return key != _END or any(entry.startswith(key) for entry, _ in self.entries)


def reaction_of(
    words: str, hang_up_after: float | None, transfers_to: str, expects: Expected | None
) -> Reaction:
    """A reaction whose words, if there are any, follow at once."""
    says = (Utterance(words),) if words else ()
    return Reaction(says, hang_up_after, transfers_to, expects)


@dataclass(frozen=True, slots=True)
class Entered:
    """One entry that was complete, and whether it was one of those expected."""

    keys: str
    is_expected: bool


@dataclass(slots=True)
class KeyListener:
    """Somebody on a leg who hears keys: what they expect now, and what has been entered.

    Keys before `listens_from` (virtual microseconds) are lost; `timer` waits for the next key.
    """

    expects: Expected | None = None
    listens_from: int = 0
    entered: str = ""
    entries: list[Entered] = field(default_factory=list)
    timer: Timer | None = None
