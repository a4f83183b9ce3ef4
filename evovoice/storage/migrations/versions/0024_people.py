"""People: whether agents take calls, extensions, favourite destinations.

New tables, columns and indexes, which the program before passes over: it rings every agent, tells
no console of presence, and reaches nobody by their extension.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

KEY = sa.String(128)
_NOT_DELETED = "deleted_at IS NULL"
_DIALLED = "added_by IS NOT NULL"
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add them, empty."""
    _create_presences()
    op.add_column("feed", sa.Column("presence_of", KEY, nullable=True))
    op.create_index("ix_listeners_account_id_user_id", "listeners", ["account_id", "user_id"])
    op.add_column("users", sa.Column("extension", sa.Text(), nullable=True))
    _index("ix_users_extension", "users", ["account_id", "extension"], _NOT_DELETED, unique=True)
    _index("ix_members_added_by", "members", ["account_id", "added_by", "added_at"], _DIALLED)
    _create_favorites()


def _create_presences() -> None:
    op.create_table(
        "presences",
        *_owner(),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("set_at", MOMENT, nullable=True),
        sa.Column("is_registered", sa.Boolean(), nullable=True),
        sa.Column("has_listened", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("told_away", sa.Boolean(), nullable=False, server_default=sa.false()),
        _of_user("presences"),
        sa.PrimaryKeyConstraint("account_id", "user_id", name="pk_presences"),
    )


def _create_favorites() -> None:
    op.create_table(
        "favorites",
        *_owner(),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        _of_user("favorites"),
        sa.PrimaryKeyConstraint("account_id", "user_id", "address", name="pk_favorites"),
    )
    op.create_index("ix_favorites_address", "favorites", ["address"])


def downgrade() -> None:
    """Every agent counts as ready; extensions and favourites are gone."""
    op.drop_table("favorites")
    op.drop_index("ix_members_added_by", "members")
    op.drop_index("ix_users_extension", "users")
    op.drop_column("users", "extension")
    op.drop_index("ix_listeners_account_id_user_id", "listeners")
    op.drop_column("feed", "presence_of")
    op.drop_table("presences")


def _owner() -> list[sa.Column[str]]:
    return [sa.Column(name, KEY, nullable=False) for name in ("account_id", "user_id")]


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id", "user_id"],
        ["users.account_id", "users.id"],
        name=f"fk_{table}_users",
        ondelete="CASCADE",
    )


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, postgresql_where=condition, sqlite_where=condition
    )  # fmt: skip
