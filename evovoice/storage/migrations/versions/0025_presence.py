"""Whether agents take calls: a new table, a column of the feed and an index of the listeners.

The program before passes over them: it rings every agent, and tells no console of presence.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0023"

KEY = sa.String(128)
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add them, empty."""
    op.create_table(
        "presences",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("set_at", MOMENT, nullable=True),
        sa.Column("is_registered", sa.Boolean(), nullable=True),
        sa.Column("has_listened", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("told_away", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["users.account_id", "users.id"],
            name="fk_presences_users",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "user_id", name="pk_presences"),
    )
    op.add_column("feed", sa.Column("presence_of", KEY, nullable=True))
    op.create_index("ix_listeners_account_id_user_id", "listeners", ["account_id", "user_id"])


def downgrade() -> None:
    """Every agent counts as ready."""
    op.drop_index("ix_listeners_account_id_user_id", "listeners")
    op.drop_column("feed", "presence_of")
    op.drop_table("presences")
