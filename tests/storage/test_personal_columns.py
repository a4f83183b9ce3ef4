"""Every column of every table is known to hold personal data of outside parties or none.

Whoever adds a column finds a place for it here: under `ERASED`, and has it erased, or under one of
the others, with the reason why nothing need be done.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from evovoice.domain import erasure
from evovoice.domain.call_session import CallSession
from evovoice.domain.leg import LegEnd
from evovoice.domain.messages import SessionEvent
from evovoice.domain.orders import DialLeg, PlaceCall
from evovoice.domain.states import EndSource, LegProgress, Outcome
from evovoice.domain.values import PhoneNumber
from evovoice.services.log_verification import Verified, verify_session
from evovoice.storage.tables import Base
from evovoice.storage.unit_of_work import Database
from tests.storage.builders import NOW, rich_session

# numbers and names of outside parties, and texts in which people or the carrier may name them
ERASED = {
    "call_sessions": {
        "to_address", "from_address", "destination", "console_data", "display_name",
        "answered_by_name", "from_name", "callback_number",
    },
    "members": {
        "address", "display_name", "destination", "leg_end_reason", "leg_withdrawn", "leg_part",
        "leg_digits",
    },
    "session_events": {"message", "data"},
}  # fmt: skip
# gone by themselves within so long, which is less than the shortest retention, a day; by then a
# session that is erased for one number has lost its own
SHORT_LIVED = {
    "orders": {"body"},  # deleted with the erasure
    "promises": {"refusal_message", "fingerprint", "key"},  # 24 hours (C81)
    "early_reports": {"reason"},  # a minute
    "call_sessions": {"hunts"},  # gone with the end of the call, before it may be erased (C114)
    "kept_digits": {"digits"},  # a minute once they were asked for, an hour at most (C111)
}
# of the account itself and of its users: they end with their user or number
OF_OURS = {
    "accounts": {"name", "name_key", "fallback_number"},
    "api_keys": {"name"},
    "audit_entries": {"actor_name", "subject", "origin", "details"},
    "refused_sign_ins": {"whose", "origin"},
    "users": {"name", "name_key", "email", "email_key", "identity", "former_identity", "extension"},
    "numbers": {"e164"},
    "number_agents": {"e164"},
    "device_tokens": {"token"},
    "call_sessions": {"account_name", "endpoint_name", "hold_change", "transfers"},
    "members": {"from_number", "leg_stopped_by_name"},
}
# kept by a user for themselves: until they take it out, or it is erased for one number (C101)
CHOSEN = {"favorites": {"address", "name"}}
# ids, moments, states, counts, digests: nobody outside is told from them. The salts of lines that
# are erased are gone, so that nobody finds a text by its digest
PLAIN = {
    "audit_entries": {
        "id", "at", "action", "actor_id", "actor_role", "credential", "account_id", "request_id",
        "outcome", "evidence", "salt", "digest", "position", "chain",
    },
    "audit_head": {"id", "position", "chain", "chained_at"},
    "external_identities": {"account_id", "digest", "issuer", "noted_at", "user_id"},
    "recovery_codes": {"account_id", "digest", "user_id"},
    "refused_sign_ins": {"account_id", "refused", "since", "subject"},
    "second_factors": {
        "account_id", "begun_at", "confirmed_at", "last_step", "mark", "salt", "user_id",
    },
    "accounts": {"id", "country", "countries", "end_policy", "hides_supervisors"},
    "users": {"account_id", "id", "role", "password_hash", "disabled_at", "deleted_at"},
    "numbers": {"account_id", "position", "is_default"},
    "number_agents": {"account_id", "user_id", "position"},
    "api_keys": {
        "account_id", "id", "user_id", "digest", "created_at", "revoked_at", "expires_at",
        "maker_id", "used_at",
    },
    "promises": {
        "account_id", "session_id", "member_id", "made_at", "refusal_code", "carrier_code",
        "carrier_status",
    },
    "rate_budgets": {"account_id", "user_id", "spent_until", "live_at_most"},
    "deleted_sessions": {"account_id", "session_id", "call_digest", "deleted_at", "log_chain"},
    "device_tokens": {"account_id", "digest", "user_id", "device_type", "noted_at"},
    "early_reports": {"call_sid", "outcome", "ended_at", "code", "received_at"},
    "feed": {
        "id", "position", "account_id", "session_id", "sequence", "sequence_before",
        "notifications", "at", "access_of", "presence_of", "speech_of",
    },
    "favorites": {"account_id", "user_id"},
    "presences": {
        "account_id", "user_id", "state", "reason", "set_at", "is_registered", "has_listened",
        "left_at", "told_away",
    },
    "feed_head": {"id", "position"},
    "kept_digits": {"account_id", "asked_at", "asked_by", "kept_at", "key", "session_id"},
    "speech": {
        "account_id", "session_id", "call_sid", "leg_id", "conference_sid", "sequence", "speaks",
        "at",
    },
    "listeners": {"id", "listener_id", "account_id", "user_id", "ends_at"},
    "known_networks": {"subject", "known_until"},
    "login_attempts": {"subject", "spent_until", "tried"},
    "logins": {
        "account_id", "id", "user_id", "digest", "kind", "created_at", "expires_at", "used_at",
        "voided_at", "maker_id", "made_with", "parent_id",
    },
    "receipts": {"account_id", "key", "received_at"},
    "session_counts": {"account_id", "archived", "created_day", "shard", "sessions"},
    "orders": {
        "account_id", "id", "session_id", "kind", "created_at", "due", "tries", "uncertain",
        "lease_token", "lease_until", "result", "urgent",
    },
    "call_sessions": {
        "account_id", "id", "direction", "call_sid", "created_at", "modified_at", "created_by",
        "last_modified_by", "room_name", "moving_leg_id", "moved_at", "redirects", "rooms_seen_at",
        "return_until", "return_hold", "converted_at", "dial_finished_at", "end_wanted", "held_by",
        "hold_reason", "ended_at", "next_check", "newest_call_sid", "last_sequence", "version",
        "rooms", "looks", "verified_at", "look_failed", "in_doubt", "call_state", "dial_state",
        "outcome", "endpoint_id", "answered_by_id", "conference_sid", "root_call_sid", "archived",
        "erased_at", "log_chain", "log_chained", "end_policy",
    },
    "members": {
        "account_id", "session_id", "id", "position", "live", "role", "added_at", "is_original",
        "is_calling", "user_id", "added_by", "leg_id", "leg_call_sid", "leg_progress",
        "leg_answered_at", "leg_end_outcome", "leg_end_source", "leg_end_at", "leg_end_code",
        "leg_end_failure", "leg_dial_ordered_at", "leg_withdrawn_code", "leg_withdrawn_failure",
        "leg_stop", "leg_leave_wanted",
        "leg_leave_after", "leg_stopped_by", "leg_doubted_at", "supervision",
    },
    "session_events": {
        "account_id", "session_id", "sequence", "type", "at", "call_sid", "member_id", "user_id",
        "salt", "digest", "chain",
    },
}  # fmt: skip
LISTS = (ERASED, SHORT_LIVED, OF_OURS, CHOSEN, PLAIN)
SECRET = "+13035550188"
OVER = NOW + timedelta(days=1)


def _listed(*lists: dict[str, set[str]]) -> list[tuple[str, str]]:
    return sorted((table, column) for one in lists for table in one for column in one[table])


def _columns() -> list[tuple[str, str]]:
    tables = Base.metadata.sorted_tables
    return sorted((table.name, column.name) for table in tables for column in table.columns)


def test_every_column_is_known_to_be_erased_or_to_need_none_c91() -> None:
    assert _columns() == _listed(*LISTS)


def _telling() -> CallSession:
    """A session that is over, with the secret wherever a number, name or text has its place."""
    session = rich_session()
    session.ended_at, session.next_check = NOW, None
    session.to_address = session.destination = session.console_data = SECRET
    for member in session.members:
        member.destination = SECRET
        member.leg.withdrawn = member.leg.settings.refused = SECRET
        member.leg.digits.refused = SECRET
        member.leg.end = LegEnd(Outcome.FAILED, EndSource.CALL, NOW, SECRET, 21211)
        if not member.is_our_user:
            member.leg.progress = LegProgress.ANSWERED
            member.address, member.display_name = PhoneNumber(SECRET), SECRET
    session.log(SessionEvent("Note", SECRET, NOW, "CA1", "m-1", "u-ann", {"From": SECRET}))
    session.orders += [DialLeg("l-3", "CF1", SECRET, "+12025550123"), PlaceCall("l-3", SECRET, "")]
    return session


def _tables_with(database: Database, secret: str) -> set[tuple[str, str]]:
    """Which columns have it."""
    found = set[tuple[str, str]]()
    with database.reading() as unit:
        for table in Base.metadata.sorted_tables:
            for row in unit.connection.execute(select(table)):
                for name, value in row._asdict().items():
                    if secret in json.dumps(value, default=str):
                        found.add((table.name, name))
    return found


def _erase(database: Database, session: CallSession) -> None:
    with database.writing() as unit:
        stored = unit.sessions.for_update(session.account_id, session.id)
        assert stored is not None
        unit.sessions.erase_log(session.account_id, session.id)
        unit.personal_data.forget_orders(session.account_id, session.id)
        erasure.erase(stored, OVER)
        unit.sessions.save(stored)


@pytest.fixture
def telling(database: Database) -> CallSession:
    """Stored, with all its orders carried out."""
    session = _telling()
    with database.writing() as unit:
        unit.sessions.save(session)
        unit.connection.execute(Base.metadata.tables["orders"].update().values(result="done"))
    return session


def test_every_column_that_is_to_be_erased_is_c91(database: Database, telling: CallSession) -> None:
    """First all of these columns have it, but for those that no such call fills."""
    of_incoming_calls = {("call_sessions", "from_address"), ("call_sessions", "callback_number")}
    of_ours_here = {("call_sessions", "from_name")}
    wanted = set(_listed(ERASED)) - of_incoming_calls - of_ours_here | {("orders", "body")}
    assert wanted == _tables_with(database, SECRET)
    _erase(database, telling)
    assert set() == _tables_with(database, SECRET)


def test_erased_session_is_read_back_as_it_was_erased_c91(
    database: Database, telling: CallSession
) -> None:
    _erase(database, telling)
    with database.reading() as unit:
        stored = unit.sessions.get(telling.id, telling.account_id)
    fresh = Database(str(vars(database)["_engine"].url.render_as_string(hide_password=False)))
    with fresh.reading() as unit:
        read = unit.sessions.get(telling.id, telling.account_id)
    fresh.dispose()
    assert stored is not None
    assert OVER == stored.erased_at
    assert stored == read
    assert ["(erased)", "(erased)"] == [m.display_name for m in stored.members if not m.is_our_user]


def test_other_sessions_keep_theirs_c91(database: Database, telling: CallSession) -> None:
    other = replace(_telling(), id="s-other", call_sid="CA9", events=[], orders=[])
    other.last_sequence = 0
    other.log(SessionEvent("Note", "of the other", NOW))
    with database.writing() as unit:
        unit.sessions.save(other)
    _erase(database, telling)
    with database.reading() as unit:
        kept = unit.sessions.get("s-other", other.account_id)
        lines = unit.sessions.events(other.account_id, "s-other", 0, 10)
    assert kept is not None
    assert SECRET == kept.console_data
    assert ["of the other"] == [line.message for _, line in lines]


def test_chain_of_the_log_holds_and_the_salts_are_gone_c91(
    database: Database, telling: CallSession
) -> None:
    """Whoever knows a number cannot find its line by the digest."""
    _erase(database, telling)
    found = Verified()
    assert [] == list(verify_session(database, telling.id, found))
    assert (len(_lines(database)), len(_lines(database)) - 1) == (found.lines, found.erased_lines)
    assert [True, False] == [line.salt is None for line in _lines(database)]


def _lines(database: Database) -> list[Any]:
    lines = Base.metadata.tables["session_events"]
    with database.reading() as unit:
        return list(unit.connection.execute(select(lines).order_by(lines.c.sequence)).all())
