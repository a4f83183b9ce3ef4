"""The table of the carrier's deliveries that were processed."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base


class ReceiptRow(Base):
    """Proof that one delivery of the carrier was processed."""

    __tablename__ = "receipts"
    __table_args__ = (Index(None, "received_at"),)

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    received_at: Mapped[datetime]
