"""The command line: sets up a database and starts the service or the emulator.

Exit codes: 0 done, 1 refused (`doctor`: something is wrong), 2 wrong usage, 3 database, settings or
Twilio not usable.
"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from evovoice.cli.accounts import account
from evovoice.cli.audit import audit, log
from evovoice.cli.doctor import doctor
from evovoice.cli.keys import key
from evovoice.cli.numbers import number
from evovoice.cli.output import database_address, print_result, printable, with_json
from evovoice.cli.people import user
from evovoice.cli.personal_data import personal_data
from evovoice.cli.sessions import session
from evovoice.cli.sign_in import second_factor, single_sign_on
from evovoice.cli.user_import import user_export, user_import
from evovoice.cli.worker_metrics import worker_metrics
from evovoice.environment import environment
from evovoice.factory import create_worker_from_env, require_migrations
from evovoice.log_setup import begin_log
from evovoice.release import running_version
from evovoice.services.errors import Refusal, SetupProblem
from evovoice.settings import SettingsError, from_env, listening_address, process_count
from evovoice.storage.database.backup import NoBackup, back_up
from evovoice.storage.migrations.upgrade import head, upgrade
from evovoice.storage.unit_of_work import DatabaseUnavailable

_REFUSED, _USAGE, _NOT_USABLE, _INTERRUPTED = 1, 2, 3, 130


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
    except Refusal as refusal:
        return _complain(arguments, str(refusal), _REFUSED)
    except (DatabaseUnavailable, SettingsError) as error:
        return _complain(arguments, str(error), _NOT_USABLE)
    except UnicodeEncodeError as error:
        if not _is_of(error, arguments):
            raise
        code = _complain(arguments, "What was typed is not in UTF-8.", _USAGE)
    return code if isinstance(code, int) else 0


def _is_of(error: UnicodeEncodeError, arguments: Sequence[str]) -> bool:
    """Whether it is about what an argument has, such as bytes of another encoding."""
    return error.object[error.start : error.end] in "\0".join(arguments)


def _complain(arguments: Sequence[str], sentence: str, code: int) -> int:
    as_json = "--json" in arguments
    shown = json.dumps({"error": sentence}) if as_json else f"evovoice: {printable(sentence)}"
    click.echo(shown, err=True)
    return code


def _usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "evovoice"
    return f"{error.format_message()} See `{path} --help`."


@click.group()
@click.version_option(running_version(os.environ), message="%(prog)s %(version)s")
def commands() -> None:
    """evovoice: turns a live call into a conference.

    Set up: `db upgrade`, `account add`, `user add`, `number add`, `key add`; then `serve`.
    `doctor` says whether Twilio is set up to match.
    Settings come from the environment and, where that lacks them, from a file .env in the working
    folder; DATABASE_URL says where the database is (without it: sqlite:///var/evovoice.db).
    """


# --- db ------------------------------------------------------------------------------------------


@commands.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@with_json
def db_upgrade(as_json: bool) -> None:
    """Make the tables, or bring them to the newest form; safe to repeat.

    Reads DATABASE_URL. Run it before every start of a new version.
    """
    revision = upgrade(database_address())
    sentence = f"The database is at revision {revision}."
    if revision != head():
        sentence += " A newer version has made it; this one serves on it too, and changed nothing."
    print_result({"revision": revision}, sentence, as_json)


@db.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_json
def db_backup(file: Path, as_json: bool) -> None:
    """Copy an SQLite database into FILE, while it is served; FILE must not be there yet.

    For PostgreSQL, and for how to restore either, see docs/backup.md.
    """
    try:
        size = back_up(database_address(), file)
    except NoBackup as problem:
        raise SetupProblem(f"{problem}.") from None
    print_result({"file": str(file), "bytes": size}, f"Copied {size} bytes to {file}.", as_json)


for command in (user_import, user_export, second_factor, single_sign_on):
    user.add_command(command)
for group in (account, user, number, key, session, personal_data, audit, log, doctor):
    commands.add_command(group)


# --- programs ------------------------------------------------------------------------------------


@commands.command()
@click.option(
    "-c", "--config", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
    help="Settings for gunicorn; without it gunicorn.conf.py of the working folder, if there.",
)  # fmt: skip
@with_json
def serve(config: str | None, as_json: bool) -> None:
    """Serve calls and the API with gunicorn on PORT (8000 without it), until stopped.

    gunicorn gets the project's own settings first, then those of FILE: it says only what is to be
    otherwise, and its hooks run besides ours. Run `evovoice db upgrade` first.
    """
    del as_json  # says how errors are printed; see `main`
    environ = environment()
    begin_log(environ)
    from_env(environ)
    process_count(environ)
    listening_address(environ)
    require_migrations(database_address())
    file = Path(config or "gunicorn.conf.py")
    if file.exists():
        os.environ["EVOVOICE_GUNICORN_CONF"] = str(file.absolute())
    packaged = str(Path(__file__).parents[1] / "gunicorn_serve_conf.py")
    app = "evovoice.factory:create_app_from_env()"
    sys.stdout.flush()
    arguments = [sys.executable, "-m", "gunicorn", "--config", packaged, app]
    os.execvp(sys.executable, arguments)  # noqa: S606 (no shell; gunicorn takes this process over)


@commands.command()
@with_json
def worker(as_json: bool) -> None:
    """Run the background in a process of its own, until stopped by SIGTERM or SIGINT.

    That is: orders to Twilio that are due, questions about sessions of which nothing was heard, and
    what may be archived or forgotten. Set EVOVOICE_BACKGROUND=worker for those who serve, so that
    they leave it to this one. A second worker is harmless. With EVOVOICE_METRICS_PORT it tells its
    own figures there. Run `evovoice db upgrade` first.
    """
    del as_json
    background = create_worker_from_env()
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # the threads to come inherit it
    with worker_metrics(environment(), background.context):
        background.start()
        signal.sigwait(ends)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ends)  # who cannot wait for the end may say it again
    background.stop()


@commands.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def emulator(arguments: tuple[str, ...]) -> int:
    """Run the local Twilio for tests and demos; `evovoice emulator --help` has its options."""
    from evovoice.emulator.server import main as run  # noqa: PLC0415 (slow; others go without)

    try:
        return run(list(arguments))
    except SystemExit as end:  # how argparse says that help was shown or an option is wrong
        return end.code if isinstance(end.code, int) else _USAGE
