"""The commands for the second factors of users."""

from datetime import UTC, datetime

import click

from evovoice.cli.output import opened_database, print_result, with_json
from evovoice.services import administration


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
        user, was_on = administration.reset_second_factor(database, wanted, datetime.now(UTC))
    done = "has no second factor any more" if was_on else "had no second factor"
    print_result({"id": user.id, "wasEnabled": was_on}, f"{user.name} ({user.id}) {done}.", as_json)
