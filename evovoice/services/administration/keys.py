"""The API keys, with which programs act as a user."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.values import User
from evovoice.services.administration.actors import OPERATOR, Actor, keep_record, managed, present
from evovoice.services.administration.refusals import KeyNotFound, UserIsDisabled
from evovoice.services.administration.typed_values import read_name
from evovoice.services.auth.credentials import new_key
from evovoice.services.errors import SetupProblem, UserNotFound
from evovoice.storage.unit_of_work import ApiKey, Database, UnitOfWork


@dataclass(frozen=True, slots=True, repr=False)
class NewKey:
    """An API key that was made; `key` is nowhere else and is shown once."""

    known: ApiKey
    user: User
    key: str

    @property
    def id(self) -> str:
        """The id of the key, which is no secret."""
        return self.known.id


def add_key(
    database: Database, wanted: str, now: datetime, name: str = "",
    expires_at: datetime | None = None, by: Actor = OPERATOR,
) -> NewKey:  # fmt: skip
    """Make an API key with which a program acts as that user; `name` says what it is for.

    With `expires_at` it ends by itself then.
    """
    if expires_at is not None and expires_at <= now:
        raise SetupProblem("A key ends after now, or never.")
    key_id, key, key_digest = new_key()
    with database.writing() as work:
        by = present(work, by)
        known = managed(work, by, wanted)
        if known.disabled_at is not None:
            raise UserIsDisabled(known.user.name, known.user.id)
        maker_id = by.id if isinstance(by, User) else None
        made = ApiKey(
            key_id, known.user.id, now, name=read_name(name) if name else "",
            expires_at=expires_at, maker_id=maker_id,
        )  # fmt: skip
        work.api_keys.add(known.user.account_id, made, key_digest)
        keep_record(work, by, "key.made", key_id, known.user.account_id, user=known.user.id)
    return NewKey(made, known.user, key)


def keys_of(database: Database, wanted: str, by: Actor = OPERATOR) -> list[ApiKey]:
    """The API keys of a user whom they may act on, oldest first."""
    with database.reading() as work:
        return work.api_keys.of_user(managed(work, by, wanted).user.id)


def revoke_key(database: Database, key_id: str, now: datetime, by: Actor = OPERATOR) -> ApiKey:
    """End an API key at once, and the streams it has opened; one that has ended stays as it is."""
    with database.writing() as work:
        user = _user_of(work, key_id, by)
        if _key(work, key_id).revoked_at is None:
            work.api_keys.revoke(key_id, now)
            work.feed.add_access_change(user, now)
            keep_record(work, by, "key.revoked", key_id, user.account_id, user=user.id)
        return _key(work, key_id)


def _user_of(work: UnitOfWork, key_id: str, by: Actor) -> User:
    """Whose key that is, whom they may act on. A key of one out of reach looks like none."""
    user_id = _key(work, key_id).user_id
    deleted = work.known_users.find_deleted(user_id)
    if deleted is not None and not isinstance(by, User):
        return deleted.user
    try:
        return managed(work, by, user_id).user
    except UserNotFound:
        raise KeyNotFound(key_id) from None


def _key(work: UnitOfWork, key_id: str) -> ApiKey:
    key = work.api_keys.by_id(key_id)
    if key is None:
        raise KeyNotFound(key_id)
    return key
