"""Why a party was not reached, in our own words.

The program before writes neither: of its failures the state of the call tells.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_COLUMNS = ("leg_end_failure", "leg_withdrawn_failure")


def upgrade() -> None:
    """Add the columns, without a value for what is there."""
    for name in _COLUMNS:
        op.add_column("members", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    """Failures are told by the state of the call again."""
    for name in reversed(_COLUMNS):
        op.drop_column("members", name)
