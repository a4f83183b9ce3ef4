"""The table of the event streams that are open, over all processes.

A user's streams are counted whichever process serves them. Rows come in the order of their ids.
"""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, NUMBER, Base


class ListenerRow(Base):
    """A stream that a user has open. That of a process that was killed counts up to `ends_at`."""

    __tablename__ = "listeners"
    __table_args__ = (
        UniqueConstraint("listener_id"),
        Index(None, "ends_at"),
        Index(None, "account_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(NUMBER, primary_key=True)
    listener_id: Mapped[str] = mapped_column(KEY)
    account_id: Mapped[str] = mapped_column(KEY)
    user_id: Mapped[str] = mapped_column(KEY)
    ends_at: Mapped[datetime]
