"""The table of final reports that came before their call was announced."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base


class EarlyReportRow(Base):
    """How a call ended that no session has yet. It has no account: nobody knows whose it is."""

    __tablename__ = "early_reports"

    call_sid: Mapped[str] = mapped_column(KEY, primary_key=True)
    outcome: Mapped[str]
    ended_at: Mapped[datetime]
    reason: Mapped[str | None]
    code: Mapped[int | None]
    received_at: Mapped[datetime]
