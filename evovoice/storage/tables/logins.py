"""The tables of signing in: logins, and how much guessing a name or an address has left.

Like the directory's they find the account, so the digest's unique key spans all accounts.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base


class LoginRow(Base):
    """That somebody has signed in; of the secret they were given only its digest is kept."""

    __tablename__ = "logins"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_id"], ["users.account_id", "users.id"]),
        UniqueConstraint("digest"),
        Index(None, "account_id", "user_id"),
        Index(None, "expires_at"),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    user_id: Mapped[str] = mapped_column(KEY)
    digest: Mapped[str]
    kind: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]


class LoginAttemptsRow(Base):
    """Until when a name or an address has used up its guesses, in microseconds since 1970.

    The subject is a digest: who failed to sign in is nobody's business, and need not exist, so
    there is no account to put first.
    """

    __tablename__ = "login_attempts"
    __table_args__ = (Index(None, "spent_until"),)

    subject: Mapped[str] = mapped_column(KEY, primary_key=True)
    spent_until: Mapped[int] = mapped_column(BigInteger)
