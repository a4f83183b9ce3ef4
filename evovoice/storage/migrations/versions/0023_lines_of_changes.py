"""Which lines of the log a change has added, for consoles that hear of each member.

The program before writes no such number: of its changes the members are not told one by one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the column, without a value for what is there."""
    op.add_column("feed", sa.Column("sequence_before", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Members are not told one by one any more."""
    op.drop_column("feed", "sequence_before")
