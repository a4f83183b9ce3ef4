"""The table of what agents say of whether they take calls, and of their consoles."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base


class PresenceRow(Base):
    """A user who has set a state, or whose console has told how their device is.

    `has_listened`: a stream of theirs was open while the state was set; `left_at`: when one was
    closed last. `told_away`: consoles were told that theirs is gone.
    """

    __tablename__ = "presences"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "user_id"], ["users.account_id", "users.id"], ondelete="CASCADE"
        ),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    user_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    state: Mapped[str | None]
    reason: Mapped[str | None]
    set_at: Mapped[datetime | None]
    is_registered: Mapped[bool | None]
    has_listened: Mapped[bool] = mapped_column(server_default=false())
    left_at: Mapped[datetime | None]
    told_away: Mapped[bool] = mapped_column(server_default=false())
