"""The countries an account may call, and how many legs at most live that a user has had dialled:
new columns, which the program before passes over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the columns, empty: every country is allowed, and the legs are counted once."""
    op.add_column("accounts", sa.Column("countries", sa.Text, nullable=True))
    op.add_column("rate_budgets", sa.Column("live_at_most", sa.Integer, nullable=True))


def downgrade() -> None:
    """Every account may call every country."""
    op.drop_column("rate_budgets", "live_at_most")
    op.drop_column("accounts", "countries")
