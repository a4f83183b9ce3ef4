"""The feed of changes for consoles: two new tables, which the program before them passes over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

KEY = sa.String(128)
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "feed",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=True),
        *[sa.Column(name, KEY, nullable=False) for name in ("account_id", "session_id")],
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("notifications", DOCUMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
    )
    op.create_index("ix_feed_position", "feed", ["position"])
    op.create_table(
        "feed_head",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_head"),
    )


def downgrade() -> None:
    """Consoles read again what they show."""
    op.drop_table("feed_head")
    op.drop_table("feed")
