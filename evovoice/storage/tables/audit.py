"""The tables of the audit trail, which is of a database: one chain over all accounts."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, NUMBER, Base
from evovoice.storage.tables.columns import JSON_DOCUMENT


class AuditEntryRow(Base):
    """One deed. `digest` is of what may be erased, and `salt` is NULL once that is done.

    `position` and `chain` are given after the commit, by one process for all, so that those who
    write need not wait for each other.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "position", unique=True),
        Index(None, "account_id", "id"),
        Index(None, "actor_id", "id"),
    )

    id: Mapped[int] = mapped_column(NUMBER, primary_key=True)
    at: Mapped[datetime]
    action: Mapped[str]
    actor_id: Mapped[str | None] = mapped_column(KEY)
    actor_name: Mapped[str]
    actor_role: Mapped[str]
    credential: Mapped[str]
    account_id: Mapped[str | None] = mapped_column(KEY)
    subject: Mapped[str]
    origin: Mapped[str]
    request_id: Mapped[str | None]
    outcome: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSON_DOCUMENT)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON_DOCUMENT)
    salt: Mapped[str | None]
    digest: Mapped[str]
    position: Mapped[int | None] = mapped_column(BigInteger)
    chain: Mapped[str | None]


Index(
    "ix_audit_entries_unchained",
    AuditEntryRow.id,
    postgresql_where=text("position IS NULL"),
    sqlite_where=text("position IS NULL"),
)


class AuditHeadRow(Base):
    """The last link of the trail; one row, which whoever adds links holds locked."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[str]
    chained_at: Mapped[datetime]


class RefusedSignInRow(Base):
    """How often one name was refused in one network since a moment; `subject` stands for both."""

    __tablename__ = "refused_sign_ins"
    __table_args__ = (Index(None, "since"),)

    subject: Mapped[str] = mapped_column(KEY, primary_key=True)
    since: Mapped[datetime]
    refused: Mapped[int]
    account_id: Mapped[str | None] = mapped_column(KEY)
    whose: Mapped[str]
    origin: Mapped[str]
