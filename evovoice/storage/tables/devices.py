"""The table of the devices that can be woken by a push."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base


class DeviceTokenRow(Base):
    """Under which token a user's device is woken; a device, and so its token, is one user's."""

    __tablename__ = "device_tokens"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_id"], ["users.account_id", "users.id"]),
        UniqueConstraint("digest"),
        Index(None, "account_id", "user_id", "noted_at"),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    digest: Mapped[str] = mapped_column(KEY, primary_key=True)
    user_id: Mapped[str] = mapped_column(KEY)
    device_type: Mapped[str]
    token: Mapped[str]
    noted_at: Mapped[datetime]
