"""Two moments: a leg was not found once, and the original dial ended on its way to a conference."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the columns; a program before this one leaves them empty."""
    op.add_column("members", sa.Column("leg_doubted_at", MOMENT, nullable=True))
    op.add_column("call_sessions", sa.Column("dial_finished_at", MOMENT, nullable=True))


def downgrade() -> None:
    """Both are of use for seconds only."""
    op.drop_column("call_sessions", "dial_finished_at")
    op.drop_column("members", "leg_doubted_at")
