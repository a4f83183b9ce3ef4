"""Who is asking: the user behind an API key, an e-mail address and password, or a login."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from evovoice.domain.values import Account, Role, User
from evovoice.services.auth.credentials import digest, new_login_id, new_login_secret
from evovoice.services.auth.guess_limits import Client
from evovoice.services.auth.password_check import PasswordCheck
from evovoice.services.auth.tokens import Tokens, origin_counts
from evovoice.services.errors import NotSignedIn, WrongPassword
from evovoice.storage.unit_of_work import Database, LoginKind

_log = logging.getLogger(__name__)

LIFETIMES = {LoginKind.SESSION: timedelta(weeks=2), LoginKind.PERMANENT: timedelta(weeks=4)}


@dataclass(frozen=True, slots=True, repr=False)
class NewLogin:
    """A login that was made. A client keeps two new secrets; `kind` says which is the login.

    `device_cookie` makes its device known, and lets nobody in.
    """

    user: User
    kind: LoginKind
    session_secret: str
    permanent_secret: str
    device_cookie: str

    @property
    def secret(self) -> str:
        """The secret of the two that authenticates its holder."""
        is_permanent = self.kind is LoginKind.PERMANENT
        return self.permanent_secret if is_permanent else self.session_secret


class SignIn:
    """Checks credentials; every failure looks the same from outside and costs the same."""

    def __init__(
        self, database: Database, passwords: PasswordCheck, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self.tokens = Tokens(database, clock)

    # --- who is it? ------------------------------------------------------------------------------

    def user_of_key(self, key: str) -> User:
        """The owner of an API key. Errors: `NotSignedIn`."""
        with self._database.autocommit() as work:
            user = work.directory.user_of_key(digest(key))
        if user is None:
            raise NotSignedIn
        return user

    def user_of_password(self, name: str, password: str, client: Client) -> User:
        """The user with that e-mail address and password. Errors: `NotSignedIn`,
        `TooManyLogins`.
        """
        user = self._passwords.user(name, password, client)
        if user is None:
            raise NotSignedIn
        return user

    def user_of_login(self, secret: str) -> User:
        """Who was given that secret by a sign-in. Errors: `NotSignedIn`."""
        mark, now = digest(secret), self._clock()
        with self._database.autocommit() as work:
            found = work.logins.find(mark, now)
            if found is None or not origin_counts(work, found, now):
                raise NotSignedIn
        if not found.is_fresh:
            with self._database.writing() as work:
                work.logins.note_use(mark, now)
        return found.user

    # --- logins ----------------------------------------------------------------------------------

    def sign_in(
        self, name: str, password: str, client: Client, remember: bool,
        replaced: Iterable[str] = (),
    ) -> NewLogin:  # fmt: skip
        """A new login for the user with that name and password. It takes the place of those with
        the secrets `replaced`, whoever they let in.

        Errors: `WrongPassword`, `TooManyLogins`.
        """
        user = self._passwords.user(name, password, client)
        if user is None:
            raise WrongPassword
        kind = LoginKind.PERMANENT if remember else LoginKind.SESSION
        device_cookie = self._passwords.device_cookie(name, client)
        login = NewLogin(user, kind, new_login_secret(), new_login_secret(), device_cookie)
        login_id, now = new_login_id(), self._clock()
        with self._database.writing() as work:
            for secret in replaced:
                work.logins.void(digest(secret), now)
            work.logins.add(user, login_id, digest(login.secret), kind, now, LIFETIMES[kind])
        _log.info("%s signed in: %s", user.id, login_id)
        return login

    def sign_out(self, secrets: Iterable[str]) -> None:
        """Void these logins at once; secrets that are none are passed over."""
        marks, now = [digest(secret) for secret in secrets], self._clock()
        if not marks:
            return
        with self._database.writing() as work:
            for mark in marks:
                work.logins.void(mark, now)

    def accounts_of(self, user: User) -> list[Account]:
        """The accounts whose sessions the user may see."""
        with self._database.reading() as work:
            if user.role is Role.SYSTEM_ADMINISTRATOR:
                return work.directory.accounts()
            own = work.directory.account(user.account_id)
        return [own] if own else []
