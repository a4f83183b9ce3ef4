"""Lists of sessions: what they are sorted by, counts of them, and a mark for the archive.

Sessions that are there already are filled in by the rules of `domain.summary`, in SQL. On
PostgreSQL live calls wait until that is done. Counts are kept by triggers: an older program that
still runs while a newer one is installed counts too, and storing a session takes no statement more.
"""

# ruff: noqa: S608 (every text here is a constant)

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.String(128)
TEXTS = (
    "outcome", "display_name", "endpoint_id", "endpoint_name", "answered_by_id",
    "answered_by_name", "from_name", "callback_number", "conference_sid",
    "root_call_sid",
)  # fmt: skip
INDEXES = ("list", "list_of_all", "to_archive")
TRIGGERS = ("created", "deleted", "archived")


def upgrade() -> None:
    """Columns, what they hold for the sessions that are there, indexes, counts."""
    _columns()
    op.execute(_fill())
    _indexes()
    _counts()
    for statement in _triggers():
        op.execute(statement)


def downgrade() -> None:
    """Lists were never shown before."""
    for name in TRIGGERS:
        on = " ON call_sessions" if _is_postgres() else ""
        op.execute(f"DROP TRIGGER count_{name}_sessions{on}")
    if _is_postgres():
        op.execute("DROP FUNCTION count_sessions()")
        op.execute("DROP FUNCTION count_archived_session()")
    op.drop_table("session_counts")
    for name in INDEXES:
        op.drop_index(f"ix_call_sessions_{name}", "call_sessions")
    for name in ("archived", *reversed(TEXTS), "dial_state", "call_state"):
        op.drop_column("call_sessions", name)


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _columns() -> None:
    """With defaults: the program before this one goes on storing sessions without them."""
    columns: list[sa.Column[Any]] = [
        sa.Column("call_state", sa.Text, nullable=False, server_default="Ringing"),
        sa.Column("dial_state", sa.Text, nullable=False, server_default="None"),
        *[sa.Column(name, sa.Text) for name in TEXTS],
        sa.Column("archived", sa.Boolean, nullable=False, server_default=sa.false()),
    ]
    for column in columns:
        op.add_column("call_sessions", column)


def _indexes() -> None:
    newest_first = (sa.text("created_at DESC"), "id")
    op.create_index("ix_call_sessions_list", "call_sessions",
                    ["account_id", "archived", *newest_first])  # fmt: skip
    op.create_index("ix_call_sessions_list_of_all", "call_sessions", ["archived", *newest_first])
    op.create_index(
        "ix_call_sessions_to_archive", "call_sessions", ["ended_at", "account_id", "created_at"],
        postgresql_where=sa.text("NOT archived AND ended_at IS NOT NULL"),
        sqlite_where=sa.text("NOT archived AND ended_at IS NOT NULL"),
    )  # fmt: skip


def _counts() -> None:
    numbers = ("created_day", "shard", "sessions")
    op.create_table(
        "session_counts",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("archived", sa.Boolean, nullable=False),
        *[sa.Column(n, sa.Integer, autoincrement=False, nullable=False) for n in numbers],
        sa.PrimaryKeyConstraint(
            "account_id", "archived", "created_day", "shard", name="pk_session_counts"
        ),
    )
    day, shard = (_PG_DAY, _PG_SHARD) if _is_postgres() else (_DAY, "0")
    op.execute(
        "INSERT INTO session_counts (account_id, archived, created_day, shard, sessions)"
        f" SELECT account_id, archived, {day}, {shard}, count(*) FROM call_sessions"
        " GROUP BY 1, 2, 3, 4"
    )


# --- what the sessions come to -----------------------------------------------------------------

_THEIRS = "m.account_id = call_sessions.account_id AND m.session_id = call_sessions.id"
_DIALLED = "m.is_original AND NOT m.is_calling"
_ANSWERED = (
    "(m.leg_progress = 'ANSWERED' OR"
    " m.leg_end_outcome = 'completed' AND m.leg_end_source <> 'INFERRED')"
)
_CALLER = "m.role = 'Caller'"
_AGENT = f"(m.role = 'Agent' AND {_ANSWERED})"
_SESSION_ANSWERED = (
    f"EXISTS (SELECT 1 FROM members m WHERE {_THEIRS} AND {_DIALLED} AND {_ANSWERED})"
)
_LIVES = "moving_leg_id IS NOT NULL AND converted_at IS NULL AND ended_at IS NULL"


