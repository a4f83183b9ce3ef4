"""Who had a token made, and with what; the networks that a name has signed in from, and which
guesses came again.

The program before passes over all of it. Its tokens have no maker, and end within their day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

KEY = sa.String(128)


def upgrade() -> None:
    """Add the columns, empty in the rows that are there, and the table."""
    op.add_column("logins", sa.Column("maker_id", KEY, nullable=True))
    op.add_column("logins", sa.Column("made_with", sa.Text, nullable=True))
    op.add_column("logins", sa.Column("parent_id", KEY, nullable=True))
    op.create_index("ix_logins_maker_id", "logins", ["maker_id"])
    tried = sa.Column("tried", sa.Integer, nullable=False, server_default="0")
    op.add_column("login_attempts", tried)
    op.create_table(
        "known_networks",
        sa.Column("subject", KEY, nullable=False),
        sa.Column("known_until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_known_networks"),
    )
    op.create_index("ix_known_networks_known_until", "known_networks", ["known_until"])


def downgrade() -> None:
    """Tokens end at their time, whoever made them."""
    op.drop_table("known_networks")
    op.drop_column("login_attempts", "tried")
    op.drop_index("ix_logins_maker_id", "logins")
    for name in ("parent_id", "made_with", "maker_id"):
        op.drop_column("logins", name)
