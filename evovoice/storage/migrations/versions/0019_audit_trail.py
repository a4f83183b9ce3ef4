"""The audit trail, and a hash chain over each session's log: new tables, and new columns that the
program before passes over. Lines that it writes have no chain until a later program gives them one.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"

KEY = sa.String(128)
MOMENT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_OF_LINE = ("salt", "digest", "chain")
_UNCHAINED = sa.text("chain IS NULL")


def upgrade() -> None:
    """Add the tables and columns. The lines that are there get their chain from the background."""
    for name in _OF_LINE:
        op.add_column("session_events", sa.Column(name, sa.Text, nullable=True))
    op.create_index(
        "ix_session_events_unchained", "session_events", ["account_id", "session_id"],
        postgresql_where=_UNCHAINED, sqlite_where=_UNCHAINED,
    )  # fmt: skip
    op.add_column("call_sessions", sa.Column("log_chain", sa.Text, nullable=True))
    op.add_column(
        "call_sessions", sa.Column("log_chained", sa.Integer, nullable=False, server_default="0")
    )
    op.add_column("deleted_sessions", sa.Column("log_chain", sa.Text, nullable=True))
    _make_entries()
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("chain", sa.Text, nullable=False),
        sa.Column("chained_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "refused_sign_ins",
        sa.Column("subject", KEY, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("whose", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_refused_sign_ins"),
    )
    op.create_index("ix_refused_sign_ins_since", "refused_sign_ins", ["since"])


def _make_entries() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        *[_text(name) for name in ("actor_name", "actor_role", "credential")],
        sa.Column("account_id", KEY, nullable=True),
        *[_text(name) for name in ("subject", "origin")],
        sa.Column("request_id", sa.Text, nullable=True),
        _text("outcome"),
        *[sa.Column(name, DOCUMENT, nullable=False) for name in ("details", "evidence")],
        sa.Column("salt", sa.Text, nullable=True),
        _text("digest"),
        sa.Column("position", sa.BigInteger, nullable=True),
        sa.Column("chain", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    table = "audit_entries"
    op.create_index("ix_audit_entries_position", table, ["position"], unique=True)
    for name in ("account_id", "actor_id"):
        op.create_index(f"ix_audit_entries_{name}_id", table, [name, "id"])
    is_unchained = sa.text("position IS NULL")
    op.create_index(
        "ix_audit_entries_unchained", table, ["id"],
        postgresql_where=is_unchained, sqlite_where=is_unchained,
    )  # fmt: skip


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def downgrade() -> None:
    """Nobody can tell any more who did what, nor whether a log was changed."""
    for name in ("refused_sign_ins", "audit_head", "audit_entries"):
        op.drop_table(name)
    op.drop_column("deleted_sessions", "log_chain")
    op.drop_column("call_sessions", "log_chained")
    op.drop_column("call_sessions", "log_chain")
    op.drop_index("ix_session_events_unchained", "session_events")
    for name in reversed(_OF_LINE):
        op.drop_column("session_events", name)
