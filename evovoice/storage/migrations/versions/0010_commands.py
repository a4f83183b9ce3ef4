"""Who had a leg hung up, and what a request with an Idempotency-Key was refused for: new columns,
which the program before passes over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_NEW = (
    ("members", "leg_stopped_by", sa.Text),
    ("members", "leg_stopped_by_name", sa.Text),
    ("members", "leg_withdrawn_code", sa.Integer),
)


def upgrade() -> None:
    """Add the columns, empty in the rows that are there."""
    for table, column, kind in _NEW:
        op.add_column(table, sa.Column(column, kind, nullable=True))


def downgrade() -> None:
    """Whoever was hung up counts as removed, by nobody knows whom."""
    for table, column, _kind in reversed(_NEW):
        op.drop_column(table, column)
