"""Who supervises a call, and the accounts that keep it from their agents.

For the program before, a leg that supervises is a party like any other.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the columns."""
    op.create_index(
        "ix_call_sessions_live",
        "call_sessions",
        ["account_id", "created_at"],
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("members", sa.Column("supervision", sa.Text(), nullable=True))
    op.add_column(
        "accounts",
        sa.Column("hides_supervisors", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Take them away: whoever supervises is a party then."""
    op.drop_index("ix_call_sessions_live", "call_sessions")
    op.drop_column("accounts", "hides_supervisors")
    op.drop_column("members", "supervision")
