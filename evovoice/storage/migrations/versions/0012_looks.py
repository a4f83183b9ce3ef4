"""What the carrier was asked about a session: how its parties were, when, and what is in doubt."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"

MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the columns; a program before this one leaves them as they are."""
    no = sa.false()
    for column in (
        sa.Column("looks", DOCUMENT, nullable=False, server_default="{}"),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("look_failed", sa.Boolean, nullable=False, server_default=no),
        sa.Column("in_doubt", sa.Boolean, nullable=False, server_default=no),
    ):
        op.add_column("call_sessions", column)


def downgrade() -> None:
    """The next look finds them out again."""
    for name in ("in_doubt", "look_failed", "verified_at", "looks"):
        op.drop_column("call_sessions", name)
