"""In which sessions an outside party stands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from evovoice.domain.values import Role, User
from evovoice.services.audit import record
from evovoice.services.errors import AccountNotFound
from evovoice.services.outbox.session_changes import SessionChanges
from evovoice.services.personal_data.party import Party, read_party
from evovoice.storage.unit_of_work import Database, SessionKey, Typed, UnitOfWork

_AT_ONCE = 500  # keys read by one statement
_SHOWN = 4  # characters of an address


class Stored(Protocol):
    """What is needed of a process, be it one that serves or a command."""

    @property
    def database(self) -> Database: ...

    @property
    def changes(self) -> SessionChanges: ...

    @property
    def clock(self) -> Callable[[], datetime]: ...


@dataclass(frozen=True, slots=True)
class PartySearch:
    """A party in one account; with None in every account."""

    party: Party
    account_id: str | None


def search_for(stored: Stored, number: str, account_id: str | None) -> PartySearch:
    """What to look for. Errors: `AccountNotFound`, `BadDestination`."""
    country = None
    if account_id is not None:
        with stored.database.reading() as work:
            account = work.directory.account(account_id)
        if account is None:
            raise AccountNotFound(account_id)
        country = account.country
    return PartySearch(read_party(number, country), account_id)


def note_asked(stored: Stored, action: str, search: PartySearch) -> None:
    """Write into the audit trail who asks for a party's data; of the number only its end."""
    ends = sorted({address[-_SHOWN:] for address in search.party.addresses})
    with stored.database.writing() as work:
        record(work, action, account_id=search.account_id, details={"endsWith": ", ".join(ends)})


def account_for(user: User, account_id: str | None) -> str | None:
    """Where that user may look: a manager in their own account, an administrator in all (None) or
    the one named. Errors: `AccountNotFound`.
    """
    wanted = account_id or None
    if user.role is Role.SYSTEM_ADMINISTRATOR:
        return wanted
    if wanted is not None and not user.sees(wanted):
        raise AccountNotFound(wanted)
    return user.account_id


def sessions_with(stored: Stored, search: PartySearch) -> Iterator[SessionKey]:
    """The sessions in which the party was called or calls, then those of calls to it that were
    refused. Read a page at a time, each in a transaction of its own.
    """
    addresses = sorted(search.party.addresses)

    def with_party(work: UnitOfWork, after: SessionKey | None) -> list[SessionKey]:
        return work.personal_data.with_party(addresses, search.account_id, after, _AT_ONCE)

    def only_typed(work: UnitOfWork, after: SessionKey | None) -> list[Typed]:
        return work.personal_data.only_typed(search.account_id, after, _AT_ONCE)

    yield from _pages(stored, with_party, lambda key: key)
    countries: dict[str, str] = {}
    for typed in _pages(stored, only_typed, lambda one: SessionKey(one.account_id, one.session_id)):
        country = _country(stored, countries, typed.account_id)
        if search.party.is_meant_by(typed.destination, country):
            yield SessionKey(typed.account_id, typed.session_id)


_Row = TypeVar("_Row")


def _pages(
    stored: Stored,
    read: Callable[[UnitOfWork, SessionKey | None], list[_Row]],
    key_of: Callable[[_Row], SessionKey],
) -> Iterator[_Row]:
    after: SessionKey | None = None
    while True:
        with stored.database.autocommit() as work:
            page = read(work, after)
        yield from page
        if len(page) < _AT_ONCE:
            return
        after = key_of(page[-1])


def _country(stored: Stored, known: dict[str, str], account_id: str) -> str:
    if account_id not in known:
        with stored.database.reading() as work:
            account = work.directory.account(account_id)
        known[account_id] = account.country if account else ""
    return known[account_id]
