"""The statements about sessions, their members and their log."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)

from evovoice.storage.tables import CallSessionRow, MemberRow, SessionEventRow, table

_sessions, _members, _events = table(CallSessionRow), table(MemberRow), table(SessionEventRow)
_s, _m, _e = _sessions.c, _members.c, _events.c

BY_ID = select(_sessions).where(_s.id == bindparam("session_id"))
OWN = BY_ID.where(_s.account_id == bindparam("account_id"))
SEVERAL = select(_sessions).where(
    _s.account_id == bindparam("account_id"), _s.id.in_(bindparam("session_ids", expanding=True))
)
# the key stays as it is, so whoever only refers to the session need not wait
LOCK_OWN = OWN.with_for_update(key_share=True)
# enough where a snapshot is at hand; the moment guards against a hand that forgets the version
VERSION_BY_ID = select(_s.account_id, _s.version, _s.modified_at).where(
    _s.id == bindparam("session_id")
)
VERSION_OF_OWN = VERSION_BY_ID.where(_s.account_id == bindparam("account_id"))
LOCK_VERSION = VERSION_OF_OWN.with_for_update(key_share=True)
LOCK_ROOT = (
    select(_sessions)
    .where(_s.call_sid == bindparam("call_sid"))
    .order_by(_s.created_at.desc())
    .limit(1)
    .with_for_update(key_share=True)
)
MEMBERS = (
    select(_members)
    .where(_m.account_id == bindparam("account_id"))
    .order_by(_m.session_id, _m.position)
)
MEMBERS_OF_ONE = MEMBERS.where(_m.session_id == bindparam("session_id"))
MEMBERS_OF_MANY = MEMBERS.where(_m.session_id.in_(bindparam("session_ids", expanding=True)))
BY_LEG = (
    select(_m.account_id, _m.session_id)
    .where(_m.leg_call_sid == bindparam("call_sid"))
    .order_by(_m.added_at.desc())
    .limit(1)
)


def _open_with(*is_theirs: ColumnElement[bool]) -> Select[Any]:
    """Sessions that have not ended, with such a member, newest first."""
    own = select(_m.session_id).where(_m.account_id == bindparam("account_id"), *is_theirs)
    is_open = (_s.account_id == bindparam("account_id"), _s.ended_at.is_(None))
    return select(_sessions).where(*is_open, _s.id.in_(own)).order_by(_s.created_at.desc(), _s.id)


OPEN_OF = _open_with(_m.user_id == bindparam("user_id"))
ACTIVE_OF = _open_with(_m.user_id == bindparam("user_id"), _m.live)
EVENTS_AFTER = (
    select(_events)
    .where(
        _e.account_id == bindparam("account_id"),
        _e.session_id == bindparam("session_id"),
        _e.sequence > bindparam("after"),
    )
    .order_by(_e.sequence)
    .limit(bindparam("count"))
)
OVERDUE = (
    select(_s.account_id, _s.id)
    .where(_s.next_check <= bindparam("now"))
    .order_by(_s.next_check)
    .limit(bindparam("count"))
)

# a new version, so that no process goes on from the session as it remembers it
CLAIM_CHECK = (
    update(_sessions)
    .where(
        _s.account_id == bindparam("own_account_id"),
        _s.id == bindparam("own_id"),
        _s.next_check <= bindparam("now"),
    )
    .values(next_check=bindparam("until"), version=_s.version + 1)
)


# not those looked at since: every process of the service makes up for the same outage
CHECK_SOON = (
    update(_sessions)
    .where(
        _s.ended_at.is_(None), _s.next_check > bindparam("now"),
        func.coalesce(_s.verified_at, _s.created_at) <= bindparam("unheard_since"),
    )
    .values(next_check=bindparam("now"), version=_s.version + 1)
)  # fmt: skip


@lru_cache(maxsize=200)
def update_of_session(names: Sequence[str]) -> Executable:
    """Write those columns of the row `row_account_id`, `row_id` while it still is of
    `row_version` and `row_modified_at`.

    Only what has changed: every index on a column that is written is written too.
    """
    return _row_update(_sessions, ("account_id", "id", "version", "modified_at"), names)


@lru_cache(maxsize=200)
def update_of_member(names: Sequence[str]) -> Executable:
    """Write those columns of a member: `row_account_id`, `row_session_id`, `row_id`."""
    return _row_update(_members, ("account_id", "session_id", "id"), names)


def _row_update(target: Table, keys: Sequence[str], names: Sequence[str]) -> Executable:
    changed: dict[str, Any] = {name: bindparam(name) for name in names}
    is_row = [target.c[key] == bindparam(f"row_{key}") for key in keys]
    return update(target).where(*is_row).values(changed)


INSERT_SESSION, INSERT_MEMBER, INSERT_EVENT = (
    insert(_sessions),
    insert(_members),
    insert(_events),
)
