"""Who is asking: the user behind an API key, an e-mail address and password, or a login."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

from evovoice import metrics
from evovoice.domain.values import Account, Role, User
from evovoice.services import audit
from evovoice.services.auth.credentials import digest
from evovoice.services.auth.guess_limits import Client
from evovoice.services.auth.new_logins import NewLogin, add_login, note_signed_in
from evovoice.services.auth.own_password import OwnPassword
from evovoice.services.auth.password_check import PasswordCheck
from evovoice.services.auth.second_factors import SecondFactors
from evovoice.services.auth.sign_in_trail import KeysUsed
from evovoice.services.auth.tokens import Tokens, origin_counts
from evovoice.services.errors import (
    BasicIsNotEnough,
    NotSignedIn,
    SecondFactorNeeded,
    WrongCode,
    WrongPassword,
)
from evovoice.storage.unit_of_work import Database, DatabaseUnavailable, LoginKind


class SignIn:
    """Checks credentials; every failure looks the same from outside and costs the same."""

    def __init__(
        self, database: Database, passwords: PasswordCheck, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self.tokens = Tokens(database, clock)
        self.own_password = OwnPassword(database, passwords, clock)
        self.second_factors = SecondFactors(database, passwords, clock)
        self._keys = KeysUsed(database, clock)

    # --- who is it? ------------------------------------------------------------------------------

    def user_of_key(self, key: str) -> User:
        """The owner of an API key. Errors: `NotSignedIn`."""
        mark, now = digest(key), self._clock()
        with self._database.autocommit() as work:
            found = work.api_keys.find(mark, now)
        if found is None:
            metrics.REFUSED_SIGN_INS.labels("unknown_key").inc()
            raise NotSignedIn
        if not found.is_fresh:
            with suppress(DatabaseUnavailable), self._database.writing() as work:
                work.api_keys.note_use(
                    mark, now
                )  # where it takes no changes, the next use is noted
        self._keys.note(found.user, mark)
        return found.user

    def user_of_password(self, name: str, password: str, client: Client) -> User:
        """The user with that e-mail address and password, who has no second factor.

        Errors: `NotSignedIn`, `BasicIsNotEnough`, `TooManyLogins`.
        """
        found = self._passwords.verified(name, password, client)
        if found is None:
            raise NotSignedIn
        if found.has_second_factor:
            raise BasicIsNotEnough
        return found.user

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
        replaced: Iterable[str] = (), code: str = "",
    ) -> NewLogin:  # fmt: skip
        """A new login for the user with that name and password and, where they have a second
        factor, that code. It takes the place of those with the secrets `replaced`, whoever they
        let in.

        Errors: `WrongPassword`, `SecondFactorNeeded`, `WrongCode`, `TooManyLogins`.
        """
        found = self._passwords.verified(name, password, client, makes_login=True)
        if found is None:
            raise WrongPassword
        if found.has_second_factor:
            self._require_code(found.user, code, client)
        kind = LoginKind.PERMANENT if remember else LoginKind.SESSION
        device_cookie, now = self._passwords.device_cookie(name, client), self._clock()
        with self._database.writing() as work:
            if work.directory.credentials(name) != found:
                raise WrongPassword  # what lets them in has changed since it was checked
            for secret in replaced:
                work.logins.void(digest(secret), now)
            login = add_login(work, found.user, kind, device_cookie, now)
            note_signed_in(work, login, "password", now)
        return login

    def _require_code(self, user: User, code: str, client: Client) -> None:
        if not code.strip():
            raise SecondFactorNeeded
        if not self.second_factors.accepts(user, code, client):
            raise WrongCode

    def sign_out(self, secrets: Iterable[str]) -> None:
        """Void these logins at once; secrets that are none are passed over."""
        marks, now = [digest(secret) for secret in secrets], self._clock()
        if not marks:
            return
        with self._database.writing() as work:
            for mark in marks:
                found = work.logins.find(mark, now)
                if work.logins.void(mark, now) and found is not None:
                    details = {"login": found.id}
                    audit.record(
                        work, "user.signed_out", found.user.id, details=details, by=found.user,
                        now=now,
                    )  # fmt: skip

    def accounts_of(self, user: User) -> list[Account]:
        """The accounts whose sessions the user may see."""
        with self._database.reading() as work:
            if user.role is Role.SYSTEM_ADMINISTRATOR:
                return work.directory.accounts()
            own = work.directory.account(user.account_id)
        return [own] if own else []
