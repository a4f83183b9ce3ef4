"""The commands for accounts, the users in them, and their telephone numbers."""

import sys
from datetime import UTC, datetime

import click

from evovoice.carrier.port import DEVICE_TOKEN_LIFETIME
from evovoice.cli.output import moment_text, opened_database, print_result, with_json
from evovoice.domain.values import Account, Role
from evovoice.services import administration
from evovoice.storage.unit_of_work import KnownUser

_COUNTRIES = "Where it may call: two letters each, such as DE,AT,CH; or all."


@click.group()
def account() -> None:
    """The accounts (tenants)."""


@account.command("add")
@click.argument("name")
@click.option("--country", required=True, help="Two letters, such as US: completes numbers.")
@click.option(
    "--countries", default=administration.ALL_COUNTRIES, show_default=True, help=_COUNTRIES
)
@with_json
def account_add(name: str, country: str, countries: str, as_json: bool) -> None:
    """Add an account and print its id."""
    with opened_database() as database:
        added = administration.add_account(database, name, country, countries)
    sentence = f"Added account {added.name} ({added.country}): {added.id}"
    print_result(_shown(added), sentence, as_json)


@account.command("set")
@click.argument("account_id", metavar="ACCOUNT")
@click.option("--countries", required=True, help=_COUNTRIES)
@with_json
def account_set(account_id: str, countries: str, as_json: bool) -> None:
    """Change what ACCOUNT, an id, may do; calls that are up stay."""
    with opened_database() as database:
        changed = administration.set_countries(database, account_id, countries)
    where = ", ".join(sorted(changed.countries)) or "every country"
    print_result(_shown(changed), f"{changed.name} ({changed.id}) may call {where}.", as_json)


def _shown(shown: Account) -> dict[str, object]:
    own = {"id": shown.id, "name": shown.name, "country": shown.country}
    return {**own, "countries": sorted(shown.countries) or [administration.ALL_COUNTRIES]}


@click.group()
def user() -> None:
    """The users: agents, managers, administrators."""


@user.command("add")
@click.argument("name")
@click.option("--account", "account_id", required=True, help="Id of the user's account.")
@click.option("--email", required=True, help="The user signs in with it; unique.")
@click.option("--password", help="Stays in the shell's history; better leave it out.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role], case_sensitive=False),
    default=Role.USER.value, show_default=True, metavar="|".join(Role),
    help="What the user may do.",
)  # fmt: skip
@with_json
def user_add(
    name: str, account_id: str, email: str, password: str | None, password_stdin: bool,
    role: str, as_json: bool,
) -> None:  # fmt: skip
    """Add a user and print their id and identity (the client name of their device).

    Without --password and --password-stdin the password is asked for.
    """
    secret = _password(password, password_stdin)
    with opened_database() as database:
        added = administration.add_user(database, account_id, name, email, secret, role)
    document: dict[str, object] = {
        "id": added.id, "identity": added.identity, "accountId": added.account_id,
        "name": added.name, "email": added.email, "role": added.role.value,
    }  # fmt: skip
    sentence = f"Added {added.role.value} {added.name}: {added.id}, device {added.identity}"
    print_result(document, sentence, as_json)


@user.command("password")
@click.argument("wanted", metavar="USER")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_json
def user_password(wanted: str, password_stdin: bool, as_json: bool) -> None:
    """Give USER (an id or e-mail address) a new password.

    Every login and token of the user ends; API keys stay, and their device still rings (`user
    disable` ends both). Without --password-stdin the password is asked for.
    """
    secret = _password(None, password_stdin)
    with opened_database() as database:
        changed = administration.set_password(database, wanted, secret, datetime.now(UTC))
    print_result({"id": changed.id}, f"{changed.name} ({changed.id}) has a new password.", as_json)


