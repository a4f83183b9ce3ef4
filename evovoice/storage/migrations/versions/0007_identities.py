"""Identities of devices get the form with which Twilio places and receives calls.

Letters, digits and `_`, at most 121 of them. The former one stays with the user: until their page
asks for a new access token, within the hour, their device still calls under it. Addresses in
sessions stay as they are, those of live calls too: they name calls which the carrier has under
them. The program before this one reads only `identity`; it rings and names devices in the new form.
"""

import re
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_RIGHT = re.compile(r"[A-Za-z0-9_]{1,121}")
_OTHERS = re.compile(r"[^A-Za-z0-9_]+")
_LONGEST = 121

_users = sa.table("users", *map(sa.column, ("id", "identity", "former_identity")))


def upgrade() -> None:
    """Add the column, and rename whoever needs it."""
    op.add_column("users", sa.Column("former_identity", sa.Text, nullable=True))
    op.create_index("ix_users_former_identity", "users", ["former_identity"], unique=True)
    rows = op.get_bind().execute(
        sa.select(_users.c.id, _users.c.identity).order_by(_users.c.identity)
    )
    found = {row.identity: row.id for row in rows}
    for former, identity in _renamed(list(found)):
        op.get_bind().execute(
            _users.update()
            .where(_users.c.id == found[former])
            .values(identity=identity, former_identity=former)
        )


def downgrade() -> None:
    """Back under the former identity; a user added since then keeps theirs."""
    former = _users.c.former_identity
    op.execute(_users.update().where(former.is_not(None)).values(identity=former))
    op.drop_index("ix_users_former_identity", "users")
    op.drop_column("users", "former_identity")


def _renamed(identities: list[str]) -> Iterator[tuple[str, str]]:
    """The former and the new identity of those of another form; no two become equal."""
    taken = {one for one in identities if _RIGHT.fullmatch(one)}
    for former in identities:
        if _RIGHT.fullmatch(former):
            continue
        identity = _free(_OTHERS.sub("_", former)[:_LONGEST] or "agent", taken)
        taken.add(identity)
        yield former, identity


def _free(wanted: str, taken: set[str]) -> str:
    """`ann_2`, `ann_3` and so on where `ann` is taken."""
    identity, number = wanted, 1
    while identity in taken:
        number += 1
        identity = f"{wanted[: _LONGEST - len(str(number)) - 1]}_{number}"
    return identity
