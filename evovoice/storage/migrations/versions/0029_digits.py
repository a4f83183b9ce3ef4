"""Digits to be heard on a leg: how far they have come, and, for a moment, the digits themselves.

The program before passes over both: digits that wait during an upgrade wait for a newer process.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"

KEY = sa.String(128)
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
JSON_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the column and the table, empty."""
    op.add_column("members", sa.Column("leg_digits", JSON_DOCUMENT, nullable=True))
    op.create_table(
        "kept_digits",
        sa.Column("key", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("digits", sa.Text, nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("asked_by", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_kept_digits"),
        sa.ForeignKeyConstraint(
            ["account_id", "session_id"],
            ["call_sessions.account_id", "call_sessions.id"],
            name="fk_kept_digits_call_sessions",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    """Digits that wait are not sent."""
    op.drop_table("kept_digits")
    op.drop_column("members", "leg_digits")
