"""The commands for telephone numbers."""

import click

from evovoice.cli.output import opened_database, print_result, with_json
from evovoice.services import administration
from evovoice.storage.unit_of_work import Slice, StoredNumber
from evovoice.web.dto.accounts import ManagedNumberSchema, managed_number

_MOST_LISTED = 100_000


@click.group()
def number() -> None:
    """The telephone numbers of accounts."""


@number.command("add")
@click.argument("e164", metavar="+E164")
@click.option("--account", "account_id", required=True, help="Id of the account that owns it.")
@click.option(
    "--agent", "agents", multiple=True, help="Id or e-mail address of a user it rings; repeatable."
)
@with_json
def number_add(e164: str, account_id: str, agents: tuple[str, ...], as_json: bool) -> None:
    """Add a telephone number such as +12025550123.

    The account's first number is shown to those its users call, unless they choose another or
    `number set --default` has made another the default.
    """
    with opened_database() as database:
        added = administration.add_number(database, account_id, e164, agents)
    sentence = f"Added number {added.e164}; a call to it rings {_rung(added)}."
    print_result(_document(added), sentence, as_json)


@number.command("list")
@click.option("--account", "account_id", help="Only the numbers of the account with this id.")
@with_json
def number_list(account_id: str | None, as_json: bool) -> None:
    """List the numbers by account, and whom each rings, in order."""
    asked = [account_id] if account_id else []
    with opened_database() as database:
        numbers, _ = administration.list_numbers(database, asked, Slice(0, _MOST_LISTED, False))
    sentence = "\n".join(map(_line, numbers)) or "There are no numbers."
    print_result({"numbers": [_document(one) for one in numbers]}, sentence, as_json)


@number.command("set")
@click.argument("e164", metavar="+E164")
@click.option(
    "--agent", "agents", multiple=True,
    help="Id or e-mail address of a user it rings from now on, nobody else; repeatable, in order.",
)  # fmt: skip
@click.option("--nobody", is_flag=True, help="It rings nobody from now on.")
@click.option("--default", "is_default", is_flag=True, help="Show it to those who are called.")
@with_json
def number_set(
    e164: str, agents: tuple[str, ...], nobody: bool, is_default: bool, as_json: bool
) -> None:  # fmt: skip
    """Change whom a number rings, or make it its account's default caller ID; safe to repeat."""
    if bool(agents) + nobody > 1:
        raise click.UsageError("Give either --agent or --nobody, not both.")
    if not (agents or nobody or is_default):
        raise click.UsageError("Give --agent, --nobody or --default.")
    ring: tuple[str, ...] | None = () if nobody else agents or None
    with opened_database() as database:
        changed = administration.set_number(database, e164, ring, is_default or None)
    print_result(_document(changed), _line(changed), as_json)


@number.command("remove")
@click.argument("e164", metavar="+E164")
@with_json
def number_remove(e164: str, as_json: bool) -> None:
    """Take a number away from its account; calls that are up go on.

    The first of the numbers that are left is the default then, if this was.
    """
    with opened_database() as database:
        removed = administration.remove_number(database, e164)
    print_result(_document(removed), f"Number {removed.e164} is removed.", as_json)


def _document(one: StoredNumber) -> dict[str, object]:
    """As the API shows it."""
    shown: dict[str, object] = ManagedNumberSchema().dump(managed_number(one))
    return shown


def _line(one: StoredNumber) -> str:
    default = "  default" if one.is_default else ""
    return f"{one.e164}  account {one.account_id}  rings {_rung(one)}{default}"


def _rung(one: StoredNumber) -> str:
    return ", ".join(agent.name for agent in one.agents) or "nobody"
