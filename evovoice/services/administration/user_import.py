"""Many users at once, from a list: all of it is taken, or nothing (contract C93)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from evovoice.domain.values import Account, User, folded
from evovoice.services.administration.actors import (
    OPERATOR,
    Actor,
    keep_record,
    present,
    reached_accounts,
    reaches,
    require_no_greater_role,
)
from evovoice.services.administration.refusals import AlreadyTaken, InvalidLines
from evovoice.services.administration.typed_values import (
    read_email,
    read_extension,
    read_name,
    read_role,
)
from evovoice.services.administration.user_lists import UserLine, read_users, write_users
from evovoice.services.administration.users import initial_password, new_user, require_new_extension
from evovoice.services.auth.credentials import NO_PASSWORD, hash_password
from evovoice.services.errors import Refusal, SetupProblem
from evovoice.storage.unit_of_work import Conflict, Database, KnownUser, UnitOfWork

_MOST_PASSWORDS = 50  # of one request: to hash one takes a tenth of a second
_MOST_EXPORTED = 100_000


@dataclass(frozen=True, slots=True)
class ImportWish:
    """How a list is to be taken. `account_id`: of the lines that name no account."""

    account_id: str = ""
    is_dry_run: bool = False
    with_passwords: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Imported:
    """What came of a list: who was or, in a dry run, would be added, and with which password; and
    how many were there already as their line says.
    """

    users: list[tuple[User, str | None]]
    unchanged: int


@dataclass(slots=True)
class _Plan:
    """What the lines come to as things stand."""

    users: list[User] = field(default_factory=list)
    unchanged: int = 0
    flaws: list[tuple[int, str]] = field(default_factory=list)


def import_users(database: Database, text: str, wish: ImportWish, by: Actor = OPERATOR) -> Imported:
    """Add the users of a list; those who are there already as their line says are passed over, so
    that the same list again changes nothing.

    Without passwords they sign in once they are given one, or in another way. Errors:
    `InvalidLines` with every flaw of every line.
    """
    lines = read_users(text)
    with database.reading() as work:
        plan = _planned(work, lines, wish, by)
    if wish.is_dry_run:
        return Imported([(user, None) for user in plan.users], plan.unchanged)
    passwords = _passwords(plan, wish, by)
    hashes = {email: hash_password(password) for email, password in passwords.items()}
    try:
        with database.writing() as work:
            by = present(work, by)
            plan = _planned(work, lines, wish, by)
            for user in plan.users:
                work.directory.add_user(user, hashes.get(folded(user.email), NO_PASSWORD))
                keep_record(work, by, "user.added", user.id, user.account_id, role=user.role.value)
    except Conflict:
        raise AlreadyTaken("Somebody else has added one of them just now; try again.") from None
    return Imported(
        [(user, passwords.get(folded(user.email))) for user in plan.users], plan.unchanged
    )


def export_users(
    database: Database, account_ids: Sequence[str] = (), by: Actor = OPERATOR
) -> str:  # fmt: skip
    """The users of those accounts or of all that are reached, as `import_users` takes them."""
    with database.reading() as work:
        reached = reached_accounts(by, account_ids)
        known = work.known_users.page(reached, 0, _MOST_EXPORTED)
    return write_users(one.user for one in known)


# --- what the lines come to ----------------------------------------------------------------------


def _planned(work: UnitOfWork, lines: list[UserLine], wish: ImportWish, by: Actor) -> _Plan:
    plan = _Plan()
    accounts = [one for one in work.directory.accounts() if reaches(by, one.id)]
    first: dict[str, int] = {}
    for line in lines:
        known = work.known_users.find(line.email) if line.email else None
        has_role = known is not None and folded(known.user.role) == folded(line.role)
        user, flaws = _read(line, accounts, wish, OPERATOR if has_role else by)
        earlier = first.setdefault(folded(line.email), line.number)
        if line.email and earlier != line.number:
            flaws.append(f"The e-mail address {line.email} stands on line {earlier} too.")
        if user is not None and not flaws:
            flaws += _enter(plan, user, known) or _taken_extension(work, plan, user, known)
        plan.flaws += [(line.number, flaw) for flaw in flaws]
    if plan.flaws:
        raise InvalidLines(plan.flaws)
    return plan


def _enter(plan: _Plan, user: User, known: KnownUser | None) -> list[str]:
    if known is None:
        plan.users.append(user)
        return []
    there = known.user
    same = (there.account_id, there.name, there.role, user.extension or there.extension)
    if same == (user.account_id, user.name, user.role, there.extension):
        plan.unchanged += 1
        return []
    return [f"There is a user with the e-mail address {user.email} already."]


def _taken_extension(
    work: UnitOfWork, plan: _Plan, user: User, known: KnownUser | None
) -> list[str]:
    """That somebody of the account or of the list has the extension of a new user."""
    if known is not None or user.extension is None:
        return []
    for other in plan.users:
        same = (other.account_id, other.extension) == (user.account_id, user.extension)
        if same and other is not user:
            return [f"{other.name} on the list has the extension {user.extension} too."]
    try:
        require_new_extension(work, user)
    except AlreadyTaken as taken:
        return [str(taken)]
    return []


def _read(
    line: UserLine, accounts: list[Account], wish: ImportWish, giver: Actor
) -> tuple[User | None, list[str]]:
    """The user of a line, and each of its flaws; of several flawed cells all are told. `giver`:
    who would give the role.
    """
    flaws: list[str] = []

    def said(check: Callable[[], object]) -> None:
        try:
            check()
        except Refusal as refusal:
            flaws.append(str(refusal))

    said(lambda: _account_id(line.account or wish.account_id, accounts))
    said(lambda: read_name(line.name))
    said(lambda: read_email(line.email))
    said(lambda: require_no_greater_role(giver, read_role(line.role)))
    said(lambda: read_extension(line.extension))
    if flaws:
        return None, flaws
    account_id = _account_id(line.account or wish.account_id, accounts)
    return new_user(account_id, line.name, line.email, line.role, line.extension), []


def _account_id(wanted: str, accounts: list[Account]) -> str:
    """By id or, where one account alone has it, by name."""
    if not wanted:
        raise SetupProblem("The line names no account.")
    if wanted in {one.id for one in accounts}:
        return wanted
    named = [one.id for one in accounts if folded(one.name) == folded(wanted)]
    if len(named) > 1:
        raise SetupProblem(f"Several accounts have the name '{wanted}'; give the id.")
    if not named:
        raise SetupProblem(f"There is no account '{wanted}'.")
    return named[0]


def _passwords(plan: _Plan, wish: ImportWish, by: Actor) -> dict[str, str]:
    if not wish.with_passwords:
        return {}
    if isinstance(by, User) and len(plan.users) > _MOST_PASSWORDS:
        raise SetupProblem(
            f"Passwords are made for {_MOST_PASSWORDS} users at once: take the list in parts."
        )
    return {folded(user.email): initial_password() for user in plan.users}
