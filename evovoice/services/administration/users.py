"""The users: added, listed, changed, disabled, deleted."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex, token_urlsafe

from evovoice.domain.values import Role, User, folded
from evovoice.services.administration.actors import (
    OPERATOR,
    Actor,
    keep_record,
    locked,
    managed,
    present,
    reached_accounts,
    reached_user,
    reaches,
    require_account,
    require_no_greater_role,
)
from evovoice.services.administration.refusals import AlreadyTaken, NotOnOneself
from evovoice.services.administration.typed_values import (
    read_email,
    read_extension,
    read_name,
    read_role,
)
from evovoice.services.auth import access
from evovoice.services.auth.credentials import NO_PASSWORD, hash_password
from evovoice.services.auth.password_rules import checked_password
from evovoice.services.errors import ResetsTheirOwn, UserNotFound
from evovoice.storage.unit_of_work import Conflict, Database, KnownUser, Slice, UnitOfWork

_MOST_LISTED = 100_000  # users, in one list for the command line


@dataclass(frozen=True, slots=True)
class UserChanges:
    """What is to be otherwise with a user; None stays as it is."""

    name: str | None = None
    email: str | None = None
    role: str | None = None
    extension: str | None = None  # empty: none any more


def add_user(
    database: Database, account_id: str, name: str, email: str, password: str | None, role: str,
    by: Actor = OPERATOR, *, extension: str = "",
) -> User:  # fmt: skip
    """Add somebody who may sign in and whose device may ring.

    Without a password they sign in once they are given one, or in another way. Errors: also
    `BadPassword`.
    """
    user = new_user(account_id, name, email, role, extension)
    hashed = NO_PASSWORD
    if password is not None:
        hashed = hash_password(checked_password(password, user.name, user.email))
    try:
        with database.writing() as work:
            by = present(work, by)
            require_account(work, by, account_id)
            require_no_greater_role(by, user.role)
            require_new_email(work, user.email)
            require_new_extension(work, user)
            work.directory.add_user(user, hashed)
            keep_record(work, by, "user.added", user.id, account_id, role=user.role.value)
    except Conflict:
        raise AlreadyTaken(f"{user.name} could not be added just now; try again.") from None
    return user


def new_user(account_id: str, name: str, email: str, role: str, extension: str = "") -> User:
    """Somebody who is to be added. Errors: `SetupProblem`."""
    name, email = read_name(name), read_email(email)
    return User(
        f"u-{token_hex(8)}", account_id, name, email, read_role(role), new_identity(name),
        read_extension(extension),
    )  # fmt: skip


def set_user(
    database: Database, wanted: str, changes: UserChanges, now: datetime, by: Actor = OPERATOR
) -> KnownUser:
    """Change name, e-mail address, role or extension of a user; the same again changes nothing.

    The identity of their device stays, and in the calls that are up the name. Logins, keys and
    streams stay; another role counts at once.
    """
    try:
        with database.writing() as work:
            by = locked(work, by, wanted)
            user = managed(work, by, wanted).user
            changed = _changed(work, by, user, changes)
            if changed != user:
                _store(work, user, changed, now)
                keep_record(work, by, "user.changed", user.id, user.account_id,
                            **_differences(user, changed))  # fmt: skip
            return managed(work, OPERATOR, user.id)
    except Conflict:
        raise AlreadyTaken("Somebody else has that e-mail address or extension.") from None


def set_password(database: Database, wanted: str, password: str, now: datetime) -> User:
    """Give a user, named by id or e-mail address, a new password; their logins end with it."""
    hashed = hash_password(checked_password(password))
    with database.writing() as work:
        user = managed(work, OPERATOR, wanted).user
        checked_password(password, user.name, user.email)
        work.directory.set_password(user.id, hashed)
        keep_record(work, OPERATOR, "password.set", user.id, user.account_id)
        access.end_logins(work, user, now)
    return user


def disable_user(
    database: Database, wanted: str, now: datetime, by: Actor = OPERATOR
) -> KnownUser:  # fmt: skip
    """Disable a user; again it changes nothing.

    A device of theirs that rings is stopped by the processes that serve.
    """
    with database.writing() as work:
        by = locked(work, by, wanted)
        user = managed(work, by, wanted).user
        _require_other(by, user, "disables themselves")
        access.disable(work, user, now)
        return managed(work, by, wanted)


def enable_user(
    database: Database, wanted: str, now: datetime, by: Actor = OPERATOR
) -> KnownUser:  # fmt: skip
    """Enable a user again, as `access.enable` does."""
    with database.writing() as work:
        by = locked(work, by, wanted)
        user = managed(work, by, wanted).user
        access.enable(work, user, now)
        return managed(work, by, wanted)


def reset_second_factor(
    database: Database, wanted: str, now: datetime, by: Actor = OPERATOR
) -> tuple[KnownUser, bool]:
    """Take a user's second factor away, as `access.reset_second_factor` does; and whether there
    was one. Again it changes nothing.
    """
    with database.writing() as work:
        by = locked(work, by, wanted)
        known = managed(work, by, wanted)
        if isinstance(by, User) and by.id == known.user.id:
            raise ResetsTheirOwn
        was_on = access.reset_second_factor(work, known.user, now)
    return known, was_on


def delete_user(
    database: Database, wanted: str, now: datetime, by: Actor = OPERATOR
) -> KnownUser:  # fmt: skip
    """Delete a user for good; by the id again it changes nothing.

    What they have done keeps their id and name. Their e-mail address is free for somebody else.
    """
    with database.writing() as work:
        gone = work.known_users.find_deleted(wanted)
        if gone is not None and reaches(by, gone.user.account_id):
            return gone
        by = locked(work, by, wanted)
        user = managed(work, by, wanted).user
        _require_other(by, user, "deletes themselves")
        access.delete(work, user, now)
        return _deleted(work, user.id)


def user_shown(database: Database, wanted: str, by: Actor = OPERATOR) -> KnownUser:
    """A user of an account that is reached, also one whom nobody but greater roles may act on."""
    with database.reading() as work:
        return reached_user(work, by, wanted)


def users_of(database: Database, account_id: str | None) -> list[KnownUser]:
    """The users of that account or, with None, of all, by name; disabled ones too."""
    with database.reading() as work:
        if account_id is None:
            return work.known_users.page(None, 0, _MOST_LISTED)
        require_account(work, OPERATOR, account_id)
        return work.known_users.page([account_id], 0, _MOST_LISTED)


def list_users(
    database: Database, account_ids: Sequence[str], wanted: Slice, by: Actor
) -> tuple[list[KnownUser], int]:
    """Users by name, one more where there are more; and the number of all, 0 where not wanted."""
    reached = reached_accounts(by, account_ids)
    with database.reading() as work:
        users = work.known_users.page(reached, wanted.first, wanted.most + 1)
        return users, work.known_users.count(reached) if wanted.is_counted else 0


def has_administrator(database: Database) -> bool:
    """Whether anybody is left who administers all accounts and may sign in."""
    with database.reading() as work:
        return work.known_users.enabled_with(Role.SYSTEM_ADMINISTRATOR) > 0


# --- what must hold ------------------------------------------------------------------------------


def _changed(work: UnitOfWork, by: Actor, user: User, changes: UserChanges) -> User:
    role = user.role if changes.role is None else read_role(changes.role)
    if role is not user.role:
        _require_other(by, user, "changes their own role")
        require_no_greater_role(by, role)
    email = user.email if changes.email is None else read_email(changes.email)
    if folded(email) != folded(user.email):
        require_new_email(work, email)
    name = user.name if changes.name is None else read_name(changes.name)
    extension = user.extension
    if changes.extension is not None:
        extension = read_extension(changes.extension)
    return replace(user, name=name, email=email, role=role, extension=extension)


def _store(work: UnitOfWork, before: User, after: User, now: datetime) -> None:
    work.known_users.change(after)
    if after.role is not before.role:
        access.tell_streams(work, after, now)


def _differences(before: User, after: User) -> dict[str, object]:
    """What has changed: roles as they are, of the rest that it has."""
    told: dict[str, object] = {
        name: True
        for name in ("name", "email", "extension")
        if getattr(before, name) != getattr(after, name)
    }
    if after.role is not before.role:
        told |= {"roleBefore": before.role.value, "role": after.role.value}
    return told


def _require_other(by: Actor, user: User, deed: str) -> None:
    if isinstance(by, User) and by.id == user.id:
        raise NotOnOneself(deed)


def require_new_email(work: UnitOfWork, email: str) -> None:
    """Errors: `AlreadyTaken`."""
    if work.known_users.find(email) is not None:
        raise AlreadyTaken(f"There is a user with the e-mail address {email} already.")


def require_new_extension(work: UnitOfWork, user: User) -> None:
    """Errors: `AlreadyTaken`, where a colleague of the account has it."""
    if user.extension is None:
        return
    there = work.known_users.with_extension(user.account_id, user.extension)
    if there is not None and there.user.id != user.id:
        raise AlreadyTaken(f"{there.user.name} has the extension {user.extension} already.")


def _deleted(work: UnitOfWork, user_id: str) -> KnownUser:
    gone = work.known_users.find_deleted(user_id)
    if gone is None:
        raise UserNotFound(user_id)
    return gone


def initial_password() -> str:
    """A password that nobody guesses, to be shown once to who adds the user."""
    return token_urlsafe(15)


def new_identity(name: str) -> str:
    """A new client name for a device: `ann_369f0e`.

    Letters, digits and `_`, at most 121: with others no call is placed or received.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_")
    return f"{words or 'agent'}_{token_hex(3)}"