def _one(what: str, who: str, first: str = "m.position") -> str:
    """That value of the first member of that kind."""
    return f"(SELECT {what} FROM members m WHERE {_THEIRS} AND {who} ORDER BY {first} LIMIT 1)"


def _answerer(what: str) -> str:
    who = f"{_DIALLED} AND {_ANSWERED}"
    return _one(what, who, "coalesce(m.leg_answered_at, m.added_at), m.id")


def _endpoint(what: str, answered: str) -> str:
    rung = f"{_DIALLED} AND m.user_id IS NOT NULL"
    alone = f"(SELECT min({what}) FROM members m WHERE {_THEIRS} AND {rung} HAVING count(*) = 1)"
    return (
        f"CASE WHEN direction = 'Outgoing' THEN {_one(what, 'm.is_calling')}"
        f" WHEN {_SESSION_ANSWERED} THEN {answered} ELSE {alone} END"
    )


def _fill() -> str:
    values = {
        "answered_by_id": _answerer("m.user_id"),
        "answered_by_name": _answerer("m.display_name"),
        "endpoint_id": _endpoint("m.user_id", _answerer("m.user_id")),
        "endpoint_name": _endpoint("m.display_name", _answerer("m.display_name")),
        "display_name": f"coalesce({_one('m.display_name', _CALLER)}, destination)",
        "from_name": _one("m.display_name", "m.is_calling AND m.display_name <> m.address"),
        "callback_number": "CASE WHEN direction = 'Incoming' AND substr(from_address, 1, 1) = '+'"
        " THEN from_address END",
        "root_call_sid": (
            f"(SELECT m.leg_call_sid FROM members m WHERE {_THEIRS} AND m.is_calling)"
        ),
        "conference_sid": f"CASE WHEN NOT ({_LIVES}) THEN {_newest_room()} END",
        "call_state": "CASE WHEN ended_at IS NOT NULL THEN 'Disconnected'"
        f" WHEN {_SESSION_ANSWERED} THEN 'Connected' ELSE 'Ringing' END",
        "dial_state": "CASE WHEN ended_at IS NULL AND"
        f" {_one('1', 'NOT m.is_calling')} = 1 THEN 'Active' ELSE 'None' END",
        "outcome": _outcome(),
        "archived": f"ended_at IS NOT NULL AND ended_at < {_fifteen_days_ago()}",
    }
    pairs = ", ".join(f"{name} = {value}" for name, value in values.items())
    return f"UPDATE call_sessions SET {pairs}"


def _outcome() -> str:
    """A party who stayed is known by the second here; the room's numbering is not looked at."""
    left = f"(SELECT max({_gone()}) FROM members m WHERE {_THEIRS} AND {_AGENT})"
    stayed = f"NOT {_AGENT} AND (m.is_calling OR {_ANSWERED}) AND {_gone()} > {left}"
    many = f"(SELECT count(*) FROM members m WHERE {_THEIRS} AND {stayed}) >= 2"
    ours = _one("'TransferredInternal'", f"{stayed} AND m.user_id IS NOT NULL")
    word = (
        "CASE m.leg_end_outcome WHEN 'busy' THEN 'Busy' WHEN 'failed' THEN 'Failed'"
        " WHEN 'canceled' THEN 'Cancelled' ELSE 'NoAnswer' END"
    )
    unanswered = _one(word, f"{_DIALLED} AND m.leg_end_outcome IS NOT NULL")
    return (
        f"CASE WHEN ended_at IS NULL THEN NULL"
        f" WHEN {_SESSION_ANSWERED} THEN CASE WHEN NOT end_wanted AND {many}"
        f" THEN coalesce({ours}, 'TransferredExternal') ELSE 'Completed' END"
        f" WHEN direction = 'Incoming' THEN 'MissedCall'"
        f" WHEN {_one('1', _DIALLED)} IS NULL THEN 'Failed'"
        f" ELSE coalesce({unanswered}, 'Cancelled') END"
    )


def _gone() -> str:
    moment = "coalesce(m.leg_end_at, call_sessions.ended_at)"
    return f"date_trunc('second', {moment})" if _is_postgres() else f"({moment} / 1000000)"


def _newest_room() -> str:
    """The open room, else the last one."""
    if _is_postgres():
        return (
            "(SELECT r->>'conference_sid' FROM jsonb_array_elements(rooms) r ORDER BY"
            " r->>'closed', r->>'first_heard_at' DESC, r->>'conference_sid' DESC LIMIT 1)"
        )
    return (
        "(SELECT value->>'conference_sid' FROM json_each(rooms) ORDER BY"
        " value->>'closed', value->>'first_heard_at' DESC, value->>'conference_sid' DESC LIMIT 1)"
    )


