"""Whether the audit trail is what was written: each entry, their order, and that none is gone."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from evovoice.domain.audit import AuditEntry, entry_digest, entry_link
from evovoice.domain.hash_chain import BEGIN, ERASED
from evovoice.domain.log_check import Flaw


@dataclass(frozen=True, slots=True)
class LinkedEntry:
    """An entry as it is stored; `salt` is None once it is erased."""

    position: int
    id: int
    entry: AuditEntry
    salt: str | None
    digest: str
    chain: str | None


class TrailHead(NamedTuple):
    """How many entries are linked, the last link, and when it was made."""

    position: int
    chain: str
    chained_at: datetime


class TrailCheck:
    """Reads the linked entries in their order; then `end`. `expected`: a head that was kept
    elsewhere, which the chain must contain; the only thing that finds a trail written anew.
    """

    def __init__(self, expected: str | None = None) -> None:
        self._expected = expected
        self._previous: str | None = BEGIN
        self._next = 1
        self.flaws: list[Flaw] = []
        self.erased = 0

    @property
    def entries(self) -> int:
        """How far it has got."""
        return self._next - 1

    def entry(self, stored: LinkedEntry) -> None:
        """Look at the next entry."""
        if stored.position != self._next:
            self._lacks(stored.position - 1)
            self._previous = None
        self._next = stored.position + 1
        self._look_at_text(stored)
        if self._previous is not None and stored.chain != self._link_of(stored, self._previous):
            self._of(stored, "does not follow from the one before: one of them was changed")
        if stored.chain == self._expected:
            self._expected = None
        self._previous = stored.chain

    def end(self, position: int, chain: str) -> None:
        """After the last entry: whether it is the last, by what the head says."""
        if self.entries < position:
            self._lacks(position)
        elif self.entries > position:
            self._say(f"goes on after entry {position}, where it ends by what its head says")
        elif chain != self._previous:
            self._say("does not end as its head says that it does")
        if self._expected is not None:
            self._say(f"does not contain {self._expected}: it was written anew, or is of another")

    def without_head(self) -> None:
        """There are links and no head."""
        self._say("has lost its head")

    def _link_of(self, stored: LinkedEntry, previous: str) -> str:
        return entry_link(previous, stored.position, stored.id, stored.entry, stored.digest)

    def _look_at_text(self, stored: LinkedEntry) -> None:
        entry = stored.entry
        if stored.salt is not None:
            if stored.digest != entry_digest(stored.salt, entry):
                self._of(stored, "was changed")
            return
        self.erased += 1
        if {entry.actor_name, entry.subject, entry.origin} != {ERASED} or entry.details:
            self._of(stored, "was changed: it counts as erased, and says something")

    def _lacks(self, last: int) -> None:
        first = self._next
        which = f"entry {first}" if first == last else f"entries {first} to {last}"
        self._say(f"lacks {which}")

    def _of(self, stored: LinkedEntry, sentence: str) -> None:
        self.flaws.append(Flaw(f"Audit trail: entry {stored.position}", sentence))

    def _say(self, sentence: str) -> None:
        self.flaws.append(Flaw("Audit trail: it", sentence))
