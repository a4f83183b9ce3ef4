"""Leaving as a wish, conversions that take long, and devices that were lost.

The program before this one writes none of these columns: its rows have the defaults, by which
nobody wishes to leave, no conversion was looked at and nobody is waited for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the columns."""
    count = sa.Column("redirects", sa.Integer, nullable=False, server_default="0")
    op.add_column("call_sessions", count)
    op.add_column("call_sessions", sa.Column("rooms_seen_at", MOMENT, nullable=True))
    op.add_column("call_sessions", sa.Column("return_until", MOMENT, nullable=True))
    op.add_column("call_sessions", sa.Column("return_hold", sa.Text, nullable=True))
    wish = sa.Column("leg_leave_wanted", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("members", wish)
    op.add_column("members", sa.Column("leg_leave_after", sa.Text, nullable=True))


def downgrade() -> None:
    """Who wished to leave stays."""
    for name in ("leg_leave_after", "leg_leave_wanted"):
        op.drop_column("members", name)
    for name in ("return_hold", "return_until", "rooms_seen_at", "redirects"):
        op.drop_column("call_sessions", name)
