"""What an explanation consists of: sentences under a heading, each with its time if it has one."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from evovoice.services.explaining.wording import Say


class Section(StrEnum):
    """The headings, in the order in which they are read."""

    CALL = "The call"
    END = "Why it ended"
    PARTIES = "The parties"
    STORY = "What happened"
    OPEN = "What is waited for"
    ORDERS = "Orders to the carrier"
    DOUBT = "What is in doubt"
    ADVICE = "What to do"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; `at` is None where it holds for the call as a whole."""

    section: Section
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of what `key` names; without `session_id` there is no such session, and the sentences say
    what that means. Telephone numbers stand in it as they are.
    """

    key: str
    session_id: str | None
    account_id: str | None
    sentences: tuple[Sentence, ...]

    def of(self, section: Section) -> tuple[Sentence, ...]:
        """The sentences under that heading."""
        return tuple(one for one in self.sentences if one.section is section)


@dataclass(slots=True)
class Sentences:
    """Collects the sentences of an explanation; one that stands there already is not said twice."""

    found: list[Sentence] = field(default_factory=list)

    def say(
        self, section: Section, wording: Say, at: datetime | None = None, **values: object
    ) -> None:
        """Add a sentence of the table, with its gaps filled."""
        new = Sentence(section, wording.format(**values), at)
        if new not in self.found:
            self.found.append(new)

    def say_both(
        self, section: Section, first: Say, then: Say, at: datetime, **values: object
    ) -> None:
        """Add one sentence of two parts of the table."""
        text = f"{first.format(**values)} {then.format(**values)}"
        self.found.append(Sentence(section, text, at))

    def in_order(self) -> tuple[Sentence, ...]:
        """By their headings; under one in the order in which they were said."""
        ranks = {section: rank for rank, section in enumerate(Section)}
        return tuple(sorted(self.found, key=lambda one: ranks[one.section]))
