"""The first tables: sessions with members, log, orders and receipts, and the directory."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

KEY = sa.String(128)
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """From an empty database."""
    _sessions()
    _members()
    _events()
    _orders()
    _receipts()
    _accounts()
    _users()
    _numbers()
    _keys()
    _promises()
    _budgets()


def downgrade() -> None:
    """Back to an empty database."""
    for name in (
        "rate_budgets", "promises", "api_keys", "number_agents", "numbers", "users", "accounts",
        "receipts", "orders", "session_events", "members", "call_sessions",
    ):  # fmt: skip
        op.drop_table(name)


def _sessions() -> None:
    _table(
        "call_sessions", ["account_id", "id"], _texts("account_name", "direction", "call_sid"),
        _texts("to_address", "from_address"), _moments("created_at", "modified_at"),
        _texts("destination", "created_by", "last_modified_by", nullable=True),
        _texts("console_data", "room_name", "moving_leg_id", nullable=True),
        _moments("moved_at", "converted_at", nullable=True),
        _flags("end_wanted"),
        _texts("held_by", nullable=True),
        _texts("hold_reason"),
        _moments("ended_at", "next_check", nullable=True),
        _texts("newest_call_sid", nullable=True),
        _integers("last_sequence"),
        [sa.Column("rooms", DOCUMENT, nullable=False)],
        [_unique("call_sessions", "account_id", "call_sid")],
    )  # fmt: skip
    for column in ("call_sid", "id", "next_check"):
        _index("call_sessions", column)


def _members() -> None:
    _table(
        "members", ["account_id", "session_id", "id"], _integers("position"), _flags("live"),
        _texts("role", "address", "display_name"), _moments("added_at"),
        _flags("is_original", "is_calling"),
        _texts("user_id", "added_by", "destination", "from_number", nullable=True),
        _texts("leg_id"), _texts("leg_call_sid", nullable=True), _texts("leg_progress"),
        _moments("leg_answered_at", nullable=True),
        _texts("leg_end_outcome", "leg_end_source", nullable=True),
        _moments("leg_end_at", nullable=True), _texts("leg_end_reason", nullable=True),
        _integers("leg_end_code", nullable=True),
        _moments("leg_dial_ordered_at", nullable=True), _texts("leg_withdrawn", nullable=True),
        _texts("leg_stop"), [sa.Column("leg_part", DOCUMENT, nullable=False)],
        [_of_session("members")],
    )  # fmt: skip
    _index("members", "account_id", "user_id", "live")
    _index("members", "leg_call_sid")


def _events() -> None:
    sequence = sa.Column("sequence", sa.Integer, autoincrement=False, nullable=False)
    _table(
        "session_events", ["account_id", "session_id", sequence], _texts("type", "message"),
        _moments("at"), _texts("call_sid", "member_id", "user_id", nullable=True),
        [sa.Column("data", DOCUMENT, nullable=False)], [_of_session("session_events")],
    )  # fmt: skip


def _orders() -> None:
    _table(
        "orders", ["account_id", "id"], [sa.Column("session_id", KEY, nullable=False)],
        _texts("kind"), [sa.Column("body", DOCUMENT, nullable=False)],
        _moments("created_at", "due"), _integers("tries"), _flags("uncertain"),
        _texts("lease_token", nullable=True), _moments("lease_until", nullable=True),
        _texts("result", nullable=True), [_of_session("orders")],
    )  # fmt: skip
    is_open = sa.text("result IS NULL")
    op.create_index(
        "ix_orders_open", "orders", ["due", "id"], postgresql_where=is_open, sqlite_where=is_open
    )
    _index("orders", "account_id", "session_id")


def _receipts() -> None:
    key = sa.Column("key", sa.Text, nullable=False)
    _table("receipts", ["account_id", key], _moments("received_at"))
    _index("receipts", "received_at")


def _accounts() -> None:
    _table("accounts", ["id"], _texts("name", "country"))


def _users() -> None:
    _table(
        "users", ["account_id", "id"],
        _texts("name", "name_key", "email", "email_key", "role", "identity", "password_hash"),
        [_of_account("users"), _unique("users", "id"), _unique("users", "identity")],
        [_unique("users", "email_key")],
    )  # fmt: skip
    _index("users", "account_id", "name_key")


def _numbers() -> None:
    rules = [_of_account("numbers"), _unique("numbers", "e164")]
    _table("numbers", ["account_id", "e164"], _integers("position"), rules)
    number = _refers("number_agents", "numbers", {"account_id": "account_id", "e164": "e164"})
    _table(
        "number_agents", ["account_id", "e164", "user_id"], _integers("position"),
        [number, _of_user("number_agents")],
    )  # fmt: skip
    _index("number_agents", "e164")


def _keys() -> None:
    _table(
        "api_keys", ["account_id", "id"], [sa.Column("user_id", KEY, nullable=False)],
        _texts("digest"), _moments("created_at"), _moments("revoked_at", nullable=True),
        [_of_user("api_keys"), _unique("api_keys", "digest")],
    )  # fmt: skip


def _promises() -> None:
    key = sa.Column("key", sa.Text, nullable=False)
    what = _texts("fingerprint", "session_id", "member_id")
    _table("promises", ["account_id", key], what, _moments("made_at"))
    _index("promises", "made_at")


def _budgets() -> None:
    spent = sa.Column("spent_until", sa.BigInteger, nullable=False)
    _table("rate_budgets", ["account_id", "user_id"], [spent])


# --- short words for the above -----------------------------------------------------------------

Part = sa.Column[Any] | sa.Constraint


def _table(name: str, keys: list[str | sa.Column[Any]], *parts: list[Part]) -> None:
    columns = [_key(key) if isinstance(key, str) else key for key in keys]
    rest = [part for group in parts for part in group]
    primary = sa.PrimaryKeyConstraint(*[column.name for column in columns], name=f"pk_{name}")
    op.create_table(name, *columns, *rest, primary)


def _key(name: str) -> sa.Column[Any]:
    return sa.Column(name, KEY, nullable=False)


def _texts(*names: str, nullable: bool = False) -> list[Part]:
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def _moments(*names: str, nullable: bool = False) -> list[Part]:
    return [sa.Column(name, MOMENT, nullable=nullable) for name in names]


def _integers(*names: str, nullable: bool = False) -> list[Part]:
    return [sa.Column(name, sa.Integer, nullable=nullable) for name in names]


def _flags(*names: str) -> list[Part]:
    return [sa.Column(name, sa.Boolean, nullable=False) for name in names]


def _unique(table: str, *columns: str) -> Part:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _refers(table: str, other: str, columns: dict[str, str], on: str | None = None) -> Part:
    targets = [f"{other}.{column}" for column in columns.values()]
    name = f"fk_{table}_{other}"
    return sa.ForeignKeyConstraint(list(columns), targets, name=name, ondelete=on)


def _of_session(table: str) -> Part:
    columns = {"account_id": "account_id", "session_id": "id"}
    return _refers(table, "call_sessions", columns, "CASCADE")


def _of_account(table: str) -> Part:
    return _refers(table, "accounts", {"account_id": "id"})


def _of_user(table: str) -> Part:
    return _refers(table, "users", {"account_id": "account_id", "user_id": "id"})


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
