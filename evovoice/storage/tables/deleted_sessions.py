"""The table of what is left of sessions that were deleted."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base


class DeletedSessionRow(Base):
    """That there was a session, and of which call; kept for good, as a signed request of the
    carrier is valid for good. Of the call only a digest is kept.
    """

    __tablename__ = "deleted_sessions"
    __table_args__ = (Index(None, "account_id", "call_digest"),)

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    session_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    call_digest: Mapped[str]
    deleted_at: Mapped[datetime]
    log_chain: Mapped[str | None]  # the last link of its log
