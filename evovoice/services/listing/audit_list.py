"""Lists the audit trail: managers see what concerns their account, administrators all."""

from collections.abc import Sequence
from dataclasses import replace

from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.session_access import visible_accounts
from evovoice.storage.unit_of_work import AuditFilter, Database, FoundEntry, Slice


def list_audit_entries(
    context: AppContext, actor: User, account_ids: Sequence[str], wanted: AuditFilter, part: Slice
) -> tuple[list[FoundEntry], int]:
    """Entries, newest first, one more where there are more; and the number of all, 0 where not
    wanted.
    """
    visible = replace(wanted, account_ids=visible_accounts(actor, account_ids))
    with context.database.reading() as work:
        entries = work.audit.page(visible, part.first, part.most + 1)
        return entries, work.audit.count(visible) if part.is_counted else 0


def audit_entries(database: Database, wanted: AuditFilter, most: int) -> list[FoundEntry]:
    """So many entries for the command line, newest first."""
    with database.reading() as work:
        return work.audit.page(wanted, 0, most)