def _fifteen_days_ago() -> str:
    if _is_postgres():
        return "now() - interval '15 days'"
    return "(CAST(strftime('%s', 'now') AS INTEGER) - 15 * 86400) * 1000000"


# --- counts ------------------------------------------------------------------------------------

_DAY = "created_at / 86400000000"
_PG_DAY = "(created_at AT TIME ZONE 'UTC')::date - DATE '1970-01-01'"
# new calls of one account write different rows; the archive is written by one worker at a time
_PG_SHARD = "CASE WHEN archived THEN 0 ELSE hashtext(id) & 15 END"


def _triggers() -> list[str]:
    return _postgres_triggers() if _is_postgres() else _sqlite_triggers()


def _sqlite_triggers() -> list[str]:
    taken, added = _sqlite_change("OLD", -1), _sqlite_change("NEW", 1)
    moved = "UPDATE OF archived ON call_sessions WHEN OLD.archived <> NEW.archived"
    return [
        f"CREATE TRIGGER count_created_sessions AFTER INSERT ON call_sessions BEGIN {added} END",
        f"CREATE TRIGGER count_deleted_sessions AFTER DELETE ON call_sessions BEGIN {taken} END",
        f"CREATE TRIGGER count_archived_sessions AFTER {moved} BEGIN {taken} {added} END",
    ]


def _sqlite_change(row: str, by: int) -> str:
    key = f"{row}.account_id, {row}.archived, {row}.{_DAY}, 0"
    change = (
        "INSERT INTO session_counts (account_id, archived, created_day, shard, sessions)"
        f" VALUES ({key}, {by}) ON CONFLICT (account_id, archived, created_day, shard)"
        " DO UPDATE SET sessions = sessions + excluded.sessions;"
    )
    if by > 0:
        return change
    columns = "(account_id, archived, created_day, shard)"
    return f"{change} DELETE FROM session_counts WHERE {columns} = ({key}) AND sessions = 0;"


_KEYS = "account_id, archived, created_day, shard"
_PG_KEYS = f"account_id, archived, {_PG_DAY}, {_PG_SHARD}"
_PG_ADD = f"""ON CONFLICT ({_KEYS}) DO UPDATE SET sessions = c.sessions + excluded.sessions"""
_PG_CHANGED = f"""
CREATE FUNCTION count_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO session_counts AS c ({_KEYS}, sessions)
  SELECT {_PG_KEYS}, count(*) * CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
  FROM changed GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4 {_PG_ADD};
  IF TG_OP = 'DELETE' THEN
    DELETE FROM session_counts WHERE sessions = 0
      AND ({_KEYS}) IN (SELECT {_PG_KEYS} FROM changed);
  END IF;
  RETURN NULL;
END $$"""
_PG_ARCHIVED = f"""
CREATE FUNCTION count_archived_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO session_counts AS c ({_KEYS}, sessions)
  SELECT {_PG_KEYS}, change FROM (
    SELECT OLD.account_id, OLD.archived, OLD.created_at, OLD.id, -1 AS change
    UNION ALL SELECT NEW.account_id, NEW.archived, NEW.created_at, NEW.id, 1
  ) AS moved {_PG_ADD};
  DELETE FROM session_counts WHERE sessions = 0 AND ({_KEYS}) IN (
    SELECT {_PG_KEYS} FROM (SELECT OLD.account_id, OLD.archived, OLD.created_at, OLD.id) AS old);
  RETURN NULL;
END $$"""


def _postgres_triggers() -> list[str]:
    """For whole statements where they can be; those cannot look at one column's change."""
    each = "REFERENCING {} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_sessions()"
    moved = (
        "AFTER UPDATE OF archived ON call_sessions FOR EACH ROW WHEN (OLD.archived <> NEW.archived)"
    )
    return [
        _PG_CHANGED,
        _PG_ARCHIVED,
        f"CREATE TRIGGER count_created_sessions AFTER INSERT ON call_sessions {each.format('NEW')}",
        f"CREATE TRIGGER count_deleted_sessions AFTER DELETE ON call_sessions {each.format('OLD')}",
        f"CREATE TRIGGER count_archived_sessions {moved} EXECUTE FUNCTION count_archived_session()",
    ]
