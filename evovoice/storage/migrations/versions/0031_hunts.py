"""Several destinations for one party of a session: a new column, which the program before passes
over. Where that one takes in that somebody was not reached, the next is rung by a newer process,
as soon as one looks after the call.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"

JSON_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the column, empty in the rows that are there."""
    op.add_column("call_sessions", sa.Column("hunts", JSON_DOCUMENT, nullable=True))


def downgrade() -> None:
    """Who waits for their turn is not rung; whoever rings goes on."""
    op.drop_column("call_sessions", "hunts")
