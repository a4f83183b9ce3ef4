"""Second factors, recovery codes and identities at a provider: new tables alone.

The program before passes over them: as long as one of its processes runs, it asks for no code.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

KEY = sa.String(128)
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "second_factors",
        *_owner(),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _of("second_factors", "users", "id"),
        sa.PrimaryKeyConstraint("account_id", "user_id", name="pk_second_factors"),
    )
    op.create_table(
        "recovery_codes",
        *_owner(),
        sa.Column("digest", KEY, nullable=False),
        _of("recovery_codes", "second_factors", "user_id"),
        sa.PrimaryKeyConstraint("account_id", "user_id", "digest", name="pk_recovery_codes"),
    )
    op.create_table(
        "external_identities",
        *_owner(),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        _of("external_identities", "users", "id"),
        sa.UniqueConstraint("digest", name="uq_external_identities_digest"),
        sa.PrimaryKeyConstraint("account_id", "digest", name="pk_external_identities"),
    )
    op.create_index(
        "ix_external_identities_account_id_user_id",
        "external_identities",
        ["account_id", "user_id"],
    )


def downgrade() -> None:
    """Nobody is asked for a code any more, and nobody is known by a provider's name."""
    op.drop_table("external_identities")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")


def _owner() -> list[sa.Column[str]]:
    return [sa.Column(name, KEY, nullable=False) for name in ("account_id", "user_id")]


def _of(table: str, referred: str, key: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id", "user_id"],
        [f"{referred}.account_id", f"{referred}.{key}"],
        name=f"fk_{table}_{referred}",
        ondelete="CASCADE",
    )
