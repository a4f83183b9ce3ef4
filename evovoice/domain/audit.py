"""What was done to the service itself: who let whom in, and who changed what."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from evovoice.domain.hash_chain import link, moment_text, salted_digest


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed and what came of it.

    `action`: dotted, as `user.disabled`. `actor_id`: the id of a user, None for the command line, a
    stranger and the service itself, whom `actor_name` tells. `subject`: the id of what it was done
    to. `origin`: the network address, as far as the proxies before us are trusted; `credential`:
    the kind of credential that was shown, never itself. `outcome`: `done`, or why not.

    `actor_name`, `subject`, `origin` and `details` may name people, so they can be erased; what
    proves something, such as digests, stands in `evidence` and stays. No secret, and nothing that
    somebody typed as a name or a password to sign in, belongs in any of them.
    """

    at: datetime
    action: str
    actor_id: str | None
    actor_name: str
    account_id: str | None
    subject: str
    origin: str
    request_id: str | None
    outcome: str = "done"
    details: dict[str, Any] = field(default_factory=dict)
    actor_role: str = ""
    credential: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)


def entry_digest(salt: str, entry: AuditEntry) -> str:
    """The digest of what may be erased of an entry."""
    content = {
        "actorName": entry.actor_name,
        "subject": entry.subject,
        "origin": entry.origin,
        "details": entry.details,
    }
    return salted_digest(salt, content)


def entry_link(previous: str, position: int, entry_id: int, entry: AuditEntry, digest: str) -> str:
    """What follows `previous` in the chain of the trail, at that position."""
    content = (
        position, entry_id, moment_text(entry.at), entry.action, entry.actor_id, entry.actor_role,
        entry.credential, entry.account_id, entry.request_id, entry.outcome, entry.evidence, digest,
    )  # fmt: skip
    return link(previous, content)
