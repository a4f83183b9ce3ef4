"""The shapes in which the audit trail is seen (contract 1.4, C90)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from evovoice.storage.unit_of_work import FoundEntry
from evovoice.web.dto.stamps import stamp
from evovoice.web.servicestack.formats.described import ENTITIES
from evovoice.web.servicestack.response_fields import flag, nested_list, number, text, text_map
from evovoice.web.servicestack.response_schema import ResponseSchema


class AuditEntrySchema(ResponseSchema):
    """A deed and what came of it."""

    namespace = ENTITIES
    type_name = "AuditEntry"

    id = number("id", "Number of the entry")
    date = text("date", "When, in UTC")
    action = text("action", "What was done, such as user.disabled")
    actor_id = text("actorId", "Id of the user who did it; none where it was no user")
    actor_name = text("actorName", "Name of who did it; command line, stranger or service")
    actor_role = text("actorRole", "Role of the user who did it")
    credential = text("credential", "Kind of credential that was shown: password, key or login")
    account_id = text("accountId", "Account that it concerns")
    subject = text("subject", "Id of what it was done to")
    origin = text("origin", "Network address from which it was asked")
    request_id = text("requestId", "Id of the request, as in the service's log")
    outcome = text("outcome", "done, or why not")
    details = text_map("details", "More about it")
    evidence = text_map("evidence", "What proves something later, such as last links of logs")


class ListAuditEntriesResponseSchema(ResponseSchema):
    """A page of the audit trail."""

    namespace = ENTITIES
    rows = "entries"

    items = nested_list(AuditEntrySchema, "entries", "The entries of this page, newest first")
    total_count = number(
        "totalCount", "How many there are on all pages; 0 where that was not asked for"
    )
    total_pages = number("totalPages", "How many pages there are; 0 where that was not asked for")
    has_more_pages = flag("hasMorePages", "Whether a page follows")


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """As `AuditEntrySchema`."""

    id: int
    date: str
    action: str
    actor_id: str | None
    actor_name: str
    actor_role: str
    credential: str
    account_id: str | None
    subject: str
    origin: str
    request_id: str | None
    outcome: str
    details: dict[str, str]
    evidence: dict[str, str]


def seen_entry(found: FoundEntry) -> SeenEntry:
    """That entry, as it is seen."""
    entry = found.entry
    return SeenEntry(
        id=found.id,
        date=stamp(entry.at),
        action=entry.action,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        actor_role=entry.actor_role,
        credential=entry.credential,
        account_id=entry.account_id,
        subject=entry.subject,
        origin=entry.origin,
        request_id=entry.request_id,
        outcome=entry.outcome,
        details=_texts(entry.details),
        evidence=_texts(entry.evidence),
    )


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    """Texts as they are, everything else as JSON."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
    }
