"""The accounts (tenants)."""

from dataclasses import dataclass
from secrets import token_hex

from evovoice.domain.states import EndPolicy
from evovoice.domain.values import Account, folded
from evovoice.services.administration.actors import (
    OPERATOR,
    Actor,
    keep_record,
    present,
    reaches,
    require_account,
    require_administrator,
)
from evovoice.services.administration.refusals import AccountInUse, AlreadyTaken
from evovoice.services.administration.typed_values import (
    ALL_COUNTRIES,
    read_countries,
    read_country,
    read_fallback_number,
    read_name,
)
from evovoice.storage.unit_of_work import Conflict, Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class AccountChanges:
    """What is to be otherwise with an account; None stays as it is."""

    name: str | None = None
    country: str | None = None
    countries: str | None = None
    end_policy: EndPolicy | None = None
    hides_supervisors: bool | None = None
    fallback_number: str | None = None  # the empty text takes it away


def add_account(
    database: Database, name: str, country: str, countries: str = ALL_COUNTRIES,
    by: Actor = OPERATOR,
) -> Account:  # fmt: skip
    """Add a tenant; `country` completes the national numbers its users dial, `countries` (two
    letters each, with commas) are those they may call.
    """
    allowed = read_countries(countries)
    account = Account(f"a-{token_hex(8)}", read_name(name), read_country(country), allowed)
    try:
        with database.writing() as work:
            require_administrator(present(work, by))
            _require_new(work, account)
            work.directory.add_account(account.id, account.name, account.country, allowed)
            keep_record(work, by, "account.added", account.id, account.id)
    except Conflict:
        raise _taken(account.name) from None
    return account


def accounts_of(database: Database, by: Actor = OPERATOR) -> list[Account]:
    """The accounts that are reached, by name; of one name by id."""
    with database.reading() as work:
        return [one for one in work.directory.accounts() if reaches(by, one.id)]


def set_account(
    database: Database, account_id: str, changes: AccountChanges, by: Actor = OPERATOR
) -> Account:
    """Change an account's name, fallback number, country, which countries it may call, by which
    policy calls end and whether its agents are kept from seeing who supervises them, from now on.

    A manager changes name, fallback number and policy: the rest decides what whoever runs the
    service pays for.
    """
    try:
        with database.writing() as work:
            by = present(work, by)
            before = require_account(work, by, account_id)
            after = _changed(before, changes)
            if after != before:
                _store(work, by, before, after)
            return after
    except Conflict:
        raise _taken(changes.name or "") from None


def delete_account(database: Database, account_id: str, by: Actor = OPERATOR) -> Account:
    """Delete an account that has no users, numbers or sessions any more."""
    try:
        with database.writing() as work:
            by = present(work, by)
            require_administrator(by)
            account = require_account(work, by, account_id)
            _require_empty(work, account)
            work.directory.delete_account(account_id)
            keep_record(work, by, "account.deleted", account_id, account_id)
    except Conflict:
        raise AccountInUse("Somebody has added something to the account just now.") from None
    return account


# --- what must hold ------------------------------------------------------------------------------


def _changed(before: Account, changes: AccountChanges) -> Account:
    country = before.country if changes.country is None else read_country(changes.country)
    wanted = changes.countries
    countries = before.countries if wanted is None else read_countries(wanted)
    fallback = before.fallback_number
    if changes.fallback_number is not None:
        fallback = read_fallback_number(changes.fallback_number, country, countries)
    name = before.name if changes.name is None else read_name(changes.name)
    policy = changes.end_policy or before.end_policy
    hides = before.hides_supervisors
    if changes.hides_supervisors is not None:
        hides = changes.hides_supervisors
    return Account(before.id, name, country, countries, policy, hides, fallback)


def _store(work: UnitOfWork, by: Actor, before: Account, after: Account) -> None:
    if after.name != before.name:
        _require_new(work, after)
        work.directory.rename_account(after.id, after.name)
    if (after.country, after.countries) != (before.country, before.countries):
        require_administrator(by)
        work.directory.set_countries(after.id, after.country, after.countries)
    if after.end_policy is not before.end_policy:
        work.directory.set_end_policy(after.id, after.end_policy)
    if after.hides_supervisors is not before.hides_supervisors:
        require_administrator(by)
    work.directory.set_options(
        after.id, hides=after.hides_supervisors, fallback=after.fallback_number
    )
    told = {}
    if after.fallback_number != before.fallback_number:
        told = {"fallback_number": after.fallback_number or "none"}
    countries = ",".join(sorted(after.countries)) or ALL_COUNTRIES
    keep_record(
        work, by, "account.changed", after.id, after.id, country=after.country,
        countries=countries, endPolicy=after.end_policy.value,
        hides_supervisors="yes" if after.hides_supervisors else "no", **told,
    )  # fmt: skip


def _require_new(work: UnitOfWork, account: Account) -> None:
    """Accounts from before and of the version before have no key of their name in the database."""
    names = {folded(one.name) for one in work.directory.accounts() if one.id != account.id}
    if folded(account.name) in names:
        raise _taken(account.name)


def _taken(name: str) -> AlreadyTaken:
    return AlreadyTaken(f"There is an account with the name {name} already.")


def _require_empty(work: UnitOfWork, account: Account) -> None:
    contents = work.directory.contents(account.id)
    left = {"users": contents.users, "numbers": contents.numbers, "sessions": contents.sessions}
    words = [f"{name} {count}" for name, count in left.items() if count]
    if words:
        raise AccountInUse(f"{account.name} is not empty: {', '.join(words)}; delete them first.")
