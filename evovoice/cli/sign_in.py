"""The commands for second factors and single sign-on of users."""

from datetime import UTC, datetime

import click

from evovoice.cli.output import opened_database, print_result, with_json
from evovoice.services import administration, sign_in_setup


@click.group("second-factor")
def second_factor() -> None:
    """The second factors of users."""


@second_factor.command("reset")
@click.argument("wanted", metavar="USER")
@with_json
def second_factor_reset(wanted: str, as_json: bool) -> None:
    """Let USER (an id or e-mail address) in by the password alone, who has lost the device with
    their codes.

    Every login and token of the user ends; API keys stay. Make sure that it is they who ask.
    """
    with opened_database() as database:
        known, was_on = administration.reset_second_factor(database, wanted, datetime.now(UTC))
    user = known.user
    done = "has no second factor any more" if was_on else "had no second factor"
    print_result({"id": user.id, "wasEnabled": was_on}, f"{user.name} ({user.id}) {done}.", as_json)


@click.group("single-sign-on")
def single_sign_on() -> None:
    """How users sign in by an identity provider."""


@single_sign_on.command("only")
@click.argument("wanted", metavar="USER")
@with_json
def single_sign_on_only(wanted: str, as_json: bool) -> None:
    """Take the password of USER (an id or e-mail address) away.

    Every login and token of the user ends; API keys stay. `user password` gives them one again.
    """
    with opened_database() as database:
        user = sign_in_setup.remove_password(database, wanted, datetime.now(UTC))
    sentence = f"{user.name} ({user.id}) has no password any more."
    print_result({"id": user.id}, sentence, as_json)


@single_sign_on.command("reset")
@click.argument("wanted", metavar="USER")
@with_json
def single_sign_on_reset(wanted: str, as_json: bool) -> None:
    """Forget by which name the identity provider knows USER (an id or e-mail address).

    The next time they are found by their e-mail address again. Every login and token ends.
    """
    with opened_database() as database:
        user = sign_in_setup.forget_identities(database, wanted, datetime.now(UTC))
    sentence = f"{user.name} ({user.id}) comes by single sign-on as for the first time."
    print_result({"id": user.id}, sentence, as_json)
