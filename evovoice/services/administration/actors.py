"""Who administers, and whom and what they reach (contract 2.6, C92)."""

from collections.abc import Sequence
from dataclasses import dataclass

from evovoice.domain.values import Account, Role, User
from evovoice.services import audit
from evovoice.services.administration.refusals import GivesGreaterRole, OnlyAdministrators
from evovoice.services.errors import AboveOwnRole, AccountNotFound, NotSignedIn, UserNotFound
from evovoice.services.session_access import visible_accounts
from evovoice.storage.unit_of_work import KnownUser, UnitOfWork


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever runs the command line: they have the database in their hands, and may do all."""

    id: str = "the command line"


OPERATOR = Operator()
Actor = User | Operator


def reached_accounts(by: Actor, asked: Sequence[str]) -> tuple[str, ...] | None:
    """Of the accounts asked for those that are reached, of none asked all; None: every account."""
    if isinstance(by, Operator):
        return tuple(dict.fromkeys(asked)) or None
    return visible_accounts(by, asked)


def reaches(by: Actor, account_id: str) -> bool:
    """Whether what is of that account is theirs to see and to set up."""
    return isinstance(by, Operator) or by.sees(account_id)


def require_account(work: UnitOfWork, by: Actor, account_id: str) -> Account:
    """The account. Errors: `AccountNotFound` for one that is not there, or not reached."""
    account = work.directory.account(account_id) if reaches(by, account_id) else None
    if account is None:
        raise AccountNotFound(account_id)
    return account


def require_administrator(by: Actor) -> None:
    """Errors: `OnlyAdministrators`."""
    if isinstance(by, User) and by.role is not Role.SYSTEM_ADMINISTRATOR:
        raise OnlyAdministrators


def require_no_greater_role(by: Actor, role: Role) -> None:
    """Errors: `GivesGreaterRole` where somebody would get a role above that of who asks."""
    if isinstance(by, User) and not by.role.passes(role):
        raise GivesGreaterRole


def reached_user(work: UnitOfWork, by: Actor, wanted: str) -> KnownUser:
    """The user by id; the command line may also give the e-mail address.

    Errors: `UserNotFound`, also for somebody of an account not reached.
    """
    known = work.known_users.find(wanted)
    if known is None or not reaches(by, known.user.account_id):
        raise UserNotFound(wanted)
    if isinstance(by, User) and known.user.id != wanted:
        raise UserNotFound(wanted)
    return known


def managed(work: UnitOfWork, by: Actor, wanted: str) -> KnownUser:
    """The user whom they may act on, named as for `reached_user`.

    Errors: as of `reached_user`; `AboveOwnRole`.
    """
    known = reached_user(work, by, wanted)
    if isinstance(by, User) and known.user.outranks(by):
        raise AboveOwnRole
    return known


def locked(work: UnitOfWork, by: Actor, wanted: str) -> Actor:
    """Who asks, with the role they have now. Nobody else changes them, or the user whom they mean,
    until the transaction ends: so of two who disable each other the second finds that they are
    out, and somebody is left.

    Errors: `UserNotFound`; `NotSignedIn` where who asks was disabled a moment ago.
    """
    known = managed(work, by, wanted)
    work.known_users.lock([known.user.id, *([by.id] if isinstance(by, User) else [])])
    return present(work, by)


def present(work: UnitOfWork, by: Actor) -> Actor:
    """Who asks, with the role they have now."""
    if isinstance(by, Operator):
        return by
    user = work.directory.user(by.id)
    if user is None:
        raise NotSignedIn
    return user


def keep_record(
    work: UnitOfWork, by: Actor, action: str, subject: str, account_id: str,
    **details: object,
) -> None:  # fmt: skip
    """Enter into the audit trail what they have done to that subject."""
    user = by if isinstance(by, User) else None
    audit.record(work, action, subject, account_id, details=details, by=user)
