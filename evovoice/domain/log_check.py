"""Whether a session's log is what was written: each line, their order, and that none is missing."""

from dataclasses import dataclass

from evovoice.domain.hash_chain import BEGIN, ERASED
from evovoice.domain.log_line import ERASED_BY, LogLine, line_digest, line_link


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with `where`, in a sentence that goes on after it."""

    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where} {self.sentence}."


@dataclass(frozen=True, slots=True)
class LogEnd:
    """What a session's row says of its log: how many lines, how far the chain goes, its link."""

    session_id: str
    last_sequence: int
    chained: int
    chain: str


class LogCheck:
    """Reads the lines of one log in their order; then `end`."""

    def __init__(self, end: LogEnd) -> None:
        self._end = end
        self._previous: str | None = BEGIN  # None: not known, for what was there is gone
        self._next = 1
        self._last_erased = self._erased_by = 0
        self._link_at_end = BEGIN
        self.flaws: list[Flaw] = []
        self.lines = self.erased = self.without_link = 0

    def line(self, line: LogLine) -> None:
        """Look at the next line."""
        self.lines += 1
        if line.sequence != self._next:
            self._say(_missing(self._next, line.sequence - 1))
            self._previous = None
        self._next = line.sequence + 1
        if line.sequence > self._end.last_sequence:
            self._of(line, "was added after the last one that the session knows of")
        if line.digest is None or line.chain is None:
            self._without_link(line)
            return
        self._look_at_text(line, line.digest)
        self._look_at_link(line, line.digest, line.chain)

    def end(self) -> None:
        """After the last line: whether it is the last."""
        if self._next <= self._end.last_sequence:
            self._say(_missing(self._next, self._end.last_sequence))
        elif self._link_at_end != self._end.chain:
            self._say("does not end as the session says that it does")
        if self._last_erased > self._erased_by:
            self._say(f"has no line that tells of the erasure of line {self._last_erased}")

    def _without_link(self, line: LogLine) -> None:
        if line.chain is not None:
            self._of(line, "has lost the digest of what it says")
        elif line.sequence <= self._end.chained:
            self._of(line, "has lost its link")
        else:
            self.without_link += 1
        self._previous = None

    def _look_at_text(self, line: LogLine, digest: str) -> None:
        if line.event.type == ERASED_BY:
            self._erased_by = line.sequence
        if line.salt is not None:
            if digest != line_digest(line.salt, line.event):
                self._of(line, "was changed")
            return
        self.erased += 1
        self._last_erased = line.sequence
        if line.event.message != ERASED or line.event.data:
            self._of(line, "was changed: it counts as erased, and says something")

    def _look_at_link(self, line: LogLine, digest: str, chain: str) -> None:
        if line.sequence > self._end.chained:
            self._of(line, "has a link, and the session does not know of it")
        elif self._previous is not None:
            event, number = line.event, line.sequence
            if chain != line_link(self._previous, self._end.session_id, number, event, digest):
                self._of(line, "does not follow from the one before: one of them was replaced")
        if line.sequence == self._end.chained:
            self._link_at_end = chain
        self._previous = chain

    def _of(self, line: LogLine, sentence: str) -> None:
        self.flaws.append(Flaw(f"Session {self._end.session_id}: line {line.sequence}", sentence))

    def _say(self, sentence: str) -> None:
        self.flaws.append(Flaw(f"Session {self._end.session_id}: the log", sentence))


def _missing(first: int, last: int) -> str:
    which = f"line {first}" if first == last else f"lines {first} to {last}"
    return f"lacks {which}"
