"""Final reports of calls not heard of yet: one new table, which the program before passes over."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KEY = sa.String(128)
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "early_reports",
        sa.Column("call_sid", KEY, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("code", sa.Integer, nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("call_sid", name="pk_early_reports"),
    )


def downgrade() -> None:
    """They are of use for a minute only."""
    op.drop_table("early_reports")
