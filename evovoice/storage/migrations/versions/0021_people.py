"""What administrators set up by hand and by the API: one name for one account, users who were
deleted, the default number, and names, ends, makers and use of API keys.

New columns, which the program before passes over: it goes on giving a new account no key of its
name, and lets a key in after its end.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
_accounts = sa.table("accounts", sa.column("id"), sa.column("name"), sa.column("name_key"))


def upgrade() -> None:
    """Add the columns; of accounts that have one name the first keeps it for itself."""
    op.add_column("accounts", sa.Column("name_key", sa.Text, nullable=True))
    _fill_name_keys(op.get_bind())
    op.create_index("ix_accounts_name_key", "accounts", ["name_key"], unique=True)
    op.add_column("users", sa.Column("deleted_at", MOMENT, nullable=True))
    is_default = sa.Column("is_default", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("numbers", is_default)
    op.add_column("api_keys", sa.Column("name", sa.Text, nullable=True))
    for name in ("expires_at", "used_at"):
        op.add_column("api_keys", sa.Column(name, MOMENT, nullable=True))
    op.add_column("api_keys", sa.Column("maker_id", sa.String(128), nullable=True))


def _fill_name_keys(connection: sa.Connection) -> None:
    rows = connection.execute(sa.select(_accounts.c.id, _accounts.c.name).order_by(_accounts.c.id))
    first: dict[str, str] = {}
    for row in rows:
        first.setdefault(row.name.strip().casefold(), row.id)
    for key, account_id in first.items():
        change = sa.update(_accounts).where(_accounts.c.id == account_id).values(name_key=key)
        connection.execute(change)


def downgrade() -> None:
    """Who was deleted stays disabled, without an address or a password."""
    for name in ("maker_id", "used_at", "expires_at", "name"):
        op.drop_column("api_keys", name)
    op.drop_column("numbers", "is_default")
    op.drop_column("users", "deleted_at")
    op.drop_index("ix_accounts_name_key", "accounts")
    op.drop_column("accounts", "name_key")
