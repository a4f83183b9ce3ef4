"""How many guesses at a password are left, and from which networks names have signed in.

Both are counted under digests: who failed to sign in is nobody's business, and need not exist.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, bindparam, case, delete, select, update

from evovoice.storage.database.connection import Connection
from evovoice.storage.database.upsert import upsert
from evovoice.storage.tables import KnownNetworkRow, LoginAttemptsRow, table
from evovoice.storage.tables.columns import microseconds

WINDOW = timedelta(minutes=15)
KINDS = 16  # of passwords: enough to tell guesses apart, too few to tell what they were
_MICROSECOND = timedelta(microseconds=1)
_NETWORK_KNOWN = timedelta(days=30)  # after the newest right password
_NETWORK_NOTED_EVERY = timedelta(days=1)  # a right password should not always write

_attempts, _networks = table(LoginAttemptsRow), table(KnownNetworkRow)
_a, _n = _attempts.c, _networks.c
_subject: BindParameter[str] = bindparam("wanted")
_cost, _now, _latest, _ceiling = (
    bindparam(name, type_=_a.spent_until.type) for name in ("cost", "moment", "latest", "ceiling")
)
_kind = bindparam("kind", type_=_a.tried.type)
_TAKE = upsert(
    _attempts,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["subject"],
        set_={
            "spent_until": case((_a.spent_until > _now, _a.spent_until), else_=_now) + _cost,
            "tried": insert.excluded.tried,
        },
        where=_a.spent_until <= _latest,
    ),
)
_PUNISH = (
    update(_attempts)
    .where(_a.subject == _subject, _a.spent_until < _ceiling, _a.tried.bitwise_and(_kind) == 0)
    .values(
        tried=_a.tried.bitwise_or(_kind),
        spent_until=case(
            (_a.spent_until + _cost < _ceiling, _a.spent_until + _cost), else_=_ceiling
        ),
    )
)
_SPENT = select(_a.spent_until).where(_a.subject == _subject)
_SPENT_OF_ALL = select(_a.subject, _a.spent_until).where(
    _a.subject.in_(bindparam("subjects", expanding=True))
)
_GIVE_BACK = (
    update(_attempts)
    .where(_a.subject == _subject)
    .values(spent_until=_a.spent_until - _cost, tried=0)
)
_FORGET = delete(_attempts).where(_a.spent_until < bindparam("moment"))
_IS_KNOWN = select(_n.known_until).where(_n.subject == _subject, _n.known_until > _now)
_NOTE_NETWORK = upsert(
    _networks,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["subject"],
        set_={"known_until": insert.excluded.known_until},
        where=_n.known_until < _latest,
    ),
)
_FORGET_NETWORKS = delete(_networks).where(_n.known_until < bindparam("moment"))


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many guesses may come at once, and again one for each share of the window that passes.

    Where `refusals_cost` a guess that was refused moves the next one away as a wrong one does, up
    to a window after it. One that only repeats what came since the last was looked at costs
    nothing: a program that goes on with its one password would keep itself out for ever.
    """

    subject: str
    guesses: int
    window: timedelta = WINDOW
    refusals_cost: bool = True

    @property
    def cost(self) -> int:
        """The share of one guess, in microseconds."""
        return self.window // self.guesses // _MICROSECOND

    def latest(self, now: datetime) -> int:
        """Up to which mark there is a guess left."""
        return microseconds(now + self.window) - self.cost


class LoginAttempts:
    """A guess is taken before it is judged, in one statement, so that parallel guesses cannot
    exceed the limit; a right one is given back.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, allowance: Allowance, now: datetime, kind: int) -> float:
        """Take one guess; 0 where it is allowed, else how many seconds to wait.

        `kind`, of `KINDS`, is the same for the same password, and for many others.
        """
        cost, moment, latest = allowance.cost, microseconds(now), allowance.latest(now)
        values = {
            "subject": allowance.subject, "spent_until": moment + cost, "cost": cost,
            "moment": moment, "latest": latest, "tried": 1 << kind,
        }  # fmt: skip
        statement = _TAKE[self._connection.dialect.name]
        if self._connection.execute(statement, values).rowcount == 1:
            return 0.0
        if allowance.refusals_cost:
            self._punish(allowance, now, kind)
        wanted = {"wanted": allowance.subject}
        spent: int = self._connection.execute(_SPENT, wanted).scalar_one()
        return max(spent - latest, 1) / 1_000_000

    def have_left(self, allowances: Sequence[Allowance], now: datetime) -> bool:
        """Whether each of them would allow a guess; none is taken."""
        latest = {one.subject: one.latest(now) for one in allowances}
        rows = self._connection.execute(_SPENT_OF_ALL, {"subjects": list(latest)})
        return all(row.spent_until <= latest[row.subject] for row in rows)

    def give_back(self, allowances: Iterable[Allowance]) -> None:
        """The guess was right: it does not count."""
        for one in allowances:
            self._connection.execute(_GIVE_BACK, {"wanted": one.subject, "cost": one.cost})

    def _punish(self, allowance: Allowance, now: datetime, kind: int) -> None:
        values = {
            "kind": 1 << kind,
            "wanted": allowance.subject, "cost": allowance.cost,
            "ceiling": allowance.latest(now) + allowance.window // _MICROSECOND,
        }  # fmt: skip
        self._connection.execute(_PUNISH, values)

    def is_known_network(self, subject: str, now: datetime) -> bool:
        """Whether a right password came from there in the last thirty days."""
        values = {"wanted": subject, "moment": microseconds(now)}
        return self._connection.execute(_IS_KNOWN, values).first() is not None

    def note_network(self, subject: str, now: datetime) -> bool:
        """A right password came from there; written down once a day at most. Whether it was now."""
        until = now + _NETWORK_KNOWN
        values = {
            "subject": subject, "known_until": microseconds(until),
            "latest": microseconds(until - _NETWORK_NOTED_EVERY),
        }  # fmt: skip
        statement = _NOTE_NETWORK[self._connection.dialect.name]
        return self._connection.execute(statement, values).rowcount == 1

    def forget_before(self, moment: datetime) -> int:
        """Delete the marks that lie before: those subjects have all their guesses again, and those
        networks are as good as strangers'.
        """
        values = {"moment": microseconds(moment)}
        self._connection.execute(_FORGET_NETWORKS, values)
        return self._connection.execute(_FORGET, values).rowcount
