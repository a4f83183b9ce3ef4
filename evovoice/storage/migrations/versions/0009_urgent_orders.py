"""Which orders go first. Those of a program before this one wait their turn."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "orders", sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Nobody goes first."""
    op.drop_column("orders", "urgent")
