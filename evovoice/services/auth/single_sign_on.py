"""Signing in by an identity provider: which of our users it means, and that they are let in.

Nobody is added by it. The first time a user is found by an e-mail address that the provider says it
has verified, and afterwards by the provider's own name for them alone: an address may be given to
another person one day.
"""

import hmac
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from evovoice.domain.values import User
from evovoice.oidc.provider import (
    Identity,
    IdentityNotProven,
    IdentityProvider,
    ProviderAway,
    SignInAttempt,
)
from evovoice.services.auth.credentials import digest, sealed
from evovoice.services.auth.guess_limits import Client
from evovoice.services.auth.new_logins import NewLogin, add_login, note_signed_in
from evovoice.services.auth.password_check import PasswordCheck, is_storable
from evovoice.services.auth.sign_in_trail import note_refused
from evovoice.services.errors import (
    IdentityUnknown,
    NotProven,
    ProviderUnreachable,
    SignInNotBegun,
)
from evovoice.storage.unit_of_work import Conflict, Database, LoginKind, UnitOfWork

_log = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=10)  # from the way to the provider to the way back


@dataclass(frozen=True, slots=True, repr=False)
class Departure:
    """A browser on its way to the provider: where to, and what it keeps until it is back."""

    address: str
    cookie: str


@dataclass(frozen=True, slots=True, repr=False)
class Arrival:
    """A browser that is back and signed in, and where it wanted to go."""

    login: NewLogin
    path: str


class SingleSignOn:
    """Sends browsers to the provider, and lets in who comes back. `key` signs what they keep."""

    def __init__(
        self, database: Database, provider: IdentityProvider, passwords: PasswordCheck,
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._database = database
        self._provider = provider
        self._passwords = passwords
        self._clock = clock
        self._key = passwords.counts.secret

    def depart(self, path: str) -> Departure:
        """Begin a sign-in that ends at that path of ours. Errors: `ProviderUnreachable`."""
        secret = secrets.token_urlsafe(32)
        until = int((self._clock() + PATIENCE).timestamp())
        try:
            address = self._provider.address(self._attempt(secret))
        except ProviderAway as error:
            raise _unreachable(error) from None
        seal = sealed(self._key, "way to the provider", secret, str(until), path)
        return Departure(address, f"{secret}.{until}.{seal}.{path}")

    def arrive(
        self, cookie: str, state: str, code: str, client: Client, replaced: Iterable[str]
    ) -> Arrival:
        """Sign in who is back with that code. Logins with the secrets `replaced` end.

        Errors: `SignInNotBegun`, `NotProven`, `ProviderUnreachable`, `IdentityUnknown`.
        """
        secret, path = self._begun(cookie)
        attempt = self._attempt(secret)
        if not hmac.compare_digest(attempt.state.encode(), state.encode(errors="replace")):
            raise SignInNotBegun
        if not code:
            _log.info("somebody is back from the identity provider without a code")
            raise NotProven
        identity = self._identity(attempt, code)
        now = self._clock()
        try:
            with self._database.writing() as work:
                user = _user_of(work, identity, now)
                device_cookie = self._passwords.device_cookie(user.email, client)
                for one in replaced:
                    work.logins.void(digest(one), now)
                login = add_login(work, user, LoginKind.SESSION, device_cookie, now)
                note_signed_in(work, login, "identity provider", now)
        except _NotLetIn as refusal:
            self._note_refused(refusal.user, identity, client, now)
            raise IdentityUnknown from None
        return Arrival(login, path)

    def _note_refused(
        self, user: User | None, identity: Identity, client: Client, now: datetime
    ) -> None:
        name = user.email if user else f"{identity.issuer} {identity.subject}"
        refused = self._passwords.refused(user, name, client)
        with self._database.writing() as work:
            note_refused(work, refused, "identity unknown", now)

    def _begun(self, cookie: str) -> tuple[str, str]:
        """The secret and the path of a sign-in that this browser has begun a short while ago."""
        secret, _, rest = cookie.partition(".")
        until, _, rest = rest.partition(".")
        seal, _, path = rest.partition(".")
        expected = sealed(self._key, "way to the provider", secret, until, path)
        if not hmac.compare_digest(expected.encode(), seal.encode(errors="replace")):
            raise SignInNotBegun
        if self._clock().timestamp() > int(until):
            raise SignInNotBegun
        return secret, path

    def _attempt(self, secret: str) -> SignInAttempt:
        """What follows from the secret in the cookie, for the provider and us alone to know."""
        return SignInAttempt(
            *(
                sealed(self._key, f"provider {one}", secret)
                for one in ("state", "nonce", "verifier")
            )
        )

    def _identity(self, attempt: SignInAttempt, code: str) -> Identity:
        try:
            return self._provider.identity(attempt, code)
        except ProviderAway as error:
            raise _unreachable(error) from None
        except IdentityNotProven as error:
            _log.warning("Single sign-on was refused: %s", error)
            raise NotProven from None


class _NotLetIn(Exception):
    """The provider has signed somebody in whom we let in as nobody; `user`: whom it would be."""

    def __init__(self, user: User | None) -> None:
        super().__init__()
        self.user = user


def _user_of(work: UnitOfWork, identity: Identity, now: datetime) -> User:
    mark = digest(f"{identity.issuer}\0{identity.subject}")
    known = work.external_identities.user(mark)
    if known is not None:
        if work.directory.user(known.id) is None:
            _log.info("single sign-on of %s, who is disabled", known.id)
            raise _NotLetIn(known)
        return known
    user = _user_with(work, identity.email) if identity.email else None
    if user is None:
        _log.info("single sign-on of somebody who is no user")
        raise _NotLetIn(None)
    if work.external_identities.is_known_at(user, identity.issuer):
        _log.warning("%s is another identity at the provider by now", user.id)
        raise _NotLetIn(user)
    try:
        work.external_identities.add(user, mark, identity.issuer, now)
    except Conflict:
        raise SignInNotBegun from None  # the same identity has just come by another request
    return user


def _user_with(work: UnitOfWork, email: str) -> User | None:
    """The user with that address, in any case of ASCII letters alone: of others two addresses may
    look alike when they are folded, such as those with `ß` and `ss`.
    """
    found = work.directory.credentials(email) if is_storable(email) else None
    if found is None:
        return None
    own = found.user.email
    is_same_folded = own.isascii() and email.isascii()
    return found.user if own == email or is_same_folded else None


def _unreachable(error: ProviderAway) -> ProviderUnreachable:
    _log.warning("The identity provider cannot be reached: %s", error)
    return ProviderUnreachable()
