"""The table of who speaks in conferences."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base


class SpeechRow(Base):
    """Whether a leg is heard to speak, by the newest report; kept for an hour or two.

    It is of no session's row: a report costs two small writes, and a session may be deleted before
    its last report comes.
    """

    __tablename__ = "speech"

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    session_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    call_sid: Mapped[str] = mapped_column(KEY, primary_key=True)
    leg_id: Mapped[str | None] = mapped_column(KEY)
    conference_sid: Mapped[str] = mapped_column(KEY)
    sequence: Mapped[int]
    speaks: Mapped[bool]
    at: Mapped[datetime]
