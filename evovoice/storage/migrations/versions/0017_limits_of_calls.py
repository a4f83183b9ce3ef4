"""The countries an account may call, how many legs at most live that a user has had dialled, what
is left of sessions that were deleted, and what the carrier refused a request with an
Idempotency-Key for: new columns and a new table, which the program before passes over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

KEY = sa.String(128)
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
_KEPT = "deleted_sessions"
_OF_CARRIER = ("carrier_code", "carrier_status")


def upgrade() -> None:
    """Add the columns, empty: every country is allowed, and the legs are counted once. Nothing is
    known of sessions that were deleted before.
    """
    op.add_column("accounts", sa.Column("countries", sa.Text, nullable=True))
    op.add_column("rate_budgets", sa.Column("live_at_most", sa.Integer, nullable=True))
    for name in _OF_CARRIER:
        op.add_column("promises", sa.Column(name, sa.Integer, nullable=True))
    op.create_table(
        _KEPT,
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("call_digest", sa.Text, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "session_id", name=f"pk_{_KEPT}"),
    )
    name = f"ix_{_KEPT}_account_id_call_digest"
    op.create_index(name, _KEPT, ["account_id", "call_digest"])


def downgrade() -> None:
    """Every account may call every country, and a repeated request is judged anew."""
    for name in reversed(_OF_CARRIER):
        op.drop_column("promises", name)
    op.drop_table(_KEPT)
    op.drop_column("rate_budgets", "live_at_most")
    op.drop_column("accounts", "countries")
