"""The tables of the feed: what has changed, for consoles, in the order in which it is told.

The feed is of a database, not of an account: one order for all. So no account is in its keys.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, NUMBER, Base
from evovoice.storage.tables.columns import JSON_DOCUMENT


class ChangeRow(Base):
    """One committed change of a session, and whom to tell what; kept for some minutes.

    With `access_of`, the id of a user, it is of no session: what that user may do has changed, and
    who listens as they do has to prove again who they are. Nor is one with `presence_of`: whether
    that user takes calls has changed. One with `speech_of`, the SID of a call, tells whether that
    party of its session speaks, and that nothing else has changed.

    Of one session the ids rise from change to change, for each is written under the session's
    lock; over all sessions they are committed in any order, so readers go by `position`. It is
    given after the commit. SQLite has one writer at a time: there the id itself is the position.
    The newest change is never forgotten, or SQLite would begin to count anew.
    """

    __tablename__ = "feed"
    __table_args__ = (Index(None, "position"),)

    id: Mapped[int] = mapped_column(NUMBER, primary_key=True)
    position: Mapped[int | None] = mapped_column(BigInteger)
    account_id: Mapped[str] = mapped_column(KEY)
    session_id: Mapped[str] = mapped_column(KEY)
    sequence: Mapped[int]
    sequence_before: Mapped[int | None]
    notifications: Mapped[list[Any]] = mapped_column(JSON_DOCUMENT)
    at: Mapped[datetime]
    access_of: Mapped[str | None]
    presence_of: Mapped[str | None] = mapped_column(KEY)
    speech_of: Mapped[str | None] = mapped_column(KEY)


class FeedHeadRow(Base):
    """The last position given; one row, which whoever gives positions holds locked."""

    __tablename__ = "feed_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)
