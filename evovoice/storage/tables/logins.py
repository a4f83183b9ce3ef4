"""The tables of signing in: logins, how much guessing is left, and known networks.

Like the directory's they find the account, so the digest's unique key spans all accounts.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base


class LoginRow(Base):
    """That somebody has signed in; of the secret they were given only its digest is kept.

    A token also tells who had it made, `made_with` which kind of credentials, and the id of that
    key or login. The maker may be of another account: ids of users are unique over all.
    """

    __tablename__ = "logins"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_id"], ["users.account_id", "users.id"]),
        UniqueConstraint("digest"),
        Index(None, "account_id", "user_id"),
        Index(None, "expires_at"),
        Index(None, "maker_id"),
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
    maker_id: Mapped[str | None] = mapped_column(KEY)
    made_with: Mapped[str | None]
    parent_id: Mapped[str | None] = mapped_column(KEY)


class LoginAttemptsRow(Base):
    """Until when an address, a device or a name has used up its guesses: microseconds since 1970.

    `tried` has a bit for each kind of password that came since the last one was looked at.

    The subject is a digest: who failed to sign in is nobody's business, and need not exist, so
    there is no account to put first.
    """

    __tablename__ = "login_attempts"
    __table_args__ = (Index(None, "spent_until"),)

    subject: Mapped[str] = mapped_column(KEY, primary_key=True)
    spent_until: Mapped[int] = mapped_column(BigInteger)
    tried: Mapped[int] = mapped_column(server_default="0")


class KnownNetworkRow(Base):
    """Until when a name is known from a network, in microseconds since 1970; a digest as well."""

    __tablename__ = "known_networks"
    __table_args__ = (Index(None, "known_until"),)

    subject: Mapped[str] = mapped_column(KEY, primary_key=True)
    known_until: Mapped[int] = mapped_column(BigInteger)
