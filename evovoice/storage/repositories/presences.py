"""Whether agents take calls: what they set, and what streams and calls of theirs say of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select, true, update

from evovoice.domain.presence import AWAY_AFTER, NEVER_SET, ConsoleStreams, Presence
from evovoice.domain.states import AgentState, AgentStateReason, Direction, LegProgress
from evovoice.domain.values import User, folded
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.database.upsert import upsert
from evovoice.storage.mapping.session_documents import PROGRESS_WORDS
from evovoice.storage.mapping.users import user_from
from evovoice.storage.tables import (
    CallSessionRow,
    ListenerRow,
    MemberRow,
    NumberAgentRow,
    PresenceRow,
    UserRow,
    table,
)

_presences, _users, _agents = table(PresenceRow), table(UserRow), table(NumberAgentRow)
_listeners, _members, _sessions = table(ListenerRow), table(MemberRow), table(CallSessionRow)
_p, _u, _a, _l = _presences.c, _users.c, _agents.c, _listeners.c
_m, _s = _members.c, _sessions.c
_IS_ENABLED = and_(_u.disabled_at.is_(None), _u.deleted_at.is_(None))
_listens = and_(_l.account_id == _u.account_id, _l.user_id == _u.id)


def _talks(*how: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the user has a live leg of a call that goes on, of that kind."""
    return exists().where(
        _m.account_id == _u.account_id, _m.user_id == _u.id, _m.live,
        _s.account_id == _m.account_id, _s.id == _m.session_id, _s.ended_at.is_(None), *how,
    )  # fmt: skip


_DIALS = _talks(_m.is_calling, _s.direction == Direction.OUTGOING.value)
_IS_ON_CALL = _talks(or_(_m.is_calling, _m.leg_progress == PROGRESS_WORDS[LegProgress.ANSWERED]))
_WITH_PRESENCE = (
    select(
        _users,
        *(_p[name] for name in ("state", "reason", "set_at", "is_registered", "has_listened")),
        _p.left_at,
        select(func.max(_l.ends_at)).where(_listens).scalar_subquery().label("listening_until"),
        _DIALS.label("dials"),
    )
    .select_from(_users)
    .outerjoin(_presences, and_(_p.account_id == _u.account_id, _p.user_id == _u.id))
    .where(_IS_ENABLED)
)
_AGENTS_OF = (
    _WITH_PRESENCE.join(_agents, and_(_a.account_id == _u.account_id, _a.user_id == _u.id))
    .where(_a.e164 == bindparam("e164"))
    .order_by(_a.position)
)
_SEVERAL = _WITH_PRESENCE.add_columns(_IS_ON_CALL.label("is_on_call")).where(
    _u.id.in_(bindparam("user_ids", expanding=True))
)
_COLLEAGUES = (
    _WITH_PRESENCE.add_columns(_IS_ON_CALL.label("is_on_call"))
    .where(_u.account_id == bindparam("account"), _u.id != bindparam("user"))
    .order_by(_u.name_key, _u.id)
    .limit(bindparam("most"))
)
_COLLEAGUES_LIKE = _COLLEAGUES.where(
    or_(
        *(
            column.like(bindparam("pattern"), escape="/")
            for column in (_u.name_key, _u.email_key, _u.extension)
        )
    )
)
_IS_THEIRS = and_(_p.account_id == bindparam("account"), _p.user_id == bindparam("user"))
_KEEP = upsert(
    _presences,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["account_id", "user_id"],
        set_={
            name: func.coalesce(insert.excluded[name], _p[name])
            for name in ("state", "reason", "set_at", "is_registered")
        },
    ),
)
_BEGIN_ANEW = update(_presences).where(_IS_THEIRS).values(
    left_at=None, told_away=False, has_listened=bindparam("listens")
)  # fmt: skip
_IS_LISTENING = select(
    exists().where(
        _l.account_id == bindparam("account"), _l.user_id == bindparam("user"),
        _l.ends_at > bindparam("now"),
    )
)  # fmt: skip
_FOUND = select(_presences).where(_IS_THEIRS)
_NOTE_LISTENS = update(_presences).where(_IS_THEIRS).values(has_listened=true(), told_away=False)
_NOTE_LEFT = update(_presences).where(_IS_THEIRS).values(left_at=bindparam("now"))
_NOTE_MISSED = (
    update(_presences)
    .where(_IS_THEIRS, _p.state == AgentState.READY.value)
    .values(
        state=AgentState.NOT_READY.value, reason=AgentStateReason.MISSED_CALL.value,
        set_at=bindparam("now"),
    )
    .execution_options(preserve_rowcount=True)
)  # fmt: skip
_GONE = select(_p.account_id, _p.user_id).where(
    _p.state == AgentState.READY.value,
    _p.has_listened,
    ~_p.told_away,
    or_(_p.left_at.is_(None), _p.left_at <= bindparam("gone_since")),
    ~exists().where(
        _l.account_id == _p.account_id, _l.user_id == _p.user_id,
        _l.ends_at > bindparam("gone_since"),
    ),
)  # fmt: skip
_NOTE_TOLD = (
    update(_presences)
    .where(_IS_THEIRS, ~_p.told_away)
    .values(told_away=True)
    .execution_options(preserve_rowcount=True)
)


