"""What the audit trail tells of signing in: not a row for each request.

A password that comes with every request is told once a day for each network, and so is a key.
Refused sign-ins are told when the first comes and, where there were more, after a quarter of an
hour with their number.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from evovoice.domain.values import User, folded
from evovoice.services import audit
from evovoice.services.auth.credentials import sealed
from evovoice.storage.unit_of_work import (
    Database,
    DatabaseUnavailable,
    RefusedSignIn,
    UnitOfWork,
)

_MOST_KEYS = 10_000  # seen today, by one process
UNKNOWN = "unknown name"


def note_refused(work: UnitOfWork, refused: RefusedSignIn, outcome: str, now: datetime) -> None:
    """Tell of a sign-in that was refused, unless its like was told of a moment ago."""
    told = work.audit.refused_sign_ins.note(refused, now)
    if told is not None:
        audit.record(
            work, "sign_in.refused", told.whose, told.account_id, outcome=outcome, now=now
        )  # fmt: skip


def tell_how_many_refused(work: UnitOfWork, now: datetime) -> None:
    """Tell of those whose window is over and who were refused more than once."""
    for one in work.audit.refused_sign_ins.take_over(now):
        if one.refused > 1:
            details = {"count": one.refused, "since": one.since.isoformat(timespec="seconds")}
            audit.record(
                work, "sign_in.refused", one.who.whose, one.who.account_id, outcome="refused",
                details=details, origin=one.who.origin, now=now,
            )  # fmt: skip


def refused_sign_in(
    secret: bytes, user: User | None, name: str, network: str, address: str
) -> RefusedSignIn:
    """Who was refused: a user, or what stands for a name that nobody has. `network`: what stands
    for the name in its network.
    """
    if user is not None:
        return RefusedSignIn(network, user.id, user.account_id, address)
    mark = sealed(secret, "unknown name", folded(name))[:16]
    return RefusedSignIn(network, f"{UNKNOWN} {mark}", None, address)


class KeysUsed:
    """Which keys were used today, as far as this process knows."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._today = ""
        self._seen: set[str] = set()

    def note(self, user: User, digest: str) -> None:
        """Tell of the first use on a day, over all processes. Where the database takes no changes,
        the key counts all the same, and its next use is told.
        """
        now = self._clock()
        if self._today != now.date().isoformat() or len(self._seen) >= _MOST_KEYS:
            self._today, self._seen = now.date().isoformat(), set()
        if digest in self._seen:
            return
        with suppress(DatabaseUnavailable):
            self._tell(user, digest, now)
            self._seen.add(digest)

    def _tell(self, user: User, digest: str, now: datetime) -> None:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        with self._database.reading() as work:
            key = work.api_keys.by_digest(digest)
            is_told = key is None or work.audit.has(user.id, "key.used", key.id, midnight)
        if key is None or is_told:
            return
        with self._database.writing() as work:
            audit.record(work, "key.used", key.id, by=user, now=now)
