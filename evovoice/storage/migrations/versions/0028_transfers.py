"""Transfers of a session, and the number that is rung where one reaches nobody: new columns, which
the program before passes over.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"

JSON_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the columns, empty in the rows that are there."""
    op.add_column("call_sessions", sa.Column("transfers", JSON_DOCUMENT, nullable=True))
    op.add_column("accounts", sa.Column("fallback_number", sa.Text(), nullable=True))


def downgrade() -> None:
    """A transfer that is under way is forgotten, whoever is on hold for it stays so."""
    op.drop_column("accounts", "fallback_number")
    op.drop_column("call_sessions", "transfers")
