"""A session's version: moved on by every write, so that what is known of it need not be read."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; a program before this one leaves it as it is."""
    op.add_column(
        "call_sessions", sa.Column("version", sa.Integer, nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Every session is read again."""
    op.drop_column("call_sessions", "version")
