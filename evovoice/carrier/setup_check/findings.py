"""What a check has found, in a sentence for whoever set the service up, with the cure."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """`UNKNOWN`: it could not be asked, or Twilio does not tell, or only a person can judge."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; only what is right has no cure."""

    kind: Kind
    subject: str
    sentence: str
    cure: str | None = None


def right(subject: str, sentence: str) -> Finding:
    """It is as the service needs it."""
    return Finding(Kind.RIGHT, subject, sentence)


def wrong(subject: str, sentence: str, cure: str) -> Finding:
    """Something will not work until it is changed."""
    return Finding(Kind.WRONG, subject, sentence, cure)


def unknown(subject: str, sentence: str, cure: str) -> Finding:
    """It cannot be told from here; `cure` says how to find out."""
    return Finding(Kind.UNKNOWN, subject, sentence, cure)
