"""The command that holds Twilio's set-up against what the service needs."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import click

from evovoice.carrier.port import CarrierError
from evovoice.carrier.setup_check.changes import Change, carry_out
from evovoice.carrier.setup_check.checkup import Report, check_setup
from evovoice.carrier.setup_check.findings import Finding, Kind
from evovoice.carrier.setup_check.hosts import without_credentials
from evovoice.carrier.setup_check.questions import PublicSite
from evovoice.carrier.setup_check.wanted import DEFAULT_REGION, Tenant, Wanted
from evovoice.carrier.twilio_setup import TwilioSetup
from evovoice.carrier_parts import public_site, twilio_setup
from evovoice.cli.output import opened_database, print_result, with_json
from evovoice.environment import environment
from evovoice.services.errors import SetupProblem
from evovoice.settings import Settings, from_env
from evovoice.storage.unit_of_work import Database

_ALL_RIGHT, _WRONG, _NOT_USABLE = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Examination:
    """Whom the doctor asks, and what the answers are held against."""

    twilio: TwilioSetup
    site: PublicSite
    wanted: Wanted

    def report(self) -> Report:
        """Ask everything."""
        return check_setup(self.twilio, self.site, self.wanted)


@click.command()
@click.option("--fix", is_flag=True, help="Set the URLs of numbers and of the TwiML App, asked.")
@click.option("--yes", is_flag=True, help="With --fix: do not ask before it is changed.")
@with_json
def doctor(fix: bool, yes: bool, as_json: bool) -> int:
    """Say what is right, wrong and unknown about the set-up at Twilio, with the cure.

    Asks Twilio with the settings in force (account, API key, numbers of the directory, caller IDs,
    TwiML App, geo permissions, region), and asks PUBLIC_BASE_URL as Twilio would. Nothing is
    changed without --fix, which shows each URL before and after, asks, and never touches a number
    that is not in the directory, nor anything while PUBLIC_BASE_URL is wrong.

    Exit code: 0 nothing is wrong (something may be unknown), 1 something is wrong, 2 wrong usage,
    3 Twilio, the database or the settings cannot be used.
    """
    _check_usage(fix, yes, as_json)
    settings = from_env(environment())
    with opened_database() as database:
        wanted = wanted_by(settings, database)
    return run(
        Examination(twilio_setup(settings), public_site(settings), wanted),
        fix=fix, yes=yes, as_json=as_json,
    )  # fmt: skip


def run(examination: Examination, *, fix: bool, yes: bool, as_json: bool) -> int:
    """Examine, mend where that is wanted and agreed to, and examine again; the exit code."""
    report = examination.report()
    if not (fix and report.changes):
        return _told(report, (), as_json)
    if not yes and not _is_agreed_to(report):
        click.echo("Nothing was changed.")
        return _code(report)
    _mend(examination.twilio, report.changes)
    return _told(examination.report(), report.changes, as_json)


def _told(report: Report, changed: Sequence[Change], as_json: bool) -> int:
    print_result(_document(report, changed), _text(report, changed), as_json)
    return _code(report)


def _code(report: Report) -> int:
    if report.is_wrong:
        return _WRONG
    return _ALL_RIGHT if report.was_answered else _NOT_USABLE


def wanted_by(settings: Settings, database: Database) -> Wanted:
    """What Twilio is held against."""
    with database.reading() as unit:
        accounts, numbers = unit.directory.accounts(), unit.directory.numbers()
    names = Counter(one.name for one in accounts)
    tenants = tuple(
        Tenant(
            f"{one.name} ({one.id})" if names[one.name] > 1 else one.name,
            one.country,
            tuple(e164 for owner, e164 in numbers if owner == one.id),
        )
        for one in accounts
    )
    return Wanted(
        public_base_url=settings.public_base_url,
        account_sid=settings.account_sid,
        auth_tokens=settings.auth_tokens,
        api_key_sid=settings.api_key_sid,
        twiml_app_sid=settings.twiml_app_sid,
        tenants=tenants,
        region=settings.region or DEFAULT_REGION,
        api_base_url=settings.api_base_url,
    )


def _check_usage(fix: bool, yes: bool, as_json: bool) -> None:
    if yes and not fix:
        raise click.UsageError("--yes means nothing without --fix.")
    if fix and not yes and (as_json or not sys.stdin.isatty()):
        raise click.UsageError("--fix asks on a terminal before it changes anything: give --yes.")


def _is_agreed_to(report: Report) -> bool:
    click.echo(_text(report, ()))
    click.echo("\nTo be changed at Twilio:")
    for change in report.changes:
        click.echo(_line_of(change))
    return click.confirm("Change this?", default=False)


def _mend(twilio: TwilioSetup, changes: Sequence[Change]) -> None:
    try:
        carry_out(twilio, changes)
    except CarrierError as error:
        raise SetupProblem(
            f"Not all could be changed. {error}. Run the doctor again to see what was."
        ) from None


def _text(report: Report, changed: Sequence[Change]) -> str:
    lines = ["Changed at Twilio:", *map(_line_of, changed), ""] if changed else []
    lines += [_line(one) for one in report.findings]
    counts = [f"{_count(report, kind)} {kind}" for kind in Kind]
    return "\n".join([*lines, ", ".join(counts)])


def _line(one: Finding) -> str:
    cure = f". {one.cure}" if one.cure else ""
    return f"{one.kind:<8} {one.subject}: {one.sentence}{cure}"


def _line_of(change: Change) -> str:
    old = without_credentials(change.old) or "(empty)"
    return f"  {change.target.name}, {change.field}: {old} -> {change.new}"


def _count(report: Report, kind: Kind) -> int:
    return sum(one.kind is kind for one in report.findings)


def _document(report: Report, changed: Sequence[Change]) -> dict[str, object]:
    return {
        "findings": [
            {"kind": one.kind, "subject": one.subject, "sentence": one.sentence, "cure": one.cure}
            for one in report.findings
        ],
        "changed": [
            {"name": one.target.name, "sid": one.target.sid, "field": one.field,
             "old": without_credentials(one.old), "new": one.new}
            for one in changed
        ],
        "answered": report.was_answered,
    }  # fmt: skip
