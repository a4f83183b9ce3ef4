"""A line of a session's log as a link of its hash chain."""

from collections.abc import Mapping
from dataclasses import dataclass

from evovoice.domain.hash_chain import link, moment_text, salted_digest
from evovoice.domain.messages import SessionEvent

ERASED_BY = "PersonalDataErased"  # the line that says that those before it were erased


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line as it is stored; `salt` is None once it is erased, all three where it was written by
    a program before chains.
    """

    session_id: str
    sequence: int
    event: SessionEvent
    salt: str | None = None
    digest: str | None = None
    chain: str | None = None


def line_digest(salt: str, event: SessionEvent) -> str:
    """The digest of what may be erased of a line."""
    return salted_digest(salt, _erasable(event))


def line_link(
    previous: str, session_id: str, sequence: int, event: SessionEvent, digest: str
) -> str:
    """What follows `previous` in the chain of that session."""
    return link(previous, (session_id, sequence, moment_text(event.at), event.type, digest))


def _erasable(event: SessionEvent) -> Mapping[str, object]:
    return {
        "message": event.message,
        "callSid": event.call_sid,
        "memberId": event.member_id,
        "userId": event.user_id,
        "data": event.data,
    }
