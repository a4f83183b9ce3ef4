"""The table of orders to the carrier."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base
from evovoice.storage.tables.columns import JSON_DOCUMENT
from evovoice.storage.tables.sessions import of_session


class OrderRow(Base):
    """An order to the carrier. Open while it has no result; finished only by its lease."""

    __tablename__ = "orders"
    __table_args__ = (
        of_session(),
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
    urgent: Mapped[bool] = mapped_column(server_default=false())  # goes before the others
