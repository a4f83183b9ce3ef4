"""The table of destinations that users have chosen to find again."""

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base


class FavoriteRow(Base):
    """A destination of one user's choice: a number, a SIP address or a colleague's device."""

    __tablename__ = "favorites"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "user_id"], ["users.account_id", "users.id"], ondelete="CASCADE"
        ),
        Index(None, "address"),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    user_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