@user.command("list")
@click.option("--account", "account_id", help="Only the users of the account with this id.")
@with_json
def user_list(account_id: str | None, as_json: bool) -> None:
    """List the users by name, and who of them is disabled."""
    with opened_database() as database:
        users = administration.users_of(database, account_id)
    lines = [
        f"{one.user.id}  {one.user.role.value}  {one.user.name} <{one.user.email}>  {_state(one)}"
        for one in users
    ]
    sentence = "\n".join(lines) or "There are no users."
    print_result({"users": [_document(one) for one in users]}, sentence, as_json)


@user.command("disable")
@click.argument("wanted", metavar="USER")
@with_json
def user_disable(wanted: str, as_json: bool) -> None:
    """Disable USER (an id or e-mail address), who leaves; safe to repeat.

    At once their password and API keys do not count, their logins, tokens and event streams end,
    their device stops ringing and is not rung any more, and calls that it places are refused. A
    conversation that they are in goes on: a manager can end it or hand it over. What they have
    done stays in the records.
    """
    with opened_database() as database:
        known = administration.disable_user(database, wanted, datetime.now(UTC))
    print_result(_document(known), _farewell(known), as_json)


@user.command("enable")
@click.argument("wanted", metavar="USER")
@with_json
def user_enable(wanted: str, as_json: bool) -> None:
    """Enable USER (an id or e-mail address) again; safe to repeat.

    Their password and API keys count again and their device rings; logins and tokens that ended
    do not come back.
    """
    with opened_database() as database:
        known = administration.enable_user(database, wanted, datetime.now(UTC))
    sentence = f"{known.user.name} ({known.user.id}) is enabled; logins that ended stay ended."
    print_result(_document(known), sentence, as_json)


def _document(known: KnownUser) -> dict[str, object]:
    user, since = known.user, known.disabled_at
    return {
        "id": user.id, "identity": user.identity, "accountId": user.account_id,
        "name": user.name, "email": user.email, "role": user.role.value,
        "disabled": since is not None,
        "disabledAt": moment_text(since) if since else None,
        "deviceTokensEndAt": moment_text(since + DEVICE_TOKEN_LIFETIME) if since else None,
    }  # fmt: skip


def _state(known: KnownUser) -> str:
    return f"disabled {moment_text(known.disabled_at)}" if known.disabled_at else "enabled"


def _farewell(known: KnownUser) -> str:
    """That they are disabled, and what of theirs lasts a little longer."""
    since = known.disabled_at
    assert since is not None, "just disabled"  # noqa: S101
    return (
        f"{known.user.name} ({known.user.id}) is disabled since {moment_text(since)}. A device of "
        f"theirs may stay connected to the carrier until "
        f"{moment_text(since + DEVICE_TOKEN_LIFETIME)}: it is not rung, and its calls are refused."
    )


def _password(given: str | None, from_stdin: bool) -> str:
    if given is not None and from_stdin:
        raise click.UsageError("Give either --password or --password-stdin, not both.")
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise click.UsageError("There is no terminal to ask for it: give --password-stdin.")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked


@click.group()
def number() -> None:
    """The telephone numbers of accounts."""


@number.command("add")
@click.argument("e164", metavar="+E164")
@click.option("--account", "account_id", required=True, help="Id of the account that owns it.")
@click.option("--agent", "agents", multiple=True, help="Id of a user it rings; repeatable.")
@with_json
def number_add(e164: str, account_id: str, agents: tuple[str, ...], as_json: bool) -> None:
    """Add a telephone number such as +12025550123.

    The account's first number is shown to those its users call, unless they choose another.
    """
    with opened_database() as database:
        added = administration.add_number(database, account_id, e164, agents)
    document: dict[str, object] = {
        "number": added.e164,
        "accountId": added.account_id,
        "agents": [agent.id for agent in added.agents],
    }
    rung = ", ".join(agent.name for agent in added.agents) or "nobody"
    print_result(document, f"Added number {added.e164}; a call to it rings {rung}.", as_json)
