"""The tables of sessions: state, log, orders and receipts; `directory_tables` has the rest.

The account comes first in every primary and unique key, so that accounts can be spread over
several databases. Nothing refers to the account's own row: every new call would queue there.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from evovoice.storage.columns import JSON_DOCUMENT, UtcDateTime

_TYPES: dict[Any, TypeEngine[Any] | type[TypeDecorator[Any]]] = {
    str: Text(),
    datetime: UtcDateTime,
}

KEY = String(128)


class Base(DeclarativeBase):
    """All tables; only their definition is used, statements are written on the tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = _TYPES
    metadata_naming: ClassVar[dict[str, str]] = {
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }


Base.metadata.naming_convention = Base.metadata_naming


def _of_session() -> ForeignKeyConstraint:
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
    converted_at: Mapped[datetime | None]
    end_wanted: Mapped[bool]
    held_by: Mapped[str | None]
    hold_reason: Mapped[str]
    ended_at: Mapped[datetime | None]
    next_check: Mapped[datetime | None]
    newest_call_sid: Mapped[str | None]
    last_sequence: Mapped[int]
    version: Mapped[int]
    rooms: Mapped[list[Any]] = mapped_column(JSON_DOCUMENT)
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
        _of_session(),
        Index(None, "account_id", "user_id", "live"),
        Index(None, "leg_call_sid"),
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
    leg_id: Mapped[str]
    leg_call_sid: Mapped[str | None]
    leg_progress: Mapped[str]
    leg_answered_at: Mapped[datetime | None]
    leg_end_outcome: Mapped[str | None]
    leg_end_source: Mapped[str | None]
    leg_end_at: Mapped[datetime | None]
    leg_end_reason: Mapped[str | None]
    leg_end_code: Mapped[int | None]
    leg_dial_ordered_at: Mapped[datetime | None]
    leg_withdrawn: Mapped[str | None]
    leg_stop: Mapped[str]
    leg_part: Mapped[dict[str, Any]] = mapped_column(JSON_DOCUMENT)


class SessionEventRow(Base):
    """One line of a session's log; the sequence grows under the session's lock, without gaps."""

    __tablename__ = "session_events"
    __table_args__ = (_of_session(),)

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


class OrderRow(Base):
    """An order to the carrier. Open while it has no result; finished only by its lease."""

    __tablename__ = "orders"
    __table_args__ = (
        _of_session(),
        Index(
            "ix_orders_open",
            "due",
            "id",
            postgresql_where=text("result IS NULL"),
            sqlite_where=text("result IS NULL"),
        ),
        Index(None, "account_id", "session_id"),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    session_id: Mapped[str] = mapped_column(KEY)
    kind: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON_DOCUMENT)
    created_at: Mapped[datetime]
    due: Mapped[datetime]
    tries: Mapped[int]
    uncertain: Mapped[bool]
    lease_token: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    result: Mapped[str | None]


class ReceiptRow(Base):
    """Proof that one delivery of the carrier was processed."""

    __tablename__ = "receipts"
    __table_args__ = (Index(None, "received_at"),)

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    received_at: Mapped[datetime]


def table(row: type[Base]) -> Table:
    """The bare table of a row class: statements on it skip the ORM's machinery."""
    found = row.__table__
    assert isinstance(found, Table)  # noqa: S101 (no row class here maps anything else)
    return found
