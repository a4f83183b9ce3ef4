"""What a list of sessions can be asked for, as conditions and orders of SQL."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
)

from evovoice.storage.tables import CallSessionRow, SessionCountRow, SessionEventRow, table

_sessions = table(CallSessionRow)
_s, _e = _sessions.c, table(SessionEventRow).c
_n = table(SessionCountRow).c
_Condition = ColumnElement[bool]
_FIRST_DAY = date(1970, 1, 1)
MOST_UNMARKED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSearch:
    """Which sessions: all that is given must hold, an empty text or list says nothing.

    `account_ids` None: of every account. Sessions that ended before `archived_before` are left
    out. Both days count, in UTC. Texts may stand anywhere in the value; case does not matter.
    """

    account_ids: tuple[str, ...] | None = None
    archived_before: datetime | None = None
    first_day: date | None = None
    last_day: date | None = None
    session_ids: tuple[str, ...] = ()
    endpoint_ids: tuple[str, ...] = ()
    from_address: str = ""
    to_address: str = ""
    log: str = ""

    @property
    def is_by_day(self) -> bool:
        """Whether accounts and days are all that is asked, so that the counts know the number."""
        lists, texts = (self.session_ids, self.endpoint_ids), (self.from_address, self.to_address)
        return not (any(lists) or any(texts) or self.log)


@dataclass(frozen=True, slots=True)
class SessionOrder:
    """By which value of SessionInfo, in the names of `SORTS`; equals come newest first."""

    sort: str = "date_created"
    is_ascending: bool = False

    @property
    def is_by_index(self) -> bool:
        """Whether an index has the sessions in this order."""
        return self.sort == "date_created"


def _contains(value: ColumnElement[str], text: str) -> _Condition:
    """Wildcards of SQL are letters like any other."""
    return func.lower(value).contains(text.lower(), autoescape=True)


def _bare(address: ColumnElement[str]) -> ColumnElement[Any]:
    """An address as clients see it."""
    device = (address.startswith("client:"), func.substr(address, len("client:") + 1))
    return func.nullif(case(device, else_=address), "")


def _if_held(value: ColumnElement[Any], otherwise: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((_s.call_state == "Hold", value), else_=otherwise)


# As in the index's own condition, or SQLite does not see that it is the same; without a type,
# since it has no booleans and would be asked whether this equals 1.
_IS_UNMARKED: _Condition = literal_column("(NOT call_sessions.archived)")


# The single values of SessionInfo (contract 1.2); None: this version has the same for all.
SORTS: dict[str, ColumnElement[Any] | None] = {
    **{
        name: _s[name]
        for name in (
            "id", "account_id", "account_name", "direction", "dial_state", "call_state",
            "outcome", "destination", "from_name", "callback_number", "display_name",
            "endpoint_id", "endpoint_name", "answered_by_id", "answered_by_name",
            "conference_sid", "console_data", "created_by", "last_modified_by",
        )
    },
    "call_sid": _s.root_call_sid,
    "ended": _s.ended_at.is_not(None),
    "was_missed": func.coalesce(_s.outcome, "") == "MissedCall",
    "to_address": _bare(_s.to_address),
    "from_address": _bare(_s.from_address),
    "most_recent_participant_call_sid": _s.newest_call_sid,
    "hold_queue_name": _if_held(_s.id, null()),
    "held_by_user_id": _if_held(_s.held_by, null()),
    "hold_reason": _if_held(_s.hold_reason, literal("None")),
    "date_created": _s.created_at,
    "date_last_modified": _s.modified_at,
    "date_completed": _s.ended_at,
    "verified_at": _s.verified_at,
    "stale": or_(_s.look_failed, _s.in_doubt),
    "version": _s.version,
    "end_policy": func.coalesce(_s.end_policy, "two_left"),
    **dict.fromkeys(
        (
            "channel", "queue_state", "queue_member_id", "ring_queue_id", "customer_id",
            "customer_name", "from_phone_number",
        )
    ),
}  # fmt: skip


def order_by(order: SessionOrder) -> tuple[ColumnElement[Any], ...]:
    """No value counts as the least. By date it is an index, read forward or backward."""
    newest_first = (_s.created_at.desc(), _s.id)
    if order.is_by_index:
        return (_s.created_at, _s.id.desc()) if order.is_ascending else newest_first
    value = SORTS[order.sort]
    if value is None:
        return newest_first
    placed = value.asc().nulls_first() if order.is_ascending else value.desc().nulls_last()
    return (placed, *newest_first)


def conditions(search: SessionSearch) -> list[_Condition]:
    """What must hold; the archive is another matter."""
    return [*by_account_and_day(search), *_lists(search), *_texts(search)]


def by_account_and_day(search: SessionSearch) -> list[_Condition]:
    """The accounts and days alone."""
    return [*_scope(search, _s.account_id), *_created(search, _s.created_at)]


def left_to_mark(ended_before: datetime) -> list[_Condition]:
    """What belongs into the archive and is not marked yet: few, and there is an index of them."""
    return [_IS_UNMARKED, _s.ended_at < ended_before]


def unmarked(search: SessionSearch, ended_before: datetime) -> Select[int, int]:
    """How many nobody has marked yet, up to `MOST_UNMARKED` and one; how many of these are of the
    accounts and days searched.

    With an order and an end no database reads more than their index, whatever it has guessed
    of their number.
    """
    few = select(_s.account_id, _s.created_at).where(*left_to_mark(ended_before))
    longest_first = few.order_by(_s.ended_at).limit(MOST_UNMARKED + 1).subquery()
    columns = longest_first.c
    is_theirs = and_(
        true(), *_scope(search, columns.account_id), *_created(search, columns.created_at)
    )
    return select(func.count(), func.count(case((is_theirs, 1)))).select_from(longest_first)


def is_not_archived(search: SessionSearch) -> _Condition:
    """The opposite; it says no more than that, so that no index is taken for its sake."""
    if search.archived_before is None:
        return true()
    limit = literal(search.archived_before, _s.ended_at.type)
    return func.coalesce(_s.ended_at, limit) >= limit


def counted(search: SessionSearch) -> list[_Condition]:
    """The same accounts and days in the table of counts, without those marked as archived."""
    days = [
        *([_n.created_day >= _number(search.first_day)] if search.first_day else []),
        *([_n.created_day <= _number(search.last_day)] if search.last_day else []),
    ]
    marks = [] if search.archived_before is None else [_n.archived == false()]
    return [*_scope(search, _n.account_id), *marks, *days]


def _number(day: date) -> int:
    return (day - _FIRST_DAY).days


def _scope(search: SessionSearch, account_id: ColumnElement[str]) -> list[_Condition]:
    accounts = search.account_ids
    if accounts is None:
        return []
    return [account_id == accounts[0] if len(accounts) == 1 else account_id.in_(accounts)]


def _created(search: SessionSearch, created_at: ColumnElement[Any]) -> list[_Condition]:
    found = []
    if search.first_day:
        found.append(created_at >= datetime.combine(search.first_day, time.min, UTC))
    if search.last_day:
        found.append(created_at <= datetime.combine(search.last_day, time.max, UTC))
    return found


def _lists(search: SessionSearch) -> list[_Condition]:
    wanted = {_s.id: search.session_ids, _s.endpoint_id: search.endpoint_ids}
    return [column.in_(values) for column, values in wanted.items() if values]


def _texts(search: SessionSearch) -> list[_Condition]:
    wanted = {_s.from_address: search.from_address, _s.to_address: search.to_address}
    found = [_contains(_bare(column), text) for column, text in wanted.items() if text]
    return [*found, _is_in_log(search.log)] if search.log else found


def _is_in_log(text: str) -> _Condition:
    theirs = and_(_e.account_id == _s.account_id, _e.session_id == _s.id)
    return exists().where(theirs, _contains(_e.message, text)).correlate(_sessions)
