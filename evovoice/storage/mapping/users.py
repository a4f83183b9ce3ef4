"""Users of rows that have the columns of the users' table under their own names."""

from evovoice.domain.values import Role, User
from evovoice.storage.database.connection import Row


def user_from(row: Row) -> User:
    """The user of that row."""
    role = Role(row.role)
    return User(
        row.id, row.account_id, row.name, row.email, role, row.identity, row.extension
    )  # fmt: skip
