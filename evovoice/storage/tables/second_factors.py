"""The tables of second factors, and of what lets users in who have lost theirs."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base


class SecondFactorRow(Base):
    """That a user has a second factor, or has begun to set one up: then `confirmed_at` is null.

    The secret is not stored: it follows from `salt` and SECRET_KEY. `mark` is a digest of it, which
    tells whether SECRET_KEY is still the one it was made with. Of the codes that were used,
    `last_step` is the newest one's number: half minutes since 1970.
    """

    __tablename__ = "second_factors"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "user_id"], ["users.account_id", "users.id"], ondelete="CASCADE"
        ),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    user_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    salt: Mapped[str]
    mark: Mapped[str]
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger)


class RecoveryCodeRow(Base):
    """A code that counts once in the place of a second factor; only its digest is kept."""

    __tablename__ = "recovery_codes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["second_factors.account_id", "second_factors.user_id"],
            ondelete="CASCADE",
        ),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    user_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    digest: Mapped[str] = mapped_column(KEY, primary_key=True)
