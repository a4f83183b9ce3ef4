"""Whom a user calls: the destinations of their calls and adds, and those they have chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select

from evovoice.domain.values import User
from evovoice.storage.database.connection import Connection
from evovoice.storage.database.upsert import upsert
from evovoice.storage.tables import FavoriteRow, MemberRow, table

_favorites, _members = table(FavoriteRow), table(MemberRow)
_f, _m = _favorites.c, _members.c
_LOOKED_AT = 500  # calls: who calls the same ten people all day has called others before
_RECENT = (
    select(_m.address, _m.display_name, _m.user_id, _m.added_at)
    .where(
        _m.account_id == bindparam("account"), _m.added_by == bindparam("user"),
        _m.added_at >= bindparam("since"), _m.address != "",
    )
    .order_by(_m.added_at.desc())
    .limit(_LOOKED_AT)
)  # fmt: skip
_IS_THEIRS = (_f.account_id == bindparam("account"), _f.user_id == bindparam("user"))
_FAVORITES = (
    select(_f.address, _f.name).where(*_IS_THEIRS).order_by(func.lower(_f.name), _f.address)
)
_KEEP = upsert(
    _favorites,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["account_id", "user_id", "address"], set_={"name": insert.excluded["name"]}
    ),
)
_DROP = delete(_favorites).where(*_IS_THEIRS, _f.address == bindparam("wanted"))
_FORGET = delete(_favorites).where(_f.address.in_(bindparam("addresses", expanding=True)))
_FORGET_OF = _FORGET.where(_f.account_id == bindparam("account"))
_CHOSEN = (
    select(_f.account_id, _f.user_id, _f.address, _f.name)
    .where(_f.address.in_(bindparam("addresses", expanding=True)))
    .order_by(_f.account_id, _f.user_id)
)
_CHOSEN_OF = _CHOSEN.where(_f.account_id == bindparam("account"))


@dataclass(frozen=True, slots=True)
class RecentDestination:
    """Whom a user has had called: by address, by the name shown then, and when last."""

    address: str
    name: str
    user_id: str | None
    called_at: datetime


@dataclass(frozen=True, slots=True)
class Favorite:
    """A destination that a user has chosen, and what they call it."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class ChosenParty:
    """An outside party as a user's favorite: whose, and what they call it."""

    account_id: str
    user_id: str
    address: str
    name: str


class Destinations:
    """The destinations of all users."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def recent(self, user: User, since: datetime) -> list[RecentDestination]:
        """Whom the user has called or added since then, the last first, each once."""
        rows = self._connection.execute(_RECENT, _of(user) | {"since": since})
        found: dict[str, RecentDestination] = {}
        for row in rows:
            one = RecentDestination(row.address, row.display_name, row.user_id, row.added_at)
            found.setdefault(one.address, one)
        return list(found.values())

    def favorites(self, user: User) -> list[Favorite]:
        """The user's choice, by name."""
        rows = self._connection.execute(_FAVORITES, _of(user))
        return [Favorite(row.address, row.name) for row in rows]

    def keep_favorite(self, user: User, favorite: Favorite) -> None:
        """Add it to the user's choice, or give it that name."""
        values = {
            "account_id": user.account_id, "user_id": user.id, "address": favorite.address,
            "name": favorite.name,
        }  # fmt: skip
        self._connection.execute(_KEEP[self._connection.dialect.name], values)

    def drop_favorite(self, user: User, address: str) -> None:
        """Take it out of the user's choice; again it changes nothing."""
        self._connection.execute(_DROP, _of(user) | {"wanted": address})

    def chosen(self, addresses: Sequence[str], account_id: str | None) -> list[ChosenParty]:
        """Who has an outside party among their favorites, in that account or, with None, any."""
        values = {"addresses": list(addresses), "account": account_id}
        rows = self._connection.execute(_CHOSEN if account_id is None else _CHOSEN_OF, values)
        return [ChosenParty(row.account_id, row.user_id, row.address, row.name) for row in rows]

    def forget_party(self, addresses: Sequence[str], account_id: str | None) -> None:
        """Take an outside party out of everybody's choice, in that account or, with None, any."""
        values = {"addresses": list(addresses), "account": account_id}
        self._connection.execute(_FORGET if account_id is None else _FORGET_OF, values)


def _of(user: User) -> dict[str, object]:
    return {"account": user.account_id, "user": user.id}
