"""The commands for users."""

import sys
from datetime import UTC, datetime

import click

from evovoice.carrier.port import DEVICE_TOKEN_LIFETIME
from evovoice.cli.output import moment_text, opened_database, print_result, with_json
from evovoice.domain.values import Role
from evovoice.services import administration
from evovoice.services.administration import UserChanges
from evovoice.storage.unit_of_work import Database, KnownUser
from evovoice.web.dto.users import ManagedUserSchema, managed_user

_ROLES = click.Choice([role.value for role in Role], case_sensitive=False)
_NOBODY_LEFT = (
    "Warning: nobody who may sign in is SystemAdministrator now; "
    "`evovoice user set USER --role SystemAdministrator` makes somebody one."
)


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
    "--role", type=_ROLES, default=Role.USER.value, show_default=True, metavar="|".join(Role),
    help="What the user may do.",
)  # fmt: skip
@click.option("--extension", default="", help="Two to six digits by which colleagues reach them.")
@with_json
def user_add(
    password: str | None, password_stdin: bool, as_json: bool, **person: str
) -> None:  # fmt: skip
    """Add a user and print their id and identity (the client name of their device).

    Without --password and --password-stdin the password is asked for.
    """
    secret = _password(password, password_stdin)
    with opened_database() as database:
        added = administration.add_user(
            database, person["account_id"], person["name"], person["email"], secret,
            person["role"], extension=person["extension"],
        )  # fmt: skip
    sentence = f"Added {added.role.value} {added.name}: {added.id}, device {added.identity}"
    print_result(_document(KnownUser(added, None)), sentence, as_json)


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
    sentence = "\n".join(map(_line, users)) or "There are no users."
    print_result({"users": [_document(one) for one in users]}, sentence, as_json)


@user.command("show")
@click.argument("wanted", metavar="USER")
@with_json
def user_show(wanted: str, as_json: bool) -> None:
    """Show USER, an id or e-mail address."""
    with opened_database() as database:
        known = administration.user_shown(database, wanted)
    sentence = f"{_line(known)}\naccount {known.user.account_id}, device {known.user.identity}"
    print_result(_document(known), sentence, as_json)


@user.command("set")
@click.argument("wanted", metavar="USER")
@click.option("--name", help="Their new name; calls that are up keep the one before.")
@click.option("--email", help="Their new e-mail address; unique.")
@click.option("--role", type=_ROLES, metavar="|".join(Role), help="What they may do from now on.")
@click.option("--extension", help="Two to six digits by which colleagues reach them; '' for none.")
@with_json
def user_set(
    wanted: str, name: str | None, email: str | None, role: str | None, extension: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Change USER (an id or e-mail address); what is not given stays, safe to repeat.

    The identity of their device stays, and so do their logins, tokens and API keys: another role
    counts for them at once.
    """
    if name is None and email is None and role is None and extension is None:
        raise click.UsageError("Give --name, --email, --role or --extension.")
    with opened_database() as database:
        had = administration.has_administrator(database)
        changes = UserChanges(name, email, role, extension)
        changed = administration.set_user(database, wanted, changes, datetime.now(UTC))
        warning = _warning(database, had)
    _print_changed(changed, _line(changed), warning, as_json)


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
        had = administration.has_administrator(database)
        known = administration.disable_user(database, wanted, datetime.now(UTC))
        warning = _warning(database, had)
    _print_changed(known, _farewell(known), warning, as_json)


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


@user.command("delete")
@click.argument("wanted", metavar="USER")
@with_json
def user_delete(wanted: str, as_json: bool) -> None:
    """Delete USER (an id or e-mail address) for good; by the id safe to repeat.

    All ends as with `user disable`, their API keys for good, and they leave every number. Records
    keep their id and name; the e-mail address is free for somebody else.
    """
    with opened_database() as database:
        had = administration.has_administrator(database)
        gone = administration.delete_user(database, wanted, datetime.now(UTC))
        warning = _warning(database, had)
    assert gone.deleted_at is not None, "just deleted"  # noqa: S101
    when = moment_text(gone.deleted_at)
    sentence = f"{gone.user.name} ({gone.user.id}) is deleted since {when}."
    _print_changed(gone, sentence, warning, as_json)


def _document(known: KnownUser) -> dict[str, object]:
    """As the API shows them."""
    shown: dict[str, object] = ManagedUserSchema().dump(managed_user(known))
    return shown


def _line(known: KnownUser) -> str:
    user = known.user
    reached = f"  extension {user.extension}" if user.extension else ""
    return f"{user.id}  {user.role.value}  {user.name} <{user.email}>{reached}  {_state(known)}"


def _warning(database: Database, had_administrator: bool) -> str | None:
    """The command line may take the last administrator away, and says so."""
    is_left = administration.has_administrator(database)
    return _NOBODY_LEFT if had_administrator and not is_left else None


def _print_changed(known: KnownUser, sentence: str, warning: str | None, as_json: bool) -> None:
    more = {"warning": warning} if warning else {}
    print_result(_document(known) | more, "\n".join(filter(None, [sentence, warning])), as_json)


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
