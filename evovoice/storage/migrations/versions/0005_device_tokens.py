"""Device tokens: one new table, which the program before it passes over."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEY = sa.String(128)
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the table."""
    user = sa.ForeignKeyConstraint(
        ["account_id", "user_id"],
        ["users.account_id", "users.id"],
        name="fk_device_tokens_users",
    )
    op.create_table(
        "device_tokens",
        *[sa.Column(name, KEY, nullable=False) for name in ("account_id", "digest", "user_id")],
        *[sa.Column(name, sa.Text, nullable=False) for name in ("device_type", "token")],
        sa.Column("noted_at", MOMENT, nullable=False),
        user,
        sa.UniqueConstraint("digest", name="uq_device_tokens_digest"),
        sa.PrimaryKeyConstraint("account_id", "digest", name="pk_device_tokens"),
    )
    op.create_index(
        "ix_device_tokens_account_id_user_id_noted_at",
        "device_tokens",
        ["account_id", "user_id", "noted_at"],
    )


def downgrade() -> None:
    """Devices have to say their tokens again."""
    op.drop_table("device_tokens")
