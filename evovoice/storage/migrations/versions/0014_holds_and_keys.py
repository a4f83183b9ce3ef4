"""A hold that the carrier has not answered yet, and the error that a request with an
Idempotency-Key came to: new columns, which the program before passes over.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"

JSON_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

_NEW = (
    ("call_sessions", "hold_change", JSON_DOCUMENT),
    ("promises", "refusal_code", sa.Text()),
    ("promises", "refusal_message", sa.Text()),
)


def upgrade() -> None:
    """Add the columns, empty in the rows that are there."""
    for table, column, kind in _NEW:
        op.add_column(table, sa.Column(column, kind, nullable=True))


def downgrade() -> None:
    """A hold on its way is told by nobody, and a repeated request is judged anew."""
    for table, column, _kind in reversed(_NEW):
        op.drop_column(table, column)
