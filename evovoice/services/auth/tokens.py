"""Impersonation tokens: with one its holder is somebody else for a day.

A token ends with whatever let its maker in, and with its maker: else who was let go would be let in
by what they had made before. It makes no tokens, which would renew it for ever.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from evovoice.domain.values import User, folded
from evovoice.services import audit
from evovoice.services.auth.credentials import digest, new_login_id, new_login_secret
from evovoice.services.errors import AboveOwnRole, NotSignedIn, TokenMakesNone, UserNotFound
from evovoice.storage.unit_of_work import (
    Database,
    FoundLogin,
    LoginKind,
    MadeWith,
    Origin,
    UnitOfWork,
)

_LIFETIME = timedelta(days=1)


def origin_counts(work: UnitOfWork, login: FoundLogin, now: datetime) -> bool:
    """Whether the maker of a token could make it today: they are still there, and what it was made
    with, and neither their role nor that of the user has changed too far; True for others.
    """
    if login.origin is None:
        return True
    maker = work.directory.user(login.origin.maker_id)
    if maker is None or not maker.oversees or login.user.outranks(maker):
        return False
    return work.logins.parent_counts(maker, login.origin, now)


class Tokens:
    """Makes tokens. Errors of every way: `UserNotFound`, also for users of other accounts;
    `AboveOwnRole`; `NotSignedIn` where the credentials have ended meanwhile.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def with_password(self, actor: User, email: str, user_id: str) -> str:
        """A token for the user with that e-mail address or id, made by who has shown a password."""
        return self._made(actor, Origin(actor.id, MadeWith.PASSWORD), email, user_id, _LIFETIME)

    def with_key(self, actor: User, key: str, email: str, user_id: str) -> str:
        """The same, made with an API key."""
        with self._database.autocommit() as work:
            found = work.api_keys.by_digest(digest(key))
        if found is None:
            raise NotSignedIn
        origin = Origin(actor.id, MadeWith.KEY, found.id)
        return self._made(actor, origin, email, user_id, _LIFETIME)

    def with_login(self, actor: User, secret: str, email: str, user_id: str) -> str:
        """The same, made with a login, and no longer than it. Errors: also `TokenMakesNone`."""
        now = self._clock()
        with self._database.autocommit() as work:
            found = work.logins.find(digest(secret), now)
        if found is None:
            raise NotSignedIn
        if found.kind is LoginKind.TOKEN:
            raise TokenMakesNone
        origin = Origin(actor.id, MadeWith.LOGIN, found.id)
        lifetime = min(_LIFETIME, found.expires_at - now)
        return self._made(actor, origin, email, user_id, lifetime)

    def refuse_token(self, secret: str, made: str) -> None:
        """Refuse who shows a token to make what outlives it. Errors: `TokenMakesNone`."""
        with self._database.autocommit() as work:
            found = work.logins.find(digest(secret), self._clock())
        if found is not None and found.kind is LoginKind.TOKEN:
            raise TokenMakesNone(made)

    def _made(
        self, actor: User, origin: Origin, email: str, user_id: str, lifetime: timedelta
    ) -> str:
        user = self._user_meant(email, user_id)
        if user is None or not actor.sees(user.account_id):
            raise UserNotFound(user_id or email)
        if user.outranks(actor):
            raise AboveOwnRole
        login_id, secret, now = new_login_id(), new_login_secret(), self._clock()
        with self._database.writing() as work:
            work.logins.add(user, login_id, digest(secret), LoginKind.TOKEN, now, lifetime, origin)
            details = {
                "token": login_id, "with": origin.made_with.value, "parent": origin.parent_id
            }  # fmt: skip
            audit.record(
                work, "token.made", user.id, user.account_id, details=details, by=actor, now=now
            )  # fmt: skip
        return secret

    def _user_meant(self, email: str, user_id: str) -> User | None:
        with self._database.reading() as work:
            if user_id:
                user = work.directory.user(user_id)
                return user if user and folded(email) in {"", folded(user.email)} else None
            known = work.directory.credentials(email)
        return known.user if known else None
