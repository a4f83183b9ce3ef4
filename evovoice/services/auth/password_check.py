"""Whether a name and a password belong together; how often one may guess is limited."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from evovoice import metrics
from evovoice.domain.values import User, folded
from evovoice.services import audit
from evovoice.services.auth.credentials import NO_PASSWORD, PasswordCache
from evovoice.services.auth.guess_limits import Client, GuessCounts, GuessLimits
from evovoice.services.auth.guesses import Guesses
from evovoice.services.auth.sign_in_trail import note_refused, refused_sign_in
from evovoice.services.errors import HasNoPassword, WrongPresentPassword
from evovoice.storage.unit_of_work import Allowance, Database, RefusedSignIn, StoredPassword

LONGEST = 1024  # characters of a name or a password

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class _Look:
    """What is known of a name, and what a guess at its password is taken from.

    `is_right`: the password was verified here a moment ago, and a guess would be allowed.
    """

    known: StoredPassword | None
    allowances: list[Allowance]
    is_right: bool
    refused: RefusedSignIn


class PasswordCheck:
    """An unknown name looks and costs the same as a wrong password, also in what is counted.

    What comes of a guess follows from the request and the database alone, so that every process
    gives the same response: the cache saves the slow check, and nothing else.
    """

    def __init__(
        self,
        database: Database,
        cache: PasswordCache,
        clock: Callable[[], datetime],
        secret_key: str,
        limits: GuessLimits | None = None,
    ) -> None:
        self._database = database
        self._cache = cache
        self._clock = clock
        self._guesses = Guesses(database, clock)
        self.counts = GuessCounts(secret_key.encode(), clock, limits)

    def verified(
        self, name: str, password: str, client: Client, makes_login: bool = False
    ) -> StoredPassword | None:
        """The user with that e-mail address and password, asked for by that client. The audit trail
        is told once a day for each network, unless the caller tells it of a login.

        Errors: `TooManyLogins`, before the password is looked at.
        """
        if not (is_storable(name) and password):
            return None
        found = self._look(name, password, client)
        if found.is_right:
            return found.known
        with self._cache.turn(name, password):
            found = self._look(name, password, client)
            if found.is_right:
                return found.known
            if self._is_right(found, name, password):
                self._note_right(found, name, client, makes_login)
                return found.known
        return None

    def present(self, user: User, password: str, client: Client) -> StoredPassword:
        """What is stored of a user who shows the present password.

        Errors: `HasNoPassword`, `WrongPresentPassword`, `TooManyLogins`.
        """
        found = self.verified(user.email, password, client)
        if found is not None and found.user.id == user.id:
            return found
        with self._database.reading() as work:
            known = work.directory.credentials(user.email)
        if known is not None and known.password_hash == NO_PASSWORD:
            raise HasNoPassword
        raise WrongPresentPassword

    def device_cookie(self, name: str, client: Client) -> str:
        """The cookie of a device on which that name has just signed in."""
        return self.counts.devices.cookie_after(folded(name), client.device_cookie)

    def _look(self, name: str, password: str, client: Client) -> _Look:
        with self._database.reading() as work:
            known = work.directory.credentials(name)
            allowances = self.counts.allowances(work.login_attempts, name, client)
            is_right = self._cache.remembers(name, _hash_of(known), password) and (
                work.login_attempts.have_left(allowances, self._clock())
            )
        refused = self.refused(known.user if known else None, name, client)
        return _Look(known, allowances, is_right, refused)

    def refused(self, user: User | None, name: str, client: Client) -> RefusedSignIn:
        """What the audit trail is told of, should that client be refused."""
        network = self.counts.network(name, client)
        return refused_sign_in(self.counts.secret, user, name, network, client.address)

    def _is_right(self, found: _Look, name: str, password: str) -> bool:
        kind = self.counts.kind(name, password)
        self._guesses.take(found.allowances, kind, found.refused)
        if not self._cache.verify(name, _hash_of(found.known), password):
            metrics.REFUSED_SIGN_INS.labels("wrong_password").inc()
            whose = found.known.user.id if found.known else "an unknown name"
            _log.info("wrong password for %s", whose)
            with self._database.writing() as work:
                note_refused(work, found.refused, "wrong password", self._clock())
            return False
        return True

    def _note_right(self, found: _Look, name: str, client: Client, makes_login: bool) -> None:
        with self._database.writing() as work:
            work.login_attempts.give_back(found.allowances)
            network, now = self.counts.network(name, client), self._clock()
            is_new = work.login_attempts.note_network(network, now)
            if is_new and not makes_login and found.known is not None:
                user = found.known.user
                audit.record(work, "password.used", user.id, by=user, now=now)


def _hash_of(known: StoredPassword | None) -> str | None:
    return known.password_hash if known else None


def is_storable(name: str) -> bool:
    """Whether a database can look for a name: else it is nobody's."""
    if "\0" in name or not 0 < len(name) <= LONGEST:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in name)
