"""The tables of sessions: the session, its members, its log, and how many."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base
from evovoice.storage.tables.columns import JSON_DOCUMENT


def of_session() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["account_id", "session_id"],
        ["call_sessions.account_id", "call_sessions.id"],
        ondelete="CASCADE",
    )


class CallSessionRow(Base):
    __tablename__ = "call_sessions"
    __table_args__ = (
        UniqueConstraint("account_id", "call_sid"),
        Index(None, "call_sid"),
        Index(None, "id"),
        Index(None, "next_check"),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    account_name: Mapped[str]
    direction: Mapped[str]
    call_sid: Mapped[str]
    to_address: Mapped[str]
    from_address: Mapped[str]
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]
    destination: Mapped[str | None]
    created_by: Mapped[str | None]
    last_modified_by: Mapped[str | None]
    console_data: Mapped[str | None]
    room_name: Mapped[str | None]
    moving_leg_id: Mapped[str | None]
    moved_at: Mapped[datetime | None]
    redirects: Mapped[int] = mapped_column(server_default="0")
    rooms_seen_at: Mapped[datetime | None]
    return_until: Mapped[datetime | None]
    return_hold: Mapped[str | None]
    converted_at: Mapped[datetime | None]
    dial_finished_at: Mapped[datetime | None]
    end_wanted: Mapped[bool]
    held_by: Mapped[str | None]
    hold_reason: Mapped[str]
    hold_change: Mapped[dict[str, Any] | None] = mapped_column(JSON_DOCUMENT)
    ended_at: Mapped[datetime | None]
    next_check: Mapped[datetime | None]
    newest_call_sid: Mapped[str | None]
    last_sequence: Mapped[int]
    version: Mapped[int]
    rooms: Mapped[list[Any]] = mapped_column(JSON_DOCUMENT)
    looks: Mapped[dict[str, Any]] = mapped_column(JSON_DOCUMENT, server_default="{}")
    verified_at: Mapped[datetime | None]
    look_failed: Mapped[bool] = mapped_column(server_default=false())
    in_doubt: Mapped[bool] = mapped_column(server_default=false())
    # what the session computes (`domain.summary`), for lists only
    call_state: Mapped[str] = mapped_column(server_default="Ringing")
    dial_state: Mapped[str] = mapped_column(server_default="None")
    outcome: Mapped[str | None]
    display_name: Mapped[str | None]
    endpoint_id: Mapped[str | None]
    endpoint_name: Mapped[str | None]
    answered_by_id: Mapped[str | None]
    answered_by_name: Mapped[str | None]
    from_name: Mapped[str | None]
    callback_number: Mapped[str | None]
    conference_sid: Mapped[str | None]
    root_call_sid: Mapped[str | None]
    archived: Mapped[bool] = mapped_column(server_default=false())  # set by the worker alone
    # the log's last link, and up to which line the chain goes
    log_chain: Mapped[str | None]
    log_chained: Mapped[int] = mapped_column(server_default="0")
    erased_at: Mapped[datetime | None]
    end_policy: Mapped[str | None]  # none: two_left
    transfers: Mapped[list[Any] | None] = mapped_column(JSON_DOCUMENT)
    hunts: Mapped[list[Any] | None] = mapped_column(JSON_DOCUMENT)


_s = CallSessionRow
Index("ix_call_sessions_list", _s.account_id, _s.archived, _s.created_at.desc(), _s.id)
Index("ix_call_sessions_list_of_all", _s.archived, _s.created_at.desc(), _s.id)
Index(
    "ix_call_sessions_to_archive",
    _s.ended_at,
    _s.account_id,
    _s.created_at,
    postgresql_where=text("NOT archived AND ended_at IS NOT NULL"),
    sqlite_where=text("NOT archived AND ended_at IS NOT NULL"),
)
Index(
    "ix_call_sessions_to_erase",
    _s.ended_at,
    _s.id,
    postgresql_where=text("erased_at IS NULL AND ended_at IS NOT NULL"),
    sqlite_where=text("erased_at IS NULL AND ended_at IS NOT NULL"),
)
Index(
    "ix_call_sessions_live",
    _s.account_id,
    _s.created_at,
    postgresql_where=text("ended_at IS NULL"),
    sqlite_where=text("ended_at IS NULL"),
)
Index(  # of nobody but what was typed: a device's call that was refused
    "ix_call_sessions_only_typed",
    _s.account_id,
    _s.id,
    postgresql_where=text("to_address = '' AND destination IS NOT NULL"),
    sqlite_where=text("to_address = '' AND destination IS NOT NULL"),
)


class SessionCountRow(Base):
    """How many sessions there are; the sum over all shards is exact.

    Kept by triggers, so whoever writes the sessions (see the migration that makes them).
    `created_day` counts from 1970, in UTC.
    """

    __tablename__ = "session_counts"

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    archived: Mapped[bool] = mapped_column(primary_key=True)
    created_day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sessions: Mapped[int]


class MemberRow(Base):
    """A member with its leg. `live` repeats what the session computes, for queries only."""

    __tablename__ = "members"
    __table_args__ = (
        of_session(),
        Index(None, "account_id", "user_id", "live"),
        Index(None, "leg_call_sid"),
        Index(
            "ix_members_added_by",
            "account_id",
            "added_by",
            "added_at",
            postgresql_where=text("added_by IS NOT NULL"),
            sqlite_where=text("added_by IS NOT NULL"),
        ),
        Index(
            "ix_members_outside",
            "address",
            postgresql_where=text("user_id IS NULL"),
            sqlite_where=text("user_id IS NULL"),
        ),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    session_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    position: Mapped[int]
    live: Mapped[bool]
    role: Mapped[str]
    address: Mapped[str]
    display_name: Mapped[str]
    added_at: Mapped[datetime]
    is_original: Mapped[bool]
    is_calling: Mapped[bool]
    user_id: Mapped[str | None]
    added_by: Mapped[str | None]
    destination: Mapped[str | None]
    from_number: Mapped[str | None]
    supervision: Mapped[str | None]
    leg_id: Mapped[str]
    leg_call_sid: Mapped[str | None]
    leg_progress: Mapped[str]
    leg_answered_at: Mapped[datetime | None]
    leg_end_outcome: Mapped[str | None]
    leg_end_source: Mapped[str | None]
    leg_end_at: Mapped[datetime | None]
    leg_end_reason: Mapped[str | None]
    leg_end_code: Mapped[int | None]
    leg_end_failure: Mapped[str | None]
    leg_dial_ordered_at: Mapped[datetime | None]
    leg_withdrawn: Mapped[str | None]
    leg_withdrawn_code: Mapped[int | None]
    leg_withdrawn_failure: Mapped[str | None]
    leg_stop: Mapped[str]
    leg_leave_wanted: Mapped[bool] = mapped_column(server_default=false())
    leg_leave_after: Mapped[str | None]
    leg_stopped_by: Mapped[str | None]
    leg_stopped_by_name: Mapped[str | None]
    leg_part: Mapped[dict[str, Any]] = mapped_column(JSON_DOCUMENT)
    leg_doubted_at: Mapped[datetime | None]
    leg_digits: Mapped[dict[str, Any] | None] = mapped_column(JSON_DOCUMENT)


class SessionEventRow(Base):
    """One line of a session's log; the sequence grows under the session's lock, without gaps.

    `digest` is of what may be erased, and `salt` is NULL once that is done. Lines of a program
    before chains have none of the three.
    """

    __tablename__ = "session_events"
    __table_args__ = (
        of_session(),
        Index(
            "ix_session_events_unchained",
            "account_id",
            "session_id",
            postgresql_where=text("chain IS NULL"),
            sqlite_where=text("chain IS NULL"),
        ),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    session_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str]
    message: Mapped[str]
    at: Mapped[datetime]
    call_sid: Mapped[str | None]
    member_id: Mapped[str | None]
    user_id: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON_DOCUMENT)
    salt: Mapped[str | None]
    digest: Mapped[str | None]
    chain: Mapped[str | None]
