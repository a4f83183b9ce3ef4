"""What the checks ask of Twilio and of our own public address, and how they are answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, repr=False)
class AccountAnswer:
    """The account as Twilio has it. Never printed: it holds the primary auth token.

    `type`: Trial or Full; `status`: active, suspended or closed.
    """

    type: str | None
    status: str | None
    auth_token: str | None


@dataclass(frozen=True, slots=True)
class VoiceAnswer:
    """Where a number or a TwiML App sends calls and reports; an empty text where nowhere."""

    voice_url: str
    voice_method: str
    voice_fallback_url: str
    voice_fallback_method: str
    status_callback: str
    status_callback_method: str


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """A number of the account; an application or a trunk goes before its own addresses."""

    sid: str
    number: str
    voice: VoiceAnswer
    application_sid: str | None
    trunk_sid: str | None
    has_voice: bool | None


class SetupQuestions(Protocol):
    """Asks Twilio; every method may raise a `CarrierError` and takes seconds at most."""

    def account(self) -> AccountAnswer:
        """The account, asked with the auth token, as standard keys may not ask for it."""

    def try_service_credentials(self) -> None:
        """One harmless request with what the service itself signs in with."""

    def key_is_restricted(self, key_sid: str) -> bool:
        """Whether that API key has a policy: only restricted keys have one."""

    def numbers(self) -> list[NumberAnswer]:
        """All numbers of the account."""

    def application(self, sid: str) -> VoiceAnswer:
        """A TwiML App."""

    def caller_ids(self) -> list[str]:
        """Numbers of others that were verified, so that they may be shown to who is called."""

    def may_dial(self, country: str) -> bool:
        """Whether ordinary numbers of that country (two letters) may be called."""

    def voice_region(self, number: str) -> str | None:
        """Where calls to that number are processed; None where Twilio does not say."""


class SetupOrders(Protocol):
    """Changes the set-up; both may raise a `CarrierError`."""

    def set_number(self, sid: str, fields: Mapping[str, str]) -> None:
        """Set a number's addresses; the names are those of `VoiceAnswer`."""

    def set_application(self, sid: str, fields: Mapping[str, str]) -> None:
        """Set a TwiML App's addresses."""


@dataclass(frozen=True, slots=True)
class SiteAnswer:
    """What came back from our public address."""

    status: int
    body: str


class SiteUnreachable(Exception):
    """No response; the text says why, in few words."""


class UnknownHost(SiteUnreachable):
    """No machine has that name."""


class BadCertificate(SiteUnreachable):
    """Whoever answers does not prove to be that host."""


class NoAnswerInTime(SiteUnreachable):
    """Nothing came back within the time."""


class PublicSite(Protocol):
    """Sends requests to PUBLIC_BASE_URL as Twilio would; each may raise a `SiteUnreachable`."""

    def health(self) -> SiteAnswer:
        """Ask `/healthz`."""

    def report(self, form: Mapping[str, str], token: str) -> SiteAnswer:
        """Send a report to the status callback, signed with that auth token."""
