"""Second factors: set up and taken away by users themselves, asked for at a sign-in."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.values import User
from evovoice.services import audit
from evovoice.services.auth import one_time_codes
from evovoice.services.auth.guess_limits import Client
from evovoice.services.auth.guesses import Guesses
from evovoice.services.auth.new_logins import NewLogin, end_other_logins
from evovoice.services.auth.one_time_codes import TotpSecret
from evovoice.services.auth.password_check import PasswordCheck
from evovoice.services.auth.sign_in_trail import note_refused
from evovoice.services.errors import (
    NoSecondFactor,
    SecondFactorIsOn,
    WrongPresentCode,
)
from evovoice.storage.unit_of_work import Allowance, Database, SecondFactor, UnitOfWork

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Enrolment:
    """What the user's app is given, this once: the secret, and the same as an address."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class FactorState:
    """Since when a user has a second factor, and how many recovery codes are left."""

    since: datetime | None
    recovery_codes_left: int


@dataclass(frozen=True, slots=True, repr=False)
class Confirmed:
    """A factor that counts from now on. The codes are nowhere else and are shown once."""

    recovery_codes: list[str]
    login: NewLogin | None


class SecondFactors:
    """The factors of all users; `passwords` checks the present password."""

    def __init__(
        self, database: Database, passwords: PasswordCheck, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._guesses = Guesses(database, clock)
        self._clock = clock

    def state(self, user: User) -> FactorState:
        """What the user has."""
        with self._database.reading() as work:
            found = work.second_factors.find(user)
            left = work.second_factors.recovery_codes_left(user)
        return FactorState(found.confirmed_at if found else None, left)

    def begin(self, user: User, password: str, client: Client) -> Enrolment:
        """Make a secret for the user's app; it counts for nothing before a code has come of it.

        Errors: those of `PasswordCheck.present`, `SecondFactorIsOn`.
        """
        self._passwords.present(user, password, client)
        salt = one_time_codes.new_salt()
        secret = self._secret(user, salt)
        with self._database.writing() as work:
            if not work.second_factors.begin(user, salt, secret.mark, self._clock()):
                raise SecondFactorIsOn
        return Enrolment(secret.text, secret.uri(user.email))

    def confirm(self, user: User, code: str, client: Client, kept: str | None) -> Confirmed:
        """Let the factor count, with that code of the app; logins end as by a new password.

        Errors: `NoSecondFactor`, `SecondFactorIsOn`, `WrongPresentCode`, `TooManyLogins`.
        """
        found = self._found(user)
        if found is None:
            raise NoSecondFactor
        if found.confirmed_at is not None:
            raise SecondFactorIsOn
        allowances = self._take(user, code, client)
        step = self._step_of(user, found, one_time_codes.plain_code(code))
        if step is None:
            raise WrongPresentCode
        codes, now = one_time_codes.new_recovery_codes(), self._clock()
        digests = [one_time_codes.recovery_digest(user.id, one) for one in codes]
        device_cookie = self._passwords.device_cookie(user.email, client)
        with self._database.writing() as work:
            if not work.second_factors.confirm(user, found.salt, step, now):
                raise WrongPresentCode  # another was begun meanwhile
            work.second_factors.add_recovery_codes(user, digests)
            work.login_attempts.give_back(allowances)
            login = end_other_logins(work, user, kept, device_cookie, now)
            audit.record(work, "second_factor.confirmed", user.id, by=user, now=now)
        return Confirmed(codes, login)

    def disable(
        self, user: User, password: str, code: str, client: Client, kept: str | None
    ) -> NewLogin | None:
        """Take the factor away, with password and code; logins end as by a new password.

        Errors: those of `PasswordCheck.present`, `WrongPresentCode`, `NoSecondFactor`.
        """
        self._passwords.present(user, password, client)
        found = self._found(user)
        if found is None or found.confirmed_at is None:
            raise NoSecondFactor
        if not self.accepts(user, code, client):
            raise WrongPresentCode
        device_cookie, now = self._passwords.device_cookie(user.email, client), self._clock()
        with self._database.writing() as work:
            work.second_factors.remove(user)
            login = end_other_logins(work, user, kept, device_cookie, now)
            audit.record(work, "second_factor.disabled", user.id, by=user, now=now)
        return login

    def accepts(self, user: User, code: str, client: Client) -> bool:
        """Whether that is a code of the user's factor, which it is no more after this.

        Errors: `TooManyLogins`, before the code is looked at.
        """
        found, plain = self._found(user), one_time_codes.plain_code(code)
        if found is None or found.confirmed_at is None or not plain:
            return False
        allowances = self._take(user, code, client)
        step = self._step_of(user, found, plain)
        with self._database.writing() as work:
            is_right = self._spend(work, user, found, step, plain)
            if is_right:
                work.login_attempts.give_back(allowances)
            else:
                refused = self._passwords.refused(user, user.email, client)
                note_refused(work, refused, "wrong code", self._clock())
        if not is_right:
            _log.info("wrong code of the second factor for %s", user.id)
        return is_right

    def _spend(
        self, work: UnitOfWork, user: User, found: SecondFactor, step: int | None, plain: str
    ) -> bool:
        factors = work.second_factors
        if step is not None:
            return factors.spend_step(user, found.salt, step)
        if not one_time_codes.is_recovery_code(plain):
            return False
        return factors.spend_recovery_code(user, one_time_codes.recovery_digest(user.id, plain))

    def _step_of(self, user: User, found: SecondFactor, plain: str) -> int | None:
        if not one_time_codes.is_of_an_app(plain):
            return None
        secret = self._secret(user, found.salt)
        if secret.mark != found.mark:
            _log.warning(
                "SECRET_KEY is not the one with which %s set up a second factor: a recovery code"
                " lets them in, or `evovoice user second-factor reset %s`", user.id, user.id,
            )  # fmt: skip
        return secret.step_of(plain, self._clock())

    def _take(self, user: User, code: str, client: Client) -> list[Allowance]:
        counts = self._passwords.counts
        allowances = counts.code_allowances(user.email, client)
        kind = counts.kind(f"code of {user.email}", one_time_codes.plain_code(code))
        self._guesses.take(allowances, kind, self._passwords.refused(user, user.email, client))
        return allowances

    def _found(self, user: User) -> SecondFactor | None:
        with self._database.reading() as work:
            return work.second_factors.find(user)

    def _secret(self, user: User, salt: str) -> TotpSecret:
        return TotpSecret(self._passwords.counts.secret, user.id, salt)
