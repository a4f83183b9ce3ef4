"""The commands for API keys."""

from datetime import UTC, datetime

import click

from evovoice.cli.output import moment_text, opened_database, print_result, with_json
from evovoice.services import administration
from evovoice.storage.unit_of_work import ApiKey


@click.group()
def key() -> None:
    """The API keys."""


@key.command("add")
@click.option("--user", "user_id", required=True, help="Id of the user the key acts as.")
@with_json
def key_add(user_id: str, as_json: bool) -> None:
    """Make an API key for `Authorization: Bearer`; it is shown this once."""
    with opened_database() as database:
        added = administration.add_key(database, user_id, datetime.now(UTC))
    sentence = f"API key {added.id} of {added.user.name}, shown only now:\n{added.key}"
    print_result({"id": added.id, "key": added.key, "userId": added.user.id}, sentence, as_json)


@key.command("list")
@click.option("--user", "wanted", required=True, help="Id or e-mail address of the user.")
@with_json
def key_list(wanted: str, as_json: bool) -> None:
    """List the API keys of a user, oldest first; the keys themselves are stored nowhere."""
    with opened_database() as database:
        keys = administration.keys_of(database, wanted)
    lines = [f"{one.id}  made {moment_text(one.created_at)}  {_state(one)}" for one in keys]
    sentence = "\n".join(lines) or "This user has no API keys."
    print_result({"keys": [_document(one) for one in keys]}, sentence, as_json)


@key.command("revoke")
@click.argument("key_id")
@with_json
def key_revoke(key_id: str, as_json: bool) -> None:
    """End the API key KEY_ID at once, for good; safe to repeat.

    The user still signs in and their device still rings: `user disable` ends that.
    """
    with opened_database() as database:
        revoked = administration.revoke_key(database, key_id, datetime.now(UTC))
    print_result(_document(revoked), f"API key {revoked.id} is {_state(revoked)}.", as_json)


def _document(one: ApiKey) -> dict[str, object]:
    revoked = moment_text(one.revoked_at) if one.revoked_at else None
    created = moment_text(one.created_at)
    return {"id": one.id, "userId": one.user_id, "createdAt": created, "revokedAt": revoked}


def _state(one: ApiKey) -> str:
    return f"revoked {moment_text(one.revoked_at)}" if one.revoked_at else "valid"
