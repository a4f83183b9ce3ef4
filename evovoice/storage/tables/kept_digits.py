"""The table of digits that the carrier is to ask for."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base
from evovoice.storage.tables.sessions import of_session


class KeptDigitsRow(Base):
    """Digits for a leg of that session, until the carrier has asked for them and a moment longer.
    `asked_by`: the carrier's mark of the request that was given them.
    """

    __tablename__ = "kept_digits"
    __table_args__ = (of_session(),)

    key: Mapped[str] = mapped_column(KEY, primary_key=True)
    account_id: Mapped[str] = mapped_column(KEY)
    session_id: Mapped[str] = mapped_column(KEY)
    digits: Mapped[str]
    kept_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[str | None]
