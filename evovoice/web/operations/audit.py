"""The row with which managers read the audit trail (contract 2.3, C90)."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.values import Role
from evovoice.services.listing.audit_list import list_audit_entries
from evovoice.storage.unit_of_work import AuditFilter, Slice
from evovoice.web.dto.audit import ListAuditEntriesResponseSchema, seen_entry
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Moment, Text, Texts
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.paging import ListResponse, PagedRequest, PagedRequestSchema, page_of


class ListAuditEntriesSchema(PagedRequestSchema):
    account_ids = Texts(
        "accountIds", FieldLocation.QUERY, "Accounts; left out: all that the user may see"
    )
    user_id = Text(
        "userId", FieldLocation.QUERY, "What this user did, and what was done to them",
        load_default="",
    )  # fmt: skip
    action = Text(
        "action", FieldLocation.QUERY, "An action, or what such begin with before a dot: user",
        load_default="",
    )  # fmt: skip
    since = Moment("since", FieldLocation.QUERY, "From this moment on")
    until = Moment("until", FieldLocation.QUERY, "Up to this moment")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAuditEntriesRequest(PagedRequest):
    account_ids: list[str]
    user_id: str
    action: str
    since: datetime | None
    until: datetime | None


def _list_audit_entries(context: RequestContext, asked: ListAuditEntriesRequest) -> ListResponse:
    part = Slice(asked.first, asked.most, is_counted=not asked.is_simplified)
    wanted = AuditFilter(
        user_id=asked.user_id or None, action=asked.action or None, since=asked.since,
        until=asked.until,
    )  # fmt: skip
    entries, total = list_audit_entries(
        context.app, context.user, asked.account_ids, wanted, part
    )  # fmt: skip
    return page_of(asked, [seen_entry(found) for found in entries], total)


OPERATIONS = (
    Operation(
        name="ListAuditEntries",
        description="Lists who did what, and from where.",
        verbs=("GET",),
        routes=("/admin/audit",),
        role=Role.MANAGER,
        request_schema=ListAuditEntriesSchema(),
        request_type=ListAuditEntriesRequest,
        response_schema=ListAuditEntriesResponseSchema(),
        handler=_list_audit_entries,
    ),
)
