"""The tables of who there is: accounts, users, numbers, API keys, and what users have used up.

These are what finds the account, so some of their unique keys span all accounts.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base


def _of_account() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["account_id"], ["accounts.id"])


def _of_user() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["account_id", "user_id"], ["users.account_id", "users.id"])


class AccountRow(Base):
    """`name_key` is the case-folded name, which one account has: none in the rows of accounts that
    had one name before that was so, and in those that the version before adds.
    """

    __tablename__ = "accounts"
    __table_args__ = (Index(None, "name_key", unique=True),)

    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    name: Mapped[str]
    country: Mapped[str]
    countries: Mapped[str | None]  # where it may call, `AT,CH,DE`
    name_key: Mapped[str | None]
    end_policy: Mapped[str | None]  # of calls that begin; none: two_left
    hides_supervisors: Mapped[bool] = mapped_column(server_default=false())
    fallback_number: Mapped[str | None]  # who is rung where a transfer reaches nobody


class UserRow(Base):
    """`email_key` and `name_key` are case-folded, for finding; whoever has a `disabled_at` neither
    signs in nor rings. Who was deleted has a `deleted_at` too, no e-mail address and no password:
    the row stays for what refers to it, and for the identity, which no other device may get.

    `former_identity` is the identity that a device had before identities got their present form.
    `extension`: of those who were not deleted each is one user's of the account.
    """

    __tablename__ = "users"
    __table_args__ = (
        _of_account(),
        UniqueConstraint("id"),
        UniqueConstraint("identity"),
        UniqueConstraint("email_key"),
        Index(None, "account_id", "name_key"),
        Index(None, "former_identity", unique=True),
        Index(None, "disabled_at"),
        Index(
            "ix_users_extension",
            "account_id",
            "extension",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
            sqlite_where=text("deleted_at IS NULL"),
        ),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    role: Mapped[str]
    identity: Mapped[str]
    password_hash: Mapped[str]
    former_identity: Mapped[str | None]
    disabled_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    extension: Mapped[str | None]


class NumberRow(Base):
    """A telephone number and whose it is. The account's default is the one that `is_default`, or
    its first one.
    """

    __tablename__ = "numbers"
    __table_args__ = (_of_account(), UniqueConstraint("e164"))

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    e164: Mapped[str] = mapped_column(KEY, primary_key=True)
    position: Mapped[int]
    is_default: Mapped[bool] = mapped_column(server_default=false())


class NumberAgentRow(Base):
    """A user who rings when the number is called."""

    __tablename__ = "number_agents"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "e164"], ["numbers.account_id", "numbers.e164"]),
        _of_user(),
        Index(None, "e164"),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    e164: Mapped[str] = mapped_column(KEY, primary_key=True)
    user_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    position: Mapped[int]


class ApiKeyRow(Base):
    """A key a program signs in with; only its digest is kept. `used_at`: to the hour.

    `maker_id`: the user who had it made, none where that was the command line.
    """

    __tablename__ = "api_keys"
    __table_args__ = (_of_user(), UniqueConstraint("digest"))

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    user_id: Mapped[str] = mapped_column(KEY)
    digest: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    name: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    maker_id: Mapped[str | None] = mapped_column(KEY)


class IdempotencyRecordRow(Base):
    """What a request with an Idempotency-Key led to."""

    __tablename__ = "promises"
    __table_args__ = (Index(None, "made_at"),)

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[str]
    session_id: Mapped[str]
    member_id: Mapped[str]
    made_at: Mapped[datetime]
    refusal_code: Mapped[str | None]
    refusal_message: Mapped[str | None]
    carrier_code: Mapped[int | None]
    carrier_status: Mapped[int | None]


class RateBudgetRow(Base):
    """Until when a user has used up the adds they may make, in microseconds since 1970.

    `live_at_most`: no more legs live that the user has had dialled; none: not known.
    """

    __tablename__ = "rate_budgets"

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    user_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    spent_until: Mapped[int] = mapped_column(BigInteger)
    live_at_most: Mapped[int | None]