@dataclass(frozen=True, slots=True)
class UserPresence:
    """A user, and whether they take calls."""

    user: User
    presence: Presence


class Presences:
    """The presence of all users, as one transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- reading ---------------------------------------------------------------------------------

    def ready_agents_of(self, e164: str, now: datetime) -> list[User]:
        """Who rings when the number is called, in the order they were given: who takes calls."""
        rows = self._connection.execute(_AGENTS_OF, {"e164": e164})
        return [user_from(row) for row in rows if _presence_from(row).takes_calls(now)]

    def several(self, user_ids: Iterable[str]) -> dict[str, UserPresence]:
        """Those users and their presence, by their ids; who is disabled is left out."""
        rows = self._connection.execute(_SEVERAL, {"user_ids": list(user_ids)})
        return {row.id: UserPresence(user_from(row), _presence_from(row)) for row in rows}

    def colleagues(self, user: User, search: str, most: int) -> list[UserPresence]:
        """The other users of the account by name, at most so many; with a text those in whose name,
        e-mail address or extension it stands, in any case.
        """
        values = _of(user) | {"most": most, "pattern": f"%{_literally(folded(search))}%"}
        query = _COLLEAGUES_LIKE if search.strip() else _COLLEAGUES
        rows = self._connection.execute(query, values)
        return [UserPresence(user_from(row), _presence_from(row)) for row in rows]

    def of(self, user: User) -> Presence:
        """The presence of one user."""
        found = self.several([user.id]).get(user.id)
        return found.presence if found else NEVER_SET

    # --- what users and their consoles say -------------------------------------------------------

    def set(
        self, user: User, state: AgentState | None, *, is_registered: bool | None, now: datetime
    ) -> None:
        """The user says whether they take calls, and their console how their device is; None:
        that stays as it is. What their streams were before a state is set does not count.
        """
        values: dict[str, Any] = {
            "account_id": user.account_id, "user_id": user.id,
            "state": state.value if state else None,
            "reason": AgentStateReason.SET_BY_USER.value if state else None,
            "set_at": now if state else None, "is_registered": is_registered,
        }  # fmt: skip
        self._connection.execute(_KEEP[self._connection.dialect.name], values)
        if state is not None:
            theirs = _of(user)
            listens = self._connection.execute(_IS_LISTENING, theirs | {"now": now}).scalar_one()
            self._connection.execute(_BEGIN_ANEW, theirs | {"listens": bool(listens)})

    # --- what happens to them ---------------------------------------------------------------------

    def note_listening(self, user: User) -> bool:
        """A stream of theirs has begun; True where consoles were told that theirs was gone."""
        row = self._connection.execute(_FOUND, _of(user)).first()
        if row is None or (row.has_listened and not row.told_away):
            return False
        self._connection.execute(_NOTE_LISTENS, _of(user))
        return bool(row.told_away)

    def note_left(self, user: User, now: datetime) -> None:
        """A stream of theirs has ended."""
        self._connection.execute(_NOTE_LEFT, _of(user) | {"now": now})

    def note_missed(self, account_id: str, user_id: str, now: datetime) -> bool:
        """They have let a call ring; True where that has taken away that they were ready."""
        values = {"account": account_id, "user": user_id, "now": now}
        return self._connection.execute(_NOTE_MISSED, values).rowcount == 1

    def gone(self, now: datetime) -> list[tuple[str, str]]:
        """Account and id of the ready users whose console is gone, where nobody was told so."""
        rows = self._connection.execute(_GONE, {"gone_since": now - AWAY_AFTER})
        return [(row.account_id, row.user_id) for row in rows]

    def note_told_gone(self, account_id: str, user_id: str) -> bool:
        """Consoles are told that theirs is gone; False where another process tells it."""
        values = {"account": account_id, "user": user_id}
        return self._connection.execute(_NOTE_TOLD, values).rowcount == 1


def _of(user: User) -> dict[str, Any]:
    return {"account": user.account_id, "user": user.id}


def _literally(text: str) -> str:
    """Wildcards of SQL are letters like any other."""
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _presence_from(row: Row) -> Presence:
    if row.has_listened is None:  # there is no row of theirs
        return Presence(is_on_call=_is_on_call(row))
    return Presence(
        set_state=AgentState(row.state) if row.state else None,
        set_reason=AgentStateReason(row.reason) if row.reason else AgentStateReason.UNKNOWN,
        set_at=row.set_at,
        is_registered=row.is_registered,
        streams=ConsoleStreams(row.has_listened, row.left_at, row.listening_until),
        dials=bool(row.dials),
        is_on_call=_is_on_call(row),
    )


def _is_on_call(row: Row) -> bool:
    """Not asked for where a call comes in: there it makes no difference."""
    return bool(getattr(row, "is_on_call", False))
