"""Since when the personal data of a session are erased, and the indexes by which what is to be
erased is found. On PostgreSQL live calls wait until the indexes are made.

The program before passes over the column. While it still runs, a report on an erased session that
it takes in may write a text into that session's log; it knows no erasure.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
_ENDED = "erased_at IS NULL AND ended_at IS NOT NULL"
_TYPED = "to_address = '' AND destination IS NOT NULL"


def upgrade() -> None:
    """Add the column, empty, and the indexes."""
    op.add_column("call_sessions", sa.Column("erased_at", MOMENT, nullable=True))
    _index("ix_call_sessions_to_erase", "call_sessions", ["ended_at", "id"], _ENDED)
    _index("ix_call_sessions_only_typed", "call_sessions", ["account_id", "id"], _TYPED)
    _index("ix_members_outside", "members", ["address"], "user_id IS NULL")


def downgrade() -> None:
    """What is erased stays so; it is only not known any more."""
    op.drop_index("ix_members_outside", "members")
    op.drop_index("ix_call_sessions_only_typed", "call_sessions")
    op.drop_index("ix_call_sessions_to_erase", "call_sessions")
    op.drop_column("call_sessions", "erased_at")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, postgresql_where=condition, sqlite_where=condition
    )  # fmt: skip
