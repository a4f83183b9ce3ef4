"""Add one party at several destinations, in turn or at once (C114, C115): all that has to hold for
each of them is asked before the first is dialled.
"""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain import commands
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.hunt import RING_SECONDS, Candidate, Hunt, HuntStrategy, with_digits
from evovoice.domain.hunt_commands import same_hunt, start_hunt, without_those_there
from evovoice.domain.hunt_parties import attempted
from evovoice.domain.member import Member
from evovoice.domain.values import Account, User, address_from, is_same_party
from evovoice.services.app_context import AppContext
from evovoice.services.calls.answer_digits import number_and_digits
from evovoice.services.calls.destinations import read_destination, read_from_number
from evovoice.services.calls.rate_limit import take_several_from_budget
from evovoice.services.calls.typed_digits import split_extension
from evovoice.services.errors import BadDestination
from evovoice.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class DialTarget:
    """One destination as typed, and how long it rings."""

    destination: str
    ring_seconds: int = RING_SECONDS


@dataclass(frozen=True, slots=True)
class HuntAsked:
    """Who wants which destinations tried; `from_number` and `send_digits` as typed."""

    user: User
    targets: tuple[DialTarget, ...]
    strategy: HuntStrategy
    from_number: str | None
    send_digits: str | None
    human_only: bool = False


def told_of(
    targets: tuple[DialTarget, ...], strategy: HuntStrategy, *, human_only: bool
) -> tuple[str, ...]:
    """What tells a request for these from another with the same key; digits are kept nowhere."""
    if not targets:
        return ()
    numbers = (f"{split_extension(one.destination)[0]} {one.ring_seconds}" for one in targets)
    only = ("humanOnly",) if human_only else ()
    return (strategy.value, *only, *numbers)


def hunt_for(
    context: AppContext, work: UnitOfWork, session: CallSession, asked: HuntAsked, now: datetime
) -> Hunt:
    """The hunt that is asked for; nothing is changed. Errors: `BadDestination`, `BadFromNumber`,
    `BadDigits`, for whichever destination.
    """
    account = work.directory.account(session.account_id)
    if account is None:
        raise SessionNotFound(session.id)
    shown = read_from_number(work, account, asked.from_number, session)
    waiting = list[Candidate]()
    for target in asked.targets:
        candidate = _candidate(context, work, account, target, asked.send_digits)
        _require_new(waiting, candidate)
        waiting.append(candidate)
    return Hunt(
        context.new_id("h"), asked.strategy, asked.user.id, str(shown), now, len(waiting),
        tuple(waiting), human_only=asked.human_only,
    )  # fmt: skip


def who_is_there(session: CallSession, hunt: Hunt) -> Member | None:
    """Who need not be rung: whoever is tried now in the same hunt, or is in the call where all
    destinations are. Others who are there already are left out of the hunt.
    """
    running = same_hunt(session, hunt)
    if running is not None:
        return attempted(session, running)[-1]
    there = without_those_there(session, hunt)
    return None if hunt.waiting else there[0]


def add_hunt(
    context: AppContext, work: UnitOfWork, session: CallSession, asked: HuntAsked, hunt: Hunt,
    now: datetime,
) -> Member:  # fmt: skip
    """Begin it: whoever is rung first. Errors: those of the limits, for all destinations."""
    at_once = len(hunt.waiting) if hunt.strategy is HuntStrategy.SIMULTANEOUS else 1
    commands.require_capacity(session, context.max_members, context.max_pending, at_once)
    outside = sum(one.user_id is None for one in hunt.waiting)
    take_several_from_budget(
        context, work, session.account_id, asked.user, now,
        dials=len(hunt.waiting), legs=min(outside, at_once),
    )  # fmt: skip
    hunt.waiting = tuple(
        _with_digits(context, work, session, one, asked.send_digits, now) for one in hunt.waiting
    )
    return start_hunt(session, hunt, asked.user, now)


def _candidate(
    context: AppContext, work: UnitOfWork, account: Account, target: DialTarget, digits: str | None
) -> Candidate:
    number, _ = number_and_digits(target.destination, digits)
    found = read_destination(work, account, number, context.sip_hosts)
    return Candidate(
        context.new_id("m"), context.new_id("leg"), str(found.address), found.display_name,
        target.destination, target.ring_seconds, found.user.id if found.user else None,
    )  # fmt: skip


def _require_new(earlier: list[Candidate], candidate: Candidate) -> None:
    address = address_from(candidate.address)
    if any(is_same_party(address_from(one.address), address) for one in earlier):
        message = f"'{candidate.display_name}' stands twice among the destinations"
        raise BadDestination("InvalidDestination", message)


def _with_digits(
    context: AppContext, work: UnitOfWork, session: CallSession, candidate: Candidate,
    send_digits: str | None, now: datetime,
) -> Candidate:  # fmt: skip
    """The same without digits in its text: they are kept apart, for its answer (C111)."""
    number, digits = number_and_digits(candidate.destination, send_digits)
    bare = Candidate(
        candidate.member_id, candidate.leg_id, candidate.address, candidate.display_name,
        number, candidate.ring_seconds, candidate.user_id,
    )  # fmt: skip
    if digits is None:
        return bare
    key = context.new_id("d")
    work.kept_digits.keep(key, (session.account_id, session.id), digits.text, now)
    return with_digits(bare, key, digits.seconds)
