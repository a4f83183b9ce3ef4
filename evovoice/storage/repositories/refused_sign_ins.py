"""Counts refused sign-ins, so that a flood of guesses does not fill the audit trail.

One name in one network has a row for a quarter of an hour; past so many rows each user has one over
all other networks, and names that nobody has are counted together: whoever makes them up hides no
guesses at a user. Names are under digests, as those who failed to sign in may be nobody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update

from evovoice.storage.database.connection import Connection
from evovoice.storage.database.upsert import upsert
from evovoice.storage.tables import RefusedSignInRow, table

REFUSED_WINDOW = timedelta(minutes=15)
MOST_AT_ONCE = 200  # names and networks told apart within a window
ALL_OTHERS = "others"

_refused = table(RefusedSignInRow)
_r = _refused.c
_AGAIN = update(_refused).where(_r.subject == bindparam("wanted")).values(refused=_r.refused + 1)
_ADD = upsert(
    _refused,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["subject"], set_={"refused": _r.refused + 1}
    ),
)
_COUNT = select(func.count()).select_from(_refused)
_OVER = (
    select(_refused)
    .where(_r.since <= bindparam("moment", type_=_r.since.type))
    .order_by(_r.since)
    .with_for_update(skip_locked=True)
)
_FORGET = delete(_refused).where(_r.subject.in_(bindparam("subjects", expanding=True)))


@dataclass(frozen=True, slots=True)
class RefusedSignIn:
    """A name in a network. `subject` stands for both, `whose` is a user's id or a digest."""

    subject: str
    whose: str
    account_id: str | None
    origin: str


@dataclass(frozen=True, slots=True)
class RefusedSignIns:
    """How often a name was refused in a network since a moment."""

    who: RefusedSignIn
    since: datetime
    refused: int


class RefusedSignInCounts:
    """The counts of the present window."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, refused: RefusedSignIn, now: datetime) -> RefusedSignIn | None:
        """Count one; what is to be told of it where it is the first of its window, else None."""
        if self._counted(refused.subject):
            return None
        if self._connection.execute(_COUNT).scalar_one() >= MOST_AT_ONCE:
            refused = _in_a_flood(refused)
            if self._counted(refused.subject):
                return None
        values = {
            "subject": refused.subject, "since": now, "refused": 1, "whose": refused.whose,
            "account_id": refused.account_id, "origin": refused.origin,
        }  # fmt: skip
        self._connection.execute(_ADD[self._connection.dialect.name], values)
        return refused

    def take_over(self, now: datetime) -> list[RefusedSignIns]:
        """Those whose window is over; they are counted no more."""
        rows = self._connection.execute(_OVER, {"moment": now - REFUSED_WINDOW}).all()
        if rows:
            self._connection.execute(_FORGET, {"subjects": [row.subject for row in rows]})
        return [
            RefusedSignIns(
                RefusedSignIn(row.subject, row.whose, row.account_id, row.origin),
                row.since, row.refused,
            )
            for row in rows
        ]  # fmt: skip

    def _counted(self, subject: str) -> bool:
        return self._connection.execute(_AGAIN, {"wanted": subject}).rowcount == 1


def _in_a_flood(refused: RefusedSignIn) -> RefusedSignIn:
    whose = refused.whose if refused.account_id is not None else ALL_OTHERS
    return RefusedSignIn(whose, whose, refused.account_id, ALL_OTHERS)
