"""The commands for accounts (tenants)."""

import click

from evovoice.cli.output import opened_database, print_result, with_json
from evovoice.domain.states import EndPolicy
from evovoice.domain.values import Account
from evovoice.services import administration
from evovoice.services.administration import AccountChanges
from evovoice.web.dto.accounts import ManagedAccountSchema, managed_account

_COUNTRY = "Two letters, such as US: completes numbers."
_FALLBACK = (
    "Who is rung where a transfer reaches nobody, up to five with commas, in that order; an empty"
    " text takes it away."
)
_COUNTRIES = "Where it may call: two letters each, such as DE,AT,CH; or all."
_END_POLICY = "Who has to be left for its calls, from the next on, to go on."


@click.group()
def account() -> None:
    """The accounts (tenants)."""


@account.command("add")
@click.argument("name")
@click.option("--country", required=True, help=_COUNTRY)
@click.option(
    "--countries", default=administration.ALL_COUNTRIES, show_default=True, help=_COUNTRIES
)
@with_json
def account_add(name: str, country: str, countries: str, as_json: bool) -> None:
    """Add an account and print its id; no other one has the NAME."""
    with opened_database() as database:
        added = administration.add_account(database, name, country, countries)
    sentence = f"Added account {added.name} ({added.country}): {added.id}"
    print_result(_document(added), sentence, as_json)


@account.command("list")
@with_json
def account_list(as_json: bool) -> None:
    """List the accounts by name."""
    with opened_database() as database:
        accounts = administration.accounts_of(database)
    sentence = "\n".join(map(_line, accounts)) or "There are no accounts."
    print_result({"accounts": [_document(one) for one in accounts]}, sentence, as_json)


@account.command("set")
@click.argument("account_id", metavar="ACCOUNT")
@click.option("--name", help="Its new name, which no other account has.")
@click.option("--country", help=_COUNTRY)
@click.option("--countries", help=_COUNTRIES)
@click.option("--end-policy", type=click.Choice(list(EndPolicy)), help=_END_POLICY)
@click.option(
    "--hides-supervisors",
    type=bool,
    metavar="yes|no",
    help="Whether its agents are kept from seeing who supervises them.",
)
@click.option("--fallback-number", help=_FALLBACK)
@with_json
def account_set(
    account_id: str, *, name: str | None, country: str | None, countries: str | None,
    end_policy: str | None, hides_supervisors: bool | None, fallback_number: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Change ACCOUNT, an id; what is not given stays, and so do calls that are up."""
    policy = EndPolicy(end_policy) if end_policy else None
    changes = AccountChanges(name, country, countries, policy, hides_supervisors, fallback_number)
    if changes == AccountChanges():
        raise click.UsageError(
            "Give --name, --country, --countries, --end-policy, --hides-supervisors or"
            " --fallback-number."
        )
    with opened_database() as database:
        changed = administration.set_account(database, account_id, changes)
    print_result(_document(changed), _line(changed), as_json)


@account.command("delete")
@click.argument("account_id", metavar="ACCOUNT")
@with_json
def account_delete(account_id: str, as_json: bool) -> None:
    """Delete ACCOUNT, an id, which has no users, numbers or sessions any more."""
    with opened_database() as database:
        deleted = administration.delete_account(database, account_id)
    print_result(_document(deleted), f"{deleted.name} ({deleted.id}) is deleted.", as_json)


def _document(one: Account) -> dict[str, object]:
    """As the API shows it."""
    shown: dict[str, object] = ManagedAccountSchema().dump(managed_account(one))
    return shown


def _line(one: Account) -> str:
    where = ", ".join(sorted(one.countries)) or "every country"
    fallback = f", falls back to {one.fallback_number}" if one.fallback_number else ""
    return f"{one.id}  {one.name} ({one.country})  may call {where}{fallback}"
