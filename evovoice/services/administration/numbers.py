"""The telephone numbers of accounts: whom they ring, and which is shown to those who are called."""

from collections.abc import Sequence

from evovoice.domain.values import User
from evovoice.services.administration.actors import (
    OPERATOR,
    Actor,
    keep_record,
    present,
    reached_accounts,
    reaches,
    require_account,
    require_administrator,
)
from evovoice.services.administration.refusals import AlreadyTaken, NumberNotFound, UserIsDisabled
from evovoice.services.administration.typed_values import read_number
from evovoice.services.errors import SetupProblem
from evovoice.storage.unit_of_work import Conflict, Database, Slice, StoredNumber, UnitOfWork


def add_number(
    database: Database, account_id: str, e164: str, agent_ids: Sequence[str] = (),
    by: Actor = OPERATOR,
) -> StoredNumber:  # fmt: skip
    """Add a telephone number of the account; the agents ring when it is called."""
    number = read_number(e164)
    try:
        with database.writing() as work:
            by = present(work, by)
            require_administrator(by)
            require_account(work, by, account_id)
            _require_new(work, number)
            agents = _agents(work, by, account_id, agent_ids, frozenset())
            work.directory.add_number(account_id, number, agents)
            keep_record(work, by, "number.added", number, account_id, agents=agents)
            return _number(work, by, number)
    except Conflict:
        raise AlreadyTaken(f"The number {number} was added by somebody else just now.") from None


def list_numbers(
    database: Database, account_ids: Sequence[str], wanted: Slice, by: Actor = OPERATOR
) -> tuple[list[StoredNumber], int]:
    """Numbers by account, in the order in which they came, one more where there are more; and the
    number of all, 0 where not wanted. Errors: `AccountNotFound`, for the command line alone (C45).
    """
    reached = reached_accounts(by, account_ids)
    with database.reading() as work:
        for one in account_ids if by is OPERATOR else ():
            require_account(work, by, one)
        numbers = work.numbers.page(reached, wanted.first, wanted.most + 1)
        return numbers, work.numbers.count(reached) if wanted.is_counted else 0


def set_number(
    database: Database, e164: str, agent_ids: Sequence[str] | None = None,
    is_default: bool | None = None, by: Actor = OPERATOR,
) -> StoredNumber:  # fmt: skip
    """Have a number ring these users in that order, and make it its account's default caller ID.

    None: as it is. Calls that are up stay. The same again changes nothing.
    """
    number = read_number(e164)
    with database.writing() as work:
        by = present(work, by)
        before = _locked(work, by, number)
        if agent_ids is not None:
            rung = frozenset(one.id for one in before.agents)
            agents = _agents(work, by, before.account_id, agent_ids, rung)
            work.numbers.ring(before.account_id, number, agents)
        if is_default is not None:
            _set_default(work, before, is_default)
        after = _number(work, by, number)
        if after != before:
            keep_record(work, by, "number.changed", number, after.account_id,
                        **_differences(before, after))  # fmt: skip
        return after


def remove_number(database: Database, e164: str, by: Actor = OPERATOR) -> StoredNumber:
    """Take a number out of the directory: calls that are up go on, and a call that comes in for it
    is answered as one for a number of nobody. The first of those left is the default then.
    """
    number = read_number(e164)
    with database.writing() as work:
        by = present(work, by)
        removed = _locked(work, by, number)
        work.numbers.remove(removed.account_id, number)
        keep_record(work, by, "number.removed", number, removed.account_id)
        return removed


# --- what must hold ------------------------------------------------------------------------------


def _number(work: UnitOfWork, by: Actor, e164: str) -> StoredNumber:
    number = work.numbers.find(e164)
    if number is None or not reaches(by, number.account_id):
        raise NumberNotFound(e164)
    return number


def _locked(work: UnitOfWork, by: Actor, e164: str) -> StoredNumber:
    """The number as it is once nobody else changes the numbers of its account."""
    work.numbers.lock(_number(work, by, e164).account_id)
    return _number(work, by, e164)


def _require_new(work: UnitOfWork, e164: str) -> None:
    owner = work.directory.number_owner(e164)
    if owner is not None:
        raise AlreadyTaken(f"The number {e164} belongs to account {owner.id} already.")


def _set_default(work: UnitOfWork, number: StoredNumber, is_default: bool) -> None:
    if is_default:
        work.numbers.set_default(number.account_id, number.e164)
    elif number.is_default:
        raise SetupProblem("An account has a default number: make another one the default.")


def _differences(before: StoredNumber, after: StoredNumber) -> dict[str, object]:
    """What has changed, as it is now: whom it rings, whether it is the default."""
    told: dict[str, object] = {}
    if after.agents != before.agents:
        told["agents"] = [one.id for one in after.agents]
    if after.is_default != before.is_default:
        told["default"] = after.is_default
    return told


def _agents(
    work: UnitOfWork, by: Actor, account_id: str, wanted: Sequence[str], rung: frozenset[str]
) -> list[str]:
    """The ids of those users of the account, each once; who is rung already may be disabled."""
    ids = []
    for one in dict.fromkeys(wanted):
        known = work.known_users.find(one)
        is_named = known is not None and (known.user.id == one or not isinstance(by, User))
        if known is None or not is_named or known.user.account_id != account_id:
            raise SetupProblem(f"There is no user {one} in account {account_id}.")
        if known.disabled_at is not None and known.user.id not in rung:
            raise UserIsDisabled(known.user.name, known.user.id)
        ids.append(known.user.id)
    return list(dict.fromkeys(ids))
