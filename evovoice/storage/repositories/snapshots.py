"""Sessions as they were stored last, kept by each process so that they need not be read again.

A snapshot counts only while the row has its version, which every write moves on, under the
row's lock: what another process has stored since is always seen.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import Conference
from evovoice.domain.hunt import Hunt
from evovoice.domain.leg import Leg, LegDigits, ParticipantSettings
from evovoice.domain.member import Member
from evovoice.domain.notifications import SessionStatus, session_status
from evovoice.domain.transfer import Transfer
from evovoice.storage.mapping.session_rows import Values, session_values

_MOST = 1000  # sessions, of some 20 kB each

_T = TypeVar("_T")


class SessionKey(NamedTuple):
    """Which session; the account first, as in every key."""

    account_id: str
    session_id: str


class StoredMember(NamedTuple):
    """A member with what its row says beyond it."""

    member: Member
    position: int
    live: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A session as it is stored. Nobody may change it: `copy` is for those who will."""

    session: CallSession
    version: int
    own: Values  # of the session's row
    members: dict[str, StoredMember]  # by id, in their order
    status: SessionStatus

    def copy(self) -> CallSession:
        """The same session, to be changed."""
        members = [_copied_member(stored.member) for stored in self.members.values()]
        return _copied_session(self.session, members)


def snapshot(session: CallSession, version: int, before: Snapshot | None = None) -> Snapshot:
    """How that session is stored; members that have not changed are those of `before`."""
    known = before.members if before else {}
    members = {
        member.id: _stored(session, member, position, known.get(member.id))
        for position, member in enumerate(session.members)
    }
    copied = _copied_session(session, [stored.member for stored in members.values()])
    copied.version = version
    return Snapshot(copied, version, session_values(session), members, session_status(session))


class Snapshots:
    """The snapshots of one process, those used last."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: OrderedDict[SessionKey, Snapshot] = OrderedDict()
        self._lock = Lock()

    def find(self, key: SessionKey) -> Snapshot | None:
        """What is kept of that session; it may be old."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, snapshots: dict[SessionKey, Snapshot]) -> None:
        """Remember what is committed. A newer one may have come in meanwhile: it stays."""
        with self._lock:
            for key, new in snapshots.items():
                known = self._kept.get(key)
                if known is None or known.version <= new.version:
                    self._kept[key] = new
                self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _stored(
    session: CallSession, member: Member, position: int, known: StoredMember | None
) -> StoredMember:
    live = not session.is_over(member)
    new = StoredMember(member, position, live)
    if new == known:
        return known
    return new._replace(member=_copied_member(member))


def _copier(kind: type[_T]) -> Callable[[_T], _T]:
    """Copies one object without what it refers to; by position, for this is done all the time."""
    values: Callable[[_T], tuple[Any, ...]] = attrgetter(*[f.name for f in fields(kind)])  # type: ignore[arg-type]
    return lambda thing: kind(*values(thing))


_copy_session, _copy_member = _copier(CallSession), _copier(Member)
_copy_leg, _copy_settings, _copy_digits = (
    _copier(Leg),
    _copier(ParticipantSettings),
    _copier(LegDigits),
)
_copy_conference, _copy_transfer, _copy_hunt = (
    _copier(Conference),
    _copier(Transfer),
    _copier(Hunt),
)


def _copied_session(session: CallSession, members: list[Member]) -> CallSession:
    copied = _copy_session(session)
    copied.members = members
    copied.conferences = {
        sid: _copied_conference(conference) for sid, conference in session.conferences.items()
    }
    copied.transfers = [_copy_transfer(transfer) for transfer in session.transfers]
    copied.hunts = [_copy_hunt(hunt) for hunt in session.hunts]
    copied.events, copied.orders = [], []
    return copied


def _copied_member(member: Member) -> Member:
    copied = _copy_member(member)
    copied.leg = _copy_leg(member.leg)
    copied.leg.settings = _copy_settings(member.leg.settings)
    copied.leg.digits = _copy_digits(member.leg.digits)
    return copied


def _copied_conference(conference: Conference) -> Conference:
    copied = _copy_conference(conference)
    copied.states, copied.looks = dict(conference.states), dict(conference.looks)
    copied.overruled = dict(conference.overruled)
    copied.inside_at = dict(conference.inside_at)
    return copied
