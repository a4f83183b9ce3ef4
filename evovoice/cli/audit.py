"""The commands for the audit trail, and for the hash chains over it and over sessions' logs."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from evovoice.cli.output import moment_text, opened_database, print_result, with_json
from evovoice.domain.log_check import Flaw
from evovoice.services.listing.audit_list import audit_entries
from evovoice.services.log_verification import Verified, verify_all, verify_session
from evovoice.storage.unit_of_work import AuditFilter, Database, FoundEntry

_MOST_IN_DOCUMENT = 1000  # flaws; a document holds all of them in memory
_FLAWED = 1


class _Moment(click.ParamType[datetime]):
    name = "moment"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"'{value}' is no moment such as 2026-03-01 or 2026-03-01T14:05Z", param, ctx)


@click.group()
def audit() -> None:
    """The audit trail: who did what, and from where."""


@audit.command("list")
@click.option("--account", "account_id", help="Only what concerns the account with this id.")
@click.option("--user", "user_id", help="Only what this user (an id) did, or was done to them.")
@click.option("--action", help="Only this action, such as user.disabled, or all of `user`.")
@click.option("--since", type=_Moment(), help="From this moment on, in UTC: 2026-03-01T14:05.")
@click.option("--until", type=_Moment(), help="Up to this moment.")
@click.option(
    "--count", type=click.IntRange(1, 100_000), default=100, show_default=True,
    help="So many at most.",
)  # fmt: skip
@with_json
def audit_list(
    account_id: str | None, user_id: str | None, action: str | None, since: datetime | None,
    until: datetime | None, count: int, as_json: bool,
) -> None:  # fmt: skip
    """List the entries of the audit trail, newest first."""
    accounts = None if account_id is None else [account_id]
    wanted = AuditFilter(accounts, user_id, action, since, until)
    with opened_database() as database:
        entries = audit_entries(database, wanted, count)
    sentence = "\n".join(map(_line, entries)) or "There are no entries."
    print_result({"entries": [_document(one) for one in entries]}, sentence, as_json)


@click.group()
def log() -> None:
    """The logs of sessions."""


@log.command("verify")
@click.option("--session", "session_id", help="Only the log of the session with this id.")
@click.option("--expect", "expected", metavar="HEAD", help="A head that the trail must contain.")
@with_json
def log_verify(session_id: str | None, expected: str | None, as_json: bool) -> int:
    """Verify that the logs of sessions and the audit trail are what was written.

    A line or entry that was changed, left out, added or swapped is told in a sentence each, and the
    exit code is 1. Calls go on meanwhile. The head that is printed stands for the whole trail: keep
    it where those who could change the database cannot, and give it with --expect later. Whoever
    writes all of the trail anew is found in no other way.
    """
    if session_id is not None and expected is not None:
        raise click.UsageError("Give either --session or --expect, not both.")
    verified, told = Verified(), list[Flaw]()
    with opened_database() as database:
        for flaw in _flaws(database, session_id, expected, verified):
            if not as_json:
                click.echo(str(flaw))
            elif len(told) < _MOST_IN_DOCUMENT:
                told.append(flaw)
    print_result(_verified_document(verified, told), _sentence(verified), as_json)
    return _FLAWED if verified.flaws else 0


def _flaws(
    database: Database, session_id: str | None, expected: str | None, verified: Verified
) -> Iterator[Flaw]:
    if session_id is not None:
        return verify_session(database, session_id, verified)
    return verify_all(database, verified, expected)


def _sentence(found: Verified) -> str:
    lines = [f"{found.lines} lines in {found.sessions} sessions, {found.erased_lines} erased."]
    if found.without_link:
        lines.append(
            f"{found.without_link} lines are of a version before chains and are linked soon."
        )
    if found.head is not None:
        lines.append(
            f"{found.entries} entries in the audit trail, {found.erased_entries} erased,"
            f" {found.waiting} not linked yet."
        )
        lines.append(
            f"Head of the audit trail after entry {found.head.position},"
            f" {moment_text(found.head.chained_at)}: {found.head.chain}"
        )
    verdict = f"{found.flaws} flaws were found." if found.flaws else "No flaw was found."
    return "\n".join([*lines, verdict])


def _verified_document(found: Verified, flaws: list[Flaw]) -> dict[str, object]:
    head = found.head
    return {
        "flaws": [{"where": one.where, "sentence": one.sentence} for one in flaws],
        "flawCount": found.flaws,
        "sessions": found.sessions, "lines": found.lines, "erasedLines": found.erased_lines,
        "linesWithoutLink": found.without_link,
        "entries": found.entries, "erasedEntries": found.erased_entries,
        "entriesNotLinkedYet": found.waiting,
        "head": head.chain if head else None,
        "headPosition": head.position if head else 0,
        "headAt": moment_text(head.chained_at) if head else None,
    }  # fmt: skip


def _line(found: FoundEntry) -> str:
    entry = found.entry
    where = " ".join(filter(None, [entry.origin, entry.credential]))
    more = "".join(f", {name} {_shown(value)}" for name, value in entry.details.items())
    return (
        f"{moment_text(entry.at)}  {entry.action} {entry.subject}  by"
        f" {entry.actor_id or entry.actor_name}{f' from {where}' if where else ''}:"
        f" {entry.outcome}{more}"
    )


def _shown(value: object) -> str:
    """Texts as they are, everything else as JSON, as the API has it."""
    return value if isinstance(value, str) else json.dumps(value)


def _document(found: FoundEntry) -> dict[str, object]:
    entry = found.entry
    return {
        "id": found.id, "at": moment_text(entry.at), "action": entry.action,
        "actorId": entry.actor_id, "actorName": entry.actor_name, "actorRole": entry.actor_role,
        "credential": entry.credential, "accountId": entry.account_id, "subject": entry.subject,
        "origin": entry.origin, "requestId": entry.request_id, "outcome": entry.outcome,
        "details": entry.details, "evidence": entry.evidence,
    }  # fmt: skip
