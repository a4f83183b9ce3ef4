"""The event streams that are open: one new table, which the program before it passes over."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

KEY = sa.String(128)
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "listeners",
        sa.Column("id", NUMBER, nullable=False),
        *[
            sa.Column(name, KEY, nullable=False)
            for name in ("listener_id", "account_id", "user_id")
        ],
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.UniqueConstraint("listener_id", name="uq_listeners_listener_id"),
        sa.PrimaryKeyConstraint("id", name="pk_listeners"),
    )
    op.create_index("ix_listeners_ends_at", "listeners", ["ends_at"])


def downgrade() -> None:
    """A user's streams are not counted any more."""
    op.drop_table("listeners")
