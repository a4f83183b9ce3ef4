"""Which rows of a session are to be written, and which of their columns."""

from sqlalchemy import Executable

from evovoice.storage.mapping.session_rows import Values, member_values
from evovoice.storage.repositories import session_queries as queries
from evovoice.storage.repositories.snapshots import Snapshot, StoredMember

Rows = tuple[Executable, list[Values]]


def member_changes(after: Snapshot, before: Snapshot) -> list[Rows]:
    """What is to be written of members that are new or have changed."""
    changes: list[Rows] = []
    for key, stored in after.members.items():
        known = before.members.get(key)
        if stored is known:
            continue
        row = member_row(after, stored)
        if known is None:
            changes.append((queries.INSERT_MEMBER, [row]))
            continue
        values = changed(row, member_row(before, known))
        where = {f"row_{name}": row[name] for name in ("account_id", "session_id", "id")}
        changes.append((queries.update_of_member(tuple(values)), [values | where]))
    return changes


def member_row(of: Snapshot, stored: StoredMember) -> Values:
    """The row of that member."""
    return member_values(of.session, stored.member, stored.position, stored.live)


def changed(after: Values, before: Values) -> Values:
    """The columns that have another value than before."""
    return {name: value for name, value in after.items() if value != before[name]}
