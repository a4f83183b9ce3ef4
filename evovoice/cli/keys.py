"""The commands for API keys."""

from datetime import UTC, datetime, timedelta

import click

from evovoice.cli.output import moment_text, opened_database, print_result, with_json
from evovoice.services import administration
from evovoice.storage.unit_of_work import ApiKey
from evovoice.web.dto.api_keys import ManagedKeySchema, managed_key


@click.group()
def key() -> None:
    """The API keys."""


@key.command("add")
@click.option("--user", "wanted", required=True, help="Id or e-mail address of the user.")
@click.option("--name", default="", help="What the key is for.")
@click.option(
    "--days", type=click.IntRange(1, 3650), help="After how many days it ends; without it, never."
)
@with_json
def key_add(wanted: str, name: str, days: int | None, as_json: bool) -> None:
    """Make an API key for `Authorization: Bearer`; it is shown this once.

    A program with it acts as the user.
    """
    now = datetime.now(UTC)
    expires_at = now + timedelta(days=days) if days is not None else None
    with opened_database() as database:
        added = administration.add_key(database, wanted, now, name, expires_at)
    sentence = f"API key {added.id} of {added.user.name}, shown only now:\n{added.key}"
    print_result(_document(added.known) | {"key": added.key}, sentence, as_json)


@key.command("list")
@click.option("--user", "wanted", required=True, help="Id or e-mail address of the user.")
@with_json
def key_list(wanted: str, as_json: bool) -> None:
    """List the API keys of a user, oldest first; the keys themselves are stored nowhere."""
    now = datetime.now(UTC)
    with opened_database() as database:
        keys = administration.keys_of(database, wanted)
    sentence = "\n".join(_line(one, now) for one in keys) or "This user has no API keys."
    print_result({"keys": [_document(one) for one in keys]}, sentence, as_json)


@key.command("revoke")
@click.argument("key_id")
@with_json
def key_revoke(key_id: str, as_json: bool) -> None:
    """End the API key KEY_ID at once, for good; safe to repeat.

    The user still signs in and their device still rings: `user disable` ends that.
    """
    now = datetime.now(UTC)
    with opened_database() as database:
        revoked = administration.revoke_key(database, key_id, now)
    print_result(_document(revoked), f"API key {revoked.id} is {_state(revoked, now)}.", as_json)


def _document(one: ApiKey) -> dict[str, object]:
    """As the API shows it."""
    shown: dict[str, object] = ManagedKeySchema().dump(managed_key(one))
    return shown


def _line(one: ApiKey, now: datetime) -> str:
    used = f"used {moment_text(one.used_at)}" if one.used_at else "never used"
    made = f"made {moment_text(one.created_at)}"
    return "  ".join(filter(None, [one.id, one.name, made, used, _state(one, now)]))


def _state(one: ApiKey, now: datetime) -> str:
    if one.revoked_at:
        return f"revoked {moment_text(one.revoked_at)}"
    if one.expires_at is None:
        return "valid"
    word = "expired" if one.expires_at <= now else "valid until"
    return f"{word} {moment_text(one.expires_at)}"
