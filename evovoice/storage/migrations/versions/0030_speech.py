"""Who speaks in conferences: a table, and of whom a change of the feed tells it.

The program before passes over both: its consoles are not told who speaks.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

KEY = sa.String(128)
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add them, empty."""
    op.create_table(
        "speech",
        *(sa.Column(name, KEY, nullable=False) for name in ("account_id", "session_id")),
        sa.Column("call_sid", KEY, nullable=False),
        sa.Column("leg_id", KEY, nullable=True),
        sa.Column("conference_sid", KEY, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("speaks", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "session_id", "call_sid", name="pk_speech"),
    )
    op.add_column("feed", sa.Column("speech_of", KEY, nullable=True))


def downgrade() -> None:
    """Nobody is told who speaks."""
    op.drop_column("feed", "speech_of")
    op.drop_table("speech")
