"""Logins and attempts to log in: two new tables, which the program before them passes over."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.String(128)
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    _logins()
    _login_attempts()


def downgrade() -> None:
    """Everybody has to sign in again."""
    op.drop_table("login_attempts")
    op.drop_table("logins")


def _logins() -> None:
    user = sa.ForeignKeyConstraint(
        ["account_id", "user_id"], ["users.account_id", "users.id"], name="fk_logins_users"
    )
    op.create_table(
        "logins",
        *[sa.Column(name, KEY, nullable=False) for name in ("account_id", "id", "user_id")],
        *[sa.Column(name, sa.Text, nullable=False) for name in ("digest", "kind")],
        *[
            sa.Column(name, MOMENT, nullable=False)
            for name in ("created_at", "expires_at", "used_at")
        ],
        sa.Column("voided_at", MOMENT, nullable=True),
        user,
        sa.UniqueConstraint("digest", name="uq_logins_digest"),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_logins"),
    )
    op.create_index("ix_logins_account_id_user_id", "logins", ["account_id", "user_id"])
    op.create_index("ix_logins_expires_at", "logins", ["expires_at"])


def _login_attempts() -> None:
    op.create_table(
        "login_attempts",
        sa.Column("subject", KEY, nullable=False),
        sa.Column("spent_until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_login_attempts"),
    )
    op.create_index("ix_login_attempts_spent_until", "login_attempts", ["spent_until"])
