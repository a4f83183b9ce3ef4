"""The commands with which many users come and go as a list in CSV."""

from typing import BinaryIO

import click

from evovoice.cli.output import opened_database, print_result, with_json
from evovoice.services import administration
from evovoice.services.administration import Imported, ImportWish
from evovoice.services.errors import SetupProblem
from evovoice.web.dto.users import ImportUsersResponseSchema, users_imported


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--account", "account_id", default="", help="Account of lines that name none: an id.")
@click.option("--dry-run", is_flag=True, help="Check the list, and store nothing.")
@click.option(
    "--initial-passwords", "with_passwords", is_flag=True,
    help="Give each a password, printed this once.",
)  # fmt: skip
@with_json
def user_import(
    file: BinaryIO, account_id: str, dry_run: bool, with_passwords: bool, as_json: bool
) -> None:  # fmt: skip
    """Add the users of FILE (- reads standard input): CSV in UTF-8, all of them or none.

    The first line names the columns account (id or name), name, email and role, in any order; only
    name and email must be there. Every flaw of every line is told. Who is there already as their
    line says is passed over, so it is safe to repeat. Without --initial-passwords nobody gets a
    password: `user password` gives one, or they sign in in another way.
    """
    text = _text(file.read())
    wish = ImportWish(account_id, dry_run, with_passwords)
    with opened_database() as database:
        imported = administration.import_users(database, text, wish)
    document = ImportUsersResponseSchema().dump(users_imported(imported, dry_run))
    print_result(document, _sentence(imported, dry_run), as_json)


@click.command("export")
@click.option("--account", "account_id", help="Only the users of the account with this id.")
@with_json
def user_export(account_id: str | None, as_json: bool) -> None:
    """Print the users as CSV, in the form that `user import` takes.

    What a spreadsheet would compute (=1+1) has an apostrophe in front.
    """
    with opened_database() as database:
        asked = [account_id] if account_id else []
        content = administration.export_users(database, asked)
    print_result({"content": content}, content.replace("\r\n", "\n").rstrip("\n"), as_json)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise SetupProblem("The file is not in UTF-8; save it as 'CSV UTF-8'.") from None


def _sentence(imported: Imported, is_dry_run: bool) -> str:
    verb = "would be added" if is_dry_run else "added"
    lines = [f"{len(imported.users)} users {verb}, {imported.unchanged} are there already."]
    lines += [f"{user.email}  {password}" for user, password in imported.users if password]
    return "\n".join(lines)
