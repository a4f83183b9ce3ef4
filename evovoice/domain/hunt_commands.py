"""Adding one party that may be reached at several destinations."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.hunt import Hunt, HuntStrategy
from evovoice.domain.hunt_parties import HuntState, addresses, hunt_state
from evovoice.domain.hunting import try_next
from evovoice.domain.member import Member
from evovoice.domain.order_derivation import start_conversion
from evovoice.domain.parties import already_there
from evovoice.domain.values import User, address_from


def start_hunt(session: CallSession, hunt: Hunt, by: User, now: datetime) -> Member:
    """Ring the first destination, or all at once, as soon as the conference is live. Guards are
    asked before: none of them is in the call.
    """
    session.hunts.append(hunt)
    session.last_modified_by = by.id
    first = try_next(session, hunt, now)
    assert first is not None, "whoever is there already is no destination"  # noqa: S101
    while hunt.waiting and hunt.strategy is HuntStrategy.SIMULTANEOUS:
        try_next(session, hunt, now)
    start_conversion(session, now)
    return first


def same_hunt(session: CallSession, hunt: Hunt) -> Hunt | None:
    """The hunt that is under way for the same destinations, in whatever words they were typed;
    without those who are in the call besides.
    """
    running = (h for h in session.hunts if hunt_state(session, h) is HuntState.RINGING)
    return next((one for one in running if _is_same(session, one, hunt)), None)


def _is_same(session: CallSession, running: Hunt, hunt: Hunt) -> bool:
    known = set(addresses(session, running))
    others = [one for one in hunt.waiting if one.address not in known]
    if len(hunt.waiting) - len(others) != len(known):
        return False
    return all(already_there(session, address_from(o.address), o.user_id) for o in others)


def without_those_there(session: CallSession, hunt: Hunt) -> list[Member]:
    """Leave out whoever is in the call already, so that nobody is rung twice; the parties that
    they are.
    """
    found = list[Member]()
    for candidate in hunt.waiting:
        there = already_there(session, address_from(candidate.address), candidate.user_id)
        if there is None:
            continue
        found.append(there)
        hunt.waiting = tuple(one for one in hunt.waiting if one is not candidate)
    hunt.total = len(hunt.waiting)
    return found
