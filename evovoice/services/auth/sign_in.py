"""Who is asking: the user behind an API key, an e-mail address and password, or a login."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from evovoice.domain.values import Account, Role, User
from evovoice.services.auth.credentials import digest, new_login_id, new_login_secret
from evovoice.services.auth.password_check import PasswordCheck
from evovoice.services.errors import AboveOwnRole, NotSignedIn, UserNotFound, WrongPassword
from evovoice.storage.unit_of_work import Database, LoginKind

LIFETIMES = {
    LoginKind.SESSION: timedelta(weeks=2),
    LoginKind.PERMANENT: timedelta(weeks=4),
    LoginKind.TOKEN: timedelta(days=1),
}


@dataclass(frozen=True, slots=True, repr=False)
class NewLogin:
    """A login that was made. A client keeps two new secrets; `kind` says which is the login."""

    user: User
    kind: LoginKind
    session_secret: str
    permanent_secret: str

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

    # --- who is it? ------------------------------------------------------------------------------

    def user_of_key(self, key: str) -> User:
        """The owner of an API key. Errors: `NotSignedIn`."""
        with self._database.autocommit() as work:
            user = work.directory.user_of_key(digest(key))
        if user is None:
            raise NotSignedIn
        return user

    def user_of_password(self, name: str, password: str, address: str) -> User:
        """The user with that e-mail address and password. Errors: `NotSignedIn`,
        `TooManyLogins`; `address` is where the request comes from.
        """
        user = self._passwords.user(name, password, address)
        if user is None:
            raise NotSignedIn
        return user

    def user_of_login(self, secret: str) -> User:
        """Who was given that secret by a sign-in. Errors: `NotSignedIn`."""
        mark, now = digest(secret), self._clock()
        with self._database.autocommit() as work:
            found = work.logins.find(mark, now)
        if found is None:
            raise NotSignedIn
        if not found.is_fresh:
            with self._database.writing() as work:
                work.logins.note_use(mark, now)
        return found.user

    # --- logins ----------------------------------------------------------------------------------

    def sign_in(self, name: str, password: str, address: str, remember: bool) -> NewLogin:
        """A new login for the user with that name and password.

        Errors: `WrongPassword`, `TooManyLogins`.
        """
        user = self._passwords.user(name, password, address)
        if user is None:
            raise WrongPassword
        return self._new_login(user, LoginKind.PERMANENT if remember else LoginKind.SESSION)

    def sign_out(self, secrets: Iterable[str]) -> None:
        """Void these logins at once; secrets that are none are passed over."""
        marks, now = [digest(secret) for secret in secrets], self._clock()
        if not marks:
            return
        with self._database.writing() as work:
            for mark in marks:
                work.logins.void(mark, now)

    def auth_token(self, actor: User, email: str, user_id: str) -> str:
        """An impersonation token: it authenticates its holder as that user for a day.

        Errors: `UserNotFound`, also for users of other accounts; `AboveOwnRole`.
        """
        user = self._user_meant(email, user_id)
        if user is None or not _may_see(actor, user):
            raise UserNotFound(user_id or email)
        if list(Role).index(user.role) > list(Role).index(actor.role):
            raise AboveOwnRole
        return self._new_login(user, LoginKind.TOKEN).secret

    def accounts_of(self, user: User) -> list[Account]:
        """The accounts whose sessions the user may see."""
        with self._database.reading() as work:
            if user.role is Role.SYSTEM_ADMINISTRATOR:
                return work.directory.accounts()
            own = work.directory.account(user.account_id)
        return [own] if own else []

    def _new_login(self, user: User, kind: LoginKind) -> NewLogin:
        login = NewLogin(user, kind, new_login_secret(), new_login_secret())
        mark, now = digest(login.secret), self._clock()
        with self._database.writing() as work:
            work.logins.add(user, new_login_id(), mark, kind, now, LIFETIMES[kind])
        return login

    def _user_meant(self, email: str, user_id: str) -> User | None:
        with self._database.reading() as work:
            if user_id:
                user = work.directory.user(user_id)
                return user if user and _folded(email) in {"", _folded(user.email)} else None
            known = work.directory.credentials(email)
        return known[0] if known else None


def _may_see(actor: User, user: User) -> bool:
    return actor.role is Role.SYSTEM_ADMINISTRATOR or actor.account_id == user.account_id


def _folded(text: str) -> str:
    return text.strip().casefold()
