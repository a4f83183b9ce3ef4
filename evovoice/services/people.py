"""Whom an agent can call: colleagues, the destinations of their own calls, and those they chose."""

from dataclasses import dataclass, field
from datetime import timedelta

from evovoice.domain.values import Account, User, folded
from evovoice.services.app_context import AppContext
from evovoice.services.calls.destinations import Destination, read_destination
from evovoice.services.errors import AccountNotFound, SetupProblem
from evovoice.storage.unit_of_work import (
    Favorite,
    RecentDestination,
    StoredNumber,
    UnitOfWork,
    UserPresence,
)

MOST_COLLEAGUES = 50
MOST_CALLER_IDS = 200
MOST_RECENT = 20
MOST_FAVORITES = 100
_RECENT_FOR = timedelta(days=90)
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class People:
    """Whom an agent can call and which numbers they may show. `has_more`: more colleagues fit."""

    colleagues: list[UserPresence] = field(default_factory=list)
    has_more: bool = False
    caller_ids: list[StoredNumber] = field(default_factory=list)
    recent: list[RecentDestination] = field(default_factory=list)
    favorites: list[Favorite] = field(default_factory=list)


def find_people(context: AppContext, user: User, search: str) -> People:
    """All of it or, with a text, that in whose name, address or extension the text stands."""
    now = context.clock()
    with context.database.reading() as work:
        colleagues = work.presences.colleagues(user, search, MOST_COLLEAGUES + 1)
        recent = work.destinations.recent(user, now - _RECENT_FOR)
        return People(
            colleagues[:MOST_COLLEAGUES],
            len(colleagues) > MOST_COLLEAGUES,
            [one for one in _caller_ids(work, user) if _has(search, one.e164)],
            [one for one in recent if _has(search, one.name, one.address)][:MOST_RECENT],
            [
                one
                for one in work.destinations.favorites(user)
                if _has(search, one.name, one.address)
            ],
        )


def add_favorite(context: AppContext, user: User, destination: str, name: str | None) -> Favorite:
    """Keep a destination for the user, under that name or its own; again it gets the new name.

    Errors: `BadDestination`; `SetupProblem` for a name that is none, or where there are too many.
    """
    with context.database.writing() as work:
        target = read_destination(work, _account(work, user), destination, context.sip_hosts)
        favorite = Favorite(str(target.address), _name(target, name))
        known = {one.address for one in work.destinations.favorites(user)}
        if favorite.address not in known and len(known) >= MOST_FAVORITES:
            raise SetupProblem(f"There are {MOST_FAVORITES} favorites already: remove one first.")
        work.destinations.keep_favorite(user, favorite)
    return favorite


def remove_favorite(context: AppContext, user: User, destination: str) -> None:
    """Keep it no more; one that is none changes nothing. Errors: `BadDestination`."""
    with context.database.writing() as work:
        favorites = {one.address for one in work.destinations.favorites(user)}
        address = destination.strip()
        if address not in favorites:
            account = _account(work, user)
            address = str(read_destination(work, account, destination, context.sip_hosts).address)
        work.destinations.drop_favorite(user, address)


def _caller_ids(work: UnitOfWork, user: User) -> list[StoredNumber]:
    return work.numbers.page([user.account_id], 0, MOST_CALLER_IDS)


def _account(work: UnitOfWork, user: User) -> Account:
    account = work.directory.account(user.account_id)
    if account is None:
        raise AccountNotFound(user.account_id)
    return account


def _name(target: Destination, name: str | None) -> str:
    wanted = (name or "").strip() or target.display_name
    if len(wanted) > _LONGEST_NAME or not wanted.isprintable():
        raise SetupProblem(f"A name is 1 to {_LONGEST_NAME} printable characters.")
    return wanted


def _has(search: str, *values: str) -> bool:
    """Whether the text stands in one of them, in any case; of numbers the digits alone count."""
    wanted = folded(search)
    digits = "".join(filter(str.isdigit, wanted))
    is_number = bool(digits) and not any(map(str.isalpha, wanted))
    return any(wanted in folded(one) or (is_number and digits in one) for one in values)
