"""Who users are at an identity provider."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evovoice.storage.tables.base import KEY, Base


class ExternalIdentityRow(Base):
    """The user whom a provider knows by that subject, which it gives to nobody else.

    `digest` is that of issuer and subject, which may be longer than a key.
    """

    __tablename__ = "external_identities"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "user_id"], ["users.account_id", "users.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("digest"),
        Index(None, "account_id", "user_id"),
    )

    account_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    digest: Mapped[str] = mapped_column(KEY, primary_key=True)
    user_id: Mapped[str] = mapped_column(KEY)
    issuer: Mapped[str]
    noted_at: Mapped[datetime]
