"""What an administrator sets up: accounts, users, numbers and API keys; who is disabled."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

import phonenumbers

from evovoice.domain.values import Account, Role, User
from evovoice.services.audit import record
from evovoice.services.auth import access
from evovoice.services.auth.credentials import hash_password, new_key
from evovoice.services.auth.password_rules import checked_password
from evovoice.services.errors import BadPassword, SetupProblem
from evovoice.services.typed_addresses import NotANumber, plain_text, read_own_number
from evovoice.storage.unit_of_work import (
    ApiKey,
    Conflict,
    Database,
    Directory,
    KnownUser,
    UnitOfWork,
)

ALL_COUNTRIES = "all"
_LONGEST_NAME = 100
_MOST_LISTED = 100_000  # users, in one list for the command line
_NO_COUNTRY = "ZZ"  # a number with its plus sign needs none
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


@dataclass(frozen=True, slots=True)
class NewNumber:
    """A telephone number that was added, and who rings when it is called."""

    account_id: str
    e164: str
    agents: tuple[User, ...]


@dataclass(frozen=True, slots=True, repr=False)
class NewKey:
    """An API key that was made; `key` is nowhere else and is shown once."""

    id: str
    user: User
    key: str


def add_account(
    database: Database, name: str, country: str, countries: str = ALL_COUNTRIES
) -> Account:
    """Add a tenant; `country` completes the national numbers its users dial, `countries` (two
    letters each, with commas) are those they may call.
    """
    allowed = _countries(countries)
    account = Account(f"a-{token_hex(8)}", _name(name), _country(country), allowed)
    with database.writing() as unit:
        unit.directory.add_account(account.id, account.name, account.country, allowed)
        record(unit, "account.added", account.id, account.id)
    return account


def set_countries(database: Database, account_id: str, countries: str) -> Account:
    """Say which countries an account may call, from now on."""
    allowed = _countries(countries)
    with database.writing() as unit:
        unit.directory.set_countries(account_id, allowed)
        account = unit.directory.account(account_id)
        if account is None:
            raise _no_account(account_id)
        record(unit, "account.changed", account_id, account_id, details={"countries": countries})
    return account


def add_user(
    database: Database, account_id: str, name: str, email: str, password: str, role: str
) -> User:
    """Add somebody who may sign in and whose device may ring."""
    name, email = _name(name), _email(email)
    role_value, hashed = _role(role), hash_password(_password(password, name, email))
    identity = _identity(name)
    user = User(f"u-{token_hex(8)}", account_id, name, email, role_value, identity)
    try:
        with database.writing() as unit:
            _require_account(unit.directory, account_id)
            _require_new_email(unit, email)
            unit.directory.add_user(user, hashed)
            record(unit, "user.added", user.id, account_id, details={"role": role_value.value})
    except Conflict:
        raise SetupProblem(f"{name} could not be added just now; try again.") from None
    return user


def add_number(
    database: Database, account_id: str, e164: str, agent_ids: Sequence[str] = ()
) -> NewNumber:
    """Add a telephone number of the account; the agents ring when it is called."""
    number, ids = _number(e164), list(dict.fromkeys(agent_ids))
    try:
        with database.writing() as unit:
            _require_account(unit.directory, account_id)
            _require_new_number(unit.directory, number)
            agents = tuple(_agent(unit, account_id, one) for one in ids)
            unit.directory.add_number(account_id, number, ids)
            record(unit, "number.added", number, account_id, details={"agents": ids})
    except Conflict:
        raise SetupProblem(f"The number {number} was added by somebody else just now.") from None
    return NewNumber(account_id, number, agents)


def add_key(database: Database, user_id: str, now: datetime) -> NewKey:
    """Make an API key with which a program acts as that user."""
    key_id, key, key_digest = new_key()
    with database.writing() as unit:
        user = unit.directory.user(user_id)
        if user is None:
            raise _no_enabled_user(unit, user_id)
        unit.directory.add_key(key_id, user.account_id, user.id, key_digest, now)
        record(unit, "key.made", key_id, user.account_id, details={"user": user.id}, now=now)
    return NewKey(key_id, user, key)


def set_password(database: Database, wanted: str, password: str, now: datetime) -> User:
    """Give a user, named by id or e-mail address, a new password; their logins end with it."""
    hashed = hash_password(_password(password))
    with database.writing() as unit:
        user = user_named(unit, wanted).user
        _password(password, user.name, user.email)
        unit.directory.set_password(user.id, hashed)
        access.end_logins(unit, user, now)
        record(unit, "password.set", user.id, user.account_id, now=now)
    return user


def disable_user(database: Database, wanted: str, now: datetime) -> KnownUser:
    """Disable a user, named by id or e-mail address; again it changes nothing.

    A device of theirs that rings is stopped by the processes that serve.
    """
    with database.writing() as unit:
        access.disable(unit, user_named(unit, wanted).user, now)
        return user_named(unit, wanted)


def enable_user(database: Database, wanted: str, now: datetime) -> KnownUser:
    """Enable a user again, named by id or e-mail address, as `access.enable` does."""
    with database.writing() as unit:
        access.enable(unit, user_named(unit, wanted).user, now)
        return user_named(unit, wanted)


def users_of(database: Database, account_id: str | None) -> list[KnownUser]:
    """The users of that account or, with None, of all, by name; disabled ones too."""
    with database.reading() as unit:
        if account_id is None:
            return unit.known_users.page(None, 0, _MOST_LISTED)
        _require_account(unit.directory, account_id)
        return unit.known_users.page([account_id], 0, _MOST_LISTED)


def revoke_key(database: Database, key_id: str, now: datetime) -> ApiKey:
    """End an API key at once, and the streams it has opened; one that has ended stays as it is."""
    with database.writing() as unit:
        is_new = unit.directory.revoke_key(key_id, now)
        key = unit.directory.key(key_id)
        if key is None:
            raise SetupProblem(f"There is no API key {key_id}; `key list` prints the ids of keys.")
        user = user_named(unit, key.user_id).user
        unit.feed.add_access_change(user, now)
        if is_new:
            record(unit, "key.revoked", key_id, user.account_id, now=now)
    return key


def keys_of(database: Database, wanted: str) -> list[ApiKey]:
    """The API keys of a user who is named by id or e-mail address, oldest first."""
    with database.reading() as unit:
        return unit.directory.keys_of(user_named(unit, wanted).user.id)


# --- what must hold ------------------------------------------------------------------------------


def _name(text: str) -> str:
    name = text.strip()
    if not name or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise SetupProblem(f"A name is 1 to {_LONGEST_NAME} printable characters.")
    return name


def _country(text: str) -> str:
    country = text.strip().upper()
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise SetupProblem(
            f"'{text}' is no country we know; give its two letters, such as US, GB or DE."
        )
    return country


def _countries(text: str) -> frozenset[str]:
    """Empty where every country is allowed."""
    if text.strip().lower() == ALL_COUNTRIES:
        return frozenset()
    return frozenset(map(_country, text.split(",")))


def _email(text: str) -> str:
    email = text.strip()
    if not _EMAIL.fullmatch(email) or not email.isprintable():
        raise SetupProblem(f"'{text}' is no e-mail address; it looks like ann@example.com.")
    return email


def _password(text: str, *own: str) -> str:
    try:
        return checked_password(text, *own)
    except BadPassword as error:
        raise SetupProblem(str(error)) from None


def _role(text: str) -> Role:
    by_name = {role.value.casefold(): role for role in Role}
    if text.casefold() not in by_name:
        raise SetupProblem(f"'{text}' is no role; choose one of {', '.join(Role)}.")
    return by_name[text.casefold()]


def _number(text: str) -> str:
    """The number in E.164; with the plus sign, for nobody knows which country is meant."""
    plain = plain_text(text)
    if "+" not in plain:
        raise _no_number(plain, "it has no plus sign")
    try:
        e164 = read_own_number(plain, _NO_COUNTRY)
    except NotANumber as obstacle:
        raise _no_number(plain, str(obstacle)) from None
    if not phonenumbers.is_valid_number(phonenumbers.parse(e164)):
        raise _no_number(plain, "that range is not in use")
    return e164


def _no_number(text: str, obstacle: str) -> SetupProblem:
    return SetupProblem(f"'{text}' is no telephone number: {obstacle}; it looks like +12025550123.")


def user_named(unit: UnitOfWork, wanted: str) -> KnownUser:
    """The user with that id or e-mail address, who may be disabled. Errors: `SetupProblem`."""
    known = unit.known_users.find(wanted)
    if known is None:
        raise SetupProblem(f"There is no user {wanted}; give their id or e-mail address.")
    return known


def _no_enabled_user(unit: UnitOfWork, user_id: str) -> SetupProblem:
    known = unit.known_users.find(user_id)
    if known is None or known.user.id != user_id:
        return SetupProblem(f"There is no user {user_id}; `user add` prints the id of a user.")
    return SetupProblem(f"{known.user.name} is disabled; `user enable {user_id}` comes first.")


def _require_account(directory: Directory, account_id: str) -> None:
    if directory.account(account_id) is None:
        raise _no_account(account_id)


def _no_account(account_id: str) -> SetupProblem:
    return SetupProblem(
        f"There is no account {account_id}; `account add` prints the id of an account."
    )


def _require_new_email(unit: UnitOfWork, email: str) -> None:
    if unit.known_users.find(email) is not None:
        raise SetupProblem(f"There is a user with the e-mail address {email} already.")


def _require_new_number(directory: Directory, e164: str) -> None:
    owner = directory.number_owner(e164)
    if owner is not None:
        raise SetupProblem(f"The number {e164} belongs to account {owner.id} already.")


def _agent(unit: UnitOfWork, account_id: str, user_id: str) -> User:
    known = unit.known_users.find(user_id)
    if known is None or (known.user.id, known.user.account_id) != (user_id, account_id):
        raise SetupProblem(f"There is no user {user_id} in account {account_id}.")
    if known.disabled_at is not None:
        raise _no_enabled_user(unit, user_id)
    return known.user


def _identity(name: str) -> str:
    """A new client name for a device: `ann_369f0e`.

    Letters, digits and `_`, at most 121: with others no call is placed or received.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_")
    return f"{words or 'agent'}_{token_hex(3)}"
