"""The commands for numbers, names and texts of outside parties."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from evovoice.cli.output import opened_database, print_result, with_json
from evovoice.externals import new_id
from evovoice.services.errors import AccountNotFound, BadDestination, SetupProblem
from evovoice.services.live.change_notifier import InProcessNotifier
from evovoice.services.outbox.session_changes import SessionChanges
from evovoice.services.personal_data.erasing import Erasure, erase_number
from evovoice.services.personal_data.exporting import export_number, favorites_with
from evovoice.storage.unit_of_work import Database
from evovoice.web.dto.personal_data import (
    PersonalDataErasureSchema,
    PersonalDataFavoriteSchema,
    PersonalDataSessionSchema,
    personal_data_erasure,
    personal_data_favorites,
    personal_data_session,
)

_ACCOUNT = "Id of the account; without it all accounts, and NUMBER begins with +."


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the services need of this process."""

    database: Database
    changes: SessionChanges
    clock: Callable[[], datetime]


@click.group("personal-data")
def personal_data() -> None:
    """Numbers, names and texts of outside parties: what is kept of one, and its erasure.

    NUMBER is a telephone number in any usual spelling, or a SIP address.
    """


@personal_data.command("export")
@click.argument("number")
@click.option("--account", "account_id", help=_ACCOUNT)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, allow_dash=True), metavar="FILE|-",
    help="Where to write the JSON; - is the standard output.",
)  # fmt: skip
@with_json
def export(number: str, account_id: str | None, out: str, as_json: bool) -> None:
    """Write what is kept of the party with NUMBER: sessions, members and log lines.

    Look it through before you hand it on: in notes others may be spoken of.
    """
    with _stored() as stored:
        kept = export_number(stored, number, account_id)
        sessions = PersonalDataSessionSchema().dump(map(personal_data_session, kept), many=True)
        found = personal_data_favorites(favorites_with(stored, number, account_id))
        favorites = PersonalDataFavoriteSchema().dump(found, many=True)
    document = {"sessions": sessions, "favorites": favorites}
    _write(out, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    if out != "-":
        sentence = f"Wrote {len(sessions)} sessions to {out}."
        print_result({"sessions": len(sessions), "out": out}, sentence, as_json)


@personal_data.command("erase")
@click.argument("number")
@click.option("--account", "account_id", help=_ACCOUNT)
@click.option("--dry-run", "is_tried", is_flag=True, help="Change nothing, say what would be.")
@with_json
def erase(number: str, account_id: str | None, is_tried: bool, as_json: bool) -> None:
    """Erase every session in which NUMBER is a party, for good; safe to repeat.

    Numbers and names of all outside parties in these sessions go, with notes, console data and what
    the log says; times, outcomes and our users stay. Sessions that go on, or ended within ten
    minutes, are left: repeat the command for them.
    """
    with _stored() as stored:
        erasure = erase_number(stored, number, account_id, is_tried=is_tried)
    document: dict[str, Any] = PersonalDataErasureSchema().dump(
        personal_data_erasure(erasure, dry_run=is_tried)
    )
    print_result(document, _sentence(erasure, is_tried), as_json)


def _sentence(erasure: Erasure, is_tried: bool) -> str:
    verb = "would be erased" if is_tried else "are erased"
    first = f"The number stands in {erasure.found} sessions; {erasure.erased} of them {verb}."
    if not erasure.left:
        return first
    left = ", ".join(erasure.left)
    return f"{first} Left, as they go on or ended a short while ago; repeat this for them: {left}"


@contextmanager
def _stored() -> Iterator[_Stored]:
    """Errors: `SetupProblem`, for a number or an account that is none."""
    try:
        with opened_database() as database:
            changes = SessionChanges(
                database=database, clock=_now, new_id=new_id, notifier=InProcessNotifier()
            )
            yield _Stored(database, changes, _now)
    except (AccountNotFound, BadDestination) as error:
        raise SetupProblem(str(error)) from None


def _now() -> datetime:
    return datetime.now(UTC)


def _write(out: str, text: str) -> None:
    """To nobody's eyes but those of who runs the command. Errors: `SetupProblem`."""
    if out == "-":
        sys.stdout.write(text)
        return
    try:
        descriptor = os.open(Path(out), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise SetupProblem(f"{out} cannot be written: {error.strerror}.") from None
