"""The command line: sets up a database and starts the service or the emulator.

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 database or settings not usable.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

from evovoice.domain.values import Role
from evovoice.services import administration
from evovoice.services.errors import SetupProblem
from evovoice.settings import SettingsError, database_url, from_env
from evovoice.storage.unit_of_work import Database, DatabaseUnavailable
from evovoice.storage.upgrade import head, upgrade

_REFUSED, _USAGE, _NOT_USABLE, _INTERRUPTED = 1, 2, 3, 130

Command = TypeVar("Command", bound=Callable[..., object])


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the answer is the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = commands.main(arguments, prog_name="evovoice", standalone_mode=False)
    except click.exceptions.Abort:
        return _complain(arguments, "Stopped before anything was done.", _INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as question:
        click.echo(question.format_message(), err=True)
        return _USAGE
    except click.UsageError as error:
        return _complain(arguments, _usage(error), _USAGE)
    except SetupProblem as problem:
        return _complain(arguments, str(problem), _REFUSED)
    except (DatabaseUnavailable, SettingsError) as error:
        return _complain(arguments, str(error), _NOT_USABLE)
    return code if isinstance(code, int) else 0


def _complain(arguments: Sequence[str], sentence: str, code: int) -> int:
    as_json = "--json" in arguments
    click.echo(json.dumps({"error": sentence}) if as_json else f"evovoice: {sentence}", err=True)
    return code


def _usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "evovoice"
    return f"{error.format_message()} See `{path} --help`."


def _with_json(command: Command) -> Command:
    text = "Print exactly one JSON object and nothing else."
    return click.option("--json", "as_json", is_flag=True, help=text)(command)


def _answer(document: dict[str, object], sentence: str, as_json: bool) -> None:
    click.echo(json.dumps(document) if as_json else sentence)


@contextmanager
def _database() -> Iterator[Database]:
    database = Database(_database_url())
    try:
        if not database.is_ready():
            raise DatabaseUnavailable(
                "The database cannot be reached or lacks its newest tables; "
                "check DATABASE_URL and run `evovoice db upgrade`."
            )
        yield database
    finally:
        database.dispose()


def _database_url() -> str:
    """Where the database is; the folder of the default one is made on first use."""
    url = database_url(os.environ)
    if not os.environ.get("DATABASE_URL"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return url


@click.group()
def commands() -> None:
    """evovoice: turns a live call into a conference.

    Set up: `db upgrade`, `account add`, `user add`, `number add`, `key add`; then `serve`.
    Settings come from the environment; DATABASE_URL says where the database is (without it:
    sqlite:///var/evovoice.db).
    """


# --- db ------------------------------------------------------------------------------------------


@commands.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@_with_json
def db_upgrade(as_json: bool) -> None:
    """Make the tables, or bring them to the newest form; safe to repeat.

    Reads DATABASE_URL. Run it before every start of a new version.
    """
    upgrade(_database_url())
    _answer({"revision": head()}, f"The database is at revision {head()}.", as_json)


# --- accounts, users, numbers, keys ---------------------------------------------------------------


@commands.group()
def account() -> None:
    """The accounts (tenants)."""


@account.command("add")
@click.argument("name")
@click.option("--country", required=True, help="Two letters, such as US: completes numbers.")
@_with_json
def account_add(name: str, country: str, as_json: bool) -> None:
    """Add an account and print its id."""
    with _database() as database:
        added = administration.add_account(database, name, country)
    document = {"id": added.id, "name": added.name, "country": added.country}
    _answer({**document}, f"Added account {added.name} ({added.country}): {added.id}", as_json)


@commands.group()
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
@_with_json
def user_add(
    name: str, account_id: str, email: str, password: str | None, password_stdin: bool,
    role: str, as_json: bool,
) -> None:  # fmt: skip
    """Add a user and print their id and identity (the client name of their device).

    Without --password and --password-stdin the password is asked for.
    """
    secret = _password(password, password_stdin)
    with _database() as database:
        added = administration.add_user(database, account_id, name, email, secret, role)
    document: dict[str, object] = {
        "id": added.id, "identity": added.identity, "accountId": added.account_id,
        "name": added.name, "email": added.email, "role": added.role.value,
    }  # fmt: skip
    sentence = f"Added {added.role.value} {added.name}: {added.id}, device {added.identity}"
    _answer(document, sentence, as_json)


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


@commands.group()
def number() -> None:
    """The telephone numbers of accounts."""


@number.command("add")
@click.argument("e164", metavar="+E164")
@click.option("--account", "account_id", required=True, help="Id of the account that owns it.")
@click.option("--agent", "agents", multiple=True, help="Id of a user it rings; repeatable.")
@_with_json
def number_add(e164: str, account_id: str, agents: tuple[str, ...], as_json: bool) -> None:
    """Add a telephone number such as +12025550123.

    The account's first number is shown to those its users call, unless they choose another.
    """
    with _database() as database:
        added = administration.add_number(database, account_id, e164, agents)
    document: dict[str, object] = {
        "number": added.e164,
        "accountId": added.account_id,
        "agents": [agent.id for agent in added.agents],
    }
    rung = ", ".join(agent.name for agent in added.agents) or "nobody"
    _answer(document, f"Added number {added.e164}; a call to it rings {rung}.", as_json)


@commands.group()
def key() -> None:
    """The API keys."""


@key.command("add")
@click.option("--user", "user_id", required=True, help="Id of the user the key acts as.")
@_with_json
def key_add(user_id: str, as_json: bool) -> None:
    """Make an API key for `Authorization: Bearer`; it is shown this once."""
    with _database() as database:
        added = administration.add_key(database, user_id, datetime.now(UTC))
    sentence = f"API key {added.id} of {added.user.name}, shown only now:\n{added.key}"
    _answer({"id": added.id, "key": added.key, "userId": added.user.id}, sentence, as_json)


# --- programs ------------------------------------------------------------------------------------


@commands.command()
@_with_json
def serve(as_json: bool) -> None:
    """Serve calls and the API with gunicorn on PORT (8000 without it), until stopped.

    A file gunicorn.conf.py in the working folder replaces the project's own settings. Run
    `evovoice db upgrade` first.
    """
    del as_json  # says how errors are printed; see `main`
    from_env(os.environ)
    _database_url()
    own, packaged = Path("gunicorn.conf.py"), Path(__file__).with_name("gunicorn_conf.py")
    config = str(own if own.exists() else packaged)
    app = "evovoice.factory:create_app_from_env()"
    sys.stdout.flush()
    arguments = [sys.executable, "-m", "gunicorn", "--config", config, app]
    os.execvp(sys.executable, arguments)  # noqa: S606 (no shell; gunicorn takes this process over)


@commands.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def emulator(arguments: tuple[str, ...]) -> int:
    """Run the local Twilio for tests and demos; `evovoice emulator --help` has its options."""
    try:
        from evovoice.emulator.server import main as run  # noqa: PLC0415 (needs the extra)
    except ModuleNotFoundError as error:
        if error.name != "aiohttp":
            raise
        raise SettingsError(
            "The emulator needs aiohttp; install it with: pip install 'evovoice[emulator]'."
        ) from None
    try:
        return run(list(arguments))
    except SystemExit as end:  # how argparse says that help was shown or an option is wrong
        return end.code if isinstance(end.code, int) else _USAGE
