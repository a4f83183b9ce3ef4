"""Since when a user is disabled, and the notice that somebody's access has changed: new columns,
empty in the rows that are there, which the program before passes over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the columns; everybody stays enabled."""
    op.add_column("users", sa.Column("disabled_at", MOMENT, nullable=True))
    op.create_index("ix_users_disabled_at", "users", ["disabled_at"])
    op.add_column("feed", sa.Column("access_of", sa.Text(), nullable=True))


def downgrade() -> None:
    """Who was disabled may sign in again."""
    op.drop_column("feed", "access_of")
    op.drop_index("ix_users_disabled_at", "users")
    op.drop_column("users", "disabled_at")
