"""By which policy a call ends, of each session and, for those that begin, of its account.

The program before writes none: what it opens, and what was there, ends when two are not left.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add the columns, without a value for what is there."""
    op.add_column("accounts", sa.Column("end_policy", sa.Text, nullable=True))
    op.add_column("call_sessions", sa.Column("end_policy", sa.Text, nullable=True))


def downgrade() -> None:
    """Every call ends when two are not left any more."""
    op.drop_column("call_sessions", "end_policy")
    op.drop_column("accounts", "end_policy")
