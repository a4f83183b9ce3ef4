"""Verifies the logs of sessions and the audit trail, in pages, beside the calls that go on.

What it can show. A line or entry that was changed, left out, added or swapped without computing
the links anew, also at the end: the session and the head of the trail say how far it goes. Logs
that were written anew as a whole, and sessions that are missing, once the audit trail has their
link: sessions that were archived, deleted or taken in late. An audit trail that was written anew
as a whole is found only by a head that was kept elsewhere (`expected`). What has no link yet, and
an entry that somebody adds as the service does, is not found.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from evovoice.domain.log_check import Flaw, LogCheck
from evovoice.domain.trail_check import LinkedEntry, TrailCheck, TrailHead
from evovoice.services.errors import SetupProblem
from evovoice.storage.unit_of_work import Database, SessionKey, StoredLinks, StoredLog

DELETED = "sessions.deleted"
_ENTRIES_AT_ONCE = 500
_LOGS_AT_ONCE = 200


@dataclass(slots=True)
class Verified:
    """What was looked at so far. `without_link`: lines of a version before chains that the
    background has not come to yet; `waiting`: entries that are linked in a moment.
    """

    sessions: int = 0
    lines: int = 0
    erased_lines: int = 0
    without_link: int = 0
    entries: int = 0
    erased_entries: int = 0
    waiting: int = 0
    head: TrailHead | None = None
    flaws: int = 0
    deleted: int = field(default=0)


def verify_all(database: Database, found: Verified, expected: str | None = None) -> Iterator[Flaw]:
    """Every flaw of all logs and of the trail, as it is found; `found` is filled on the way."""
    for flaw in _all_flaws(database, found, expected):
        found.flaws += 1
        yield flaw


def verify_session(database: Database, session_id: str, found: Verified) -> Iterator[Flaw]:
    """Every flaw of one log. Errors: `SetupProblem` where there is no such session."""
    with database.reading() as work:
        logs = work.hash_chains.stored.logs_of(session_id)
        gone = work.hash_chains.stored.deleted_of(session_id)
        flaws = _flaws_of(work.hash_chains.stored, logs, found)
    if gone and not logs:
        raise SetupProblem(_deleted(session_id, gone[0].at, gone[0].chain))
    if not logs:
        raise SetupProblem(f"There is no session {session_id}.")
    found.flaws += len(flaws)
    yield from flaws


def _all_flaws(database: Database, found: Verified, expected: str | None) -> Iterator[Flaw]:
    yield from _flaws_of_trail(database, found, expected)
    after = SessionKey("", "")
    while True:
        with database.reading() as work:
            stored = work.hash_chains.stored
            logs = stored.logs(after, _LOGS_AT_ONCE)
            flaws = _flaws_of(stored, logs, found)
        yield from flaws
        if not logs:
            return
        after = logs[-1].key


def _flaws_of(stored: StoredLinks, logs: Sequence[StoredLog], found: Verified) -> list[Flaw]:
    checks = {log.key: LogCheck(log.end) for log in logs}
    for account_id, ids in _by_account(checks).items():
        for line in stored.lines(account_id, ids):
            checks[SessionKey(account_id, line.session_id)].line(line)
    flaws = []
    for check in checks.values():
        check.end()
        flaws += check.flaws
        found.sessions += 1
        found.lines += check.lines
        found.erased_lines += check.erased
        found.without_link += check.without_link
    return flaws


# --- the audit trail -----------------------------------------------------------------------------


def _flaws_of_trail(database: Database, found: Verified, expected: str | None) -> Iterator[Flaw]:
    check = TrailCheck(expected)
    with database.reading() as work:
        head = found.head = work.hash_chains.trail.head()
        last = max(work.hash_chains.stored.last_position(), head.position if head else 0)
        found.waiting = work.hash_chains.stored.waiting_entries()
        deleted = work.hash_chains.stored.count_deleted()
    while check.entries < last:
        with database.reading() as work:
            stored = work.hash_chains.stored
            entries = stored.entries(check.entries, last, _ENTRIES_AT_ONCE)
            for entry in entries:
                check.entry(entry)
            flaws = [*check.flaws, *_flaws_of_evidence(stored, entries, found)]
        yield from flaws
        check.flaws.clear()
        if not entries:
            break
    if head is not None:
        check.end(head.position, head.chain)
    elif last:
        check.without_head()
    elif expected is not None:
        check.end(0, "")
    yield from check.flaws
    found.entries, found.erased_entries = check.entries, check.erased
    if found.waiting == 0 and deleted > found.deleted:
        where = f"Deleted sessions: {deleted - found.deleted} of them"
        yield Flaw(where, "were not deleted by the service: the audit trail does not tell of them")


def _flaws_of_evidence(
    stored: StoredLinks, entries: Iterable[LinkedEntry], found: Verified
) -> list[Flaw]:
    """What the entries say of sessions, against what is stored of these."""
    flaws: list[Flaw] = []
    for entry in entries:
        lines = _told_by(entry)
        if lines is None:
            where = f"Audit trail: entry {entry.position}"
            flaws.append(Flaw(where, "has no evidence that the service has written"))
            continue
        for account_id, theirs in lines.items():
            if entry.entry.action == DELETED:
                found.deleted += len(theirs)
                flaws += _flaws_of_deleted(stored, account_id, theirs)
            else:
                flaws += _flaws_of_kept(stored, account_id, theirs)
    return flaws


def _told_by(entry: LinkedEntry) -> dict[str, list[tuple[str, int, str]]] | None:
    """Session, line and link that an entry tells of, by account; None where it cannot be read."""
    lines = defaultdict(list)
    try:
        for session_id, (account_id, sequence, chain) in entry.entry.evidence.items():
            lines[account_id].append((session_id, int(sequence), chain))
    except (AttributeError, TypeError, ValueError):
        return None
    return lines


def _flaws_of_deleted(
    stored: StoredLinks, account_id: str, told: list[tuple[str, int, str]]
) -> Iterator[Flaw]:
    ids = [session_id for session_id, _, _ in told]
    there, deleted = stored.there(account_id, ids), stored.deleted(account_id, ids)
    for session_id, _, chain in told:
        if session_id in there:
            yield Flaw(f"Session {session_id}", "is there, and was deleted by what the trail says")
        elif deleted.get(session_id) != chain:
            yield Flaw(f"Session {session_id}", "was deleted with another link than is kept of it")


def _flaws_of_kept(
    stored: StoredLinks, account_id: str, told: list[tuple[str, int, str]]
) -> Iterator[Flaw]:
    ids = [session_id for session_id, _, _ in told]
    links = stored.links(account_id, [(session_id, number) for session_id, number, _ in told])
    deleted = stored.deleted(account_id, ids)
    for session_id, number, chain in told:
        if session_id in deleted or links.get((session_id, number)) == chain:
            continue
        where = f"Session {session_id}: line {number}"
        if (session_id, number) in links:
            yield Flaw(where, "has another link than the audit trail tells: it was written anew")
        else:
            yield Flaw(where, "is missing, and the audit trail tells of it")


def _by_account(keys: Iterable[SessionKey]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for key in keys:
        found[key.account_id].append(key.session_id)
    return found


def _deleted(session_id: str, at: datetime, chain: str | None) -> str:
    last = f"its last link was {chain}" if chain else "it had no chain"
    return f"Session {session_id} was deleted {at.isoformat(timespec='seconds')}; {last}."
