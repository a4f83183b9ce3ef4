"""The port to an identity provider: what it is asked, and what it tells."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """One way of a browser to the provider and back; who comes back proves each of these.

    `state` and `nonce` go to the provider with the browser, `verifier` later from us alone (PKCE).
    """

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider has signed in: the subject is its own, and is never given to another.

    `email` is None unless the provider says that it has verified the address.
    """

    issuer: str
    subject: str
    email: str | None


class ProviderAway(Exception):
    """The provider does not answer, or not with what it should; the text is for the log."""


class IdentityNotProven(Exception):
    """What the browser or the provider has brought proves nobody; the text is for the log."""


class IdentityProvider(Protocol):
    """A provider. Both ask it over the network: never in a transaction."""

    def address(self, attempt: SignInAttempt) -> str:
        """Where the browser is sent. Errors: `ProviderAway`."""

    def identity(self, attempt: SignInAttempt, code: str) -> Identity:
        """Who has come back with that code. Errors: `ProviderAway`, `IdentityNotProven`."""
