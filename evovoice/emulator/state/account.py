"""The customer of this Twilio: credentials, numbers and TwiML applications."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from evovoice.emulator.state.standing import Standing

METHODS = ("GET", "POST")
HOME_REGION = "us1"  # of REST, and of whatever names no other


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """Where an incoming call asks for instructions, and where its end is reported."""

    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    status_callback: str | None = None
    voice_fallback_method: str = "POST"
    status_callback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number the account owns; its TwiML App, if it has one, goes first."""

    phone_number: str
    sid: str
    voice: VoiceSettings
    friendly_name: str = ""
    application_sid: str | None = None
    created: int = 0
    updated: int = 0
    region: str = HOME_REGION  # where its calls are handled
    trunk_sid: str | None = None  # calls would go to it; here it is only kept


@dataclass(frozen=True, slots=True)
class Application:
    """A TwiML App: where the calls of browser devices go."""

    sid: str
    voice: VoiceSettings
    friendly_name: str = ""
    created: int = 0
    updated: int = 0


@dataclass(slots=True)
class Account:
    """One account; its AuthToken signs every webhook, whatever key REST used."""

    sid: str
    auth_token: str
    api_keys: Mapping[str, str] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)
    standing: Standing = field(default_factory=Standing)

    def authorizations(self) -> frozenset[str]:
        """Every Authorization header that opens this account (R44)."""
        pairs = {self.sid: self.auth_token, **self.api_keys}
        return frozenset(basic(user, password) for user, password in pairs.items())

    def voice_of(self, number: Number) -> VoiceSettings:
        """Where calls to that number go."""
        application = self.applications.get(number.application_sid or "")
        return application.voice if application else number.voice

    def may_show(self, number: str) -> bool:
        """Whether calls may be placed from that number."""
        return number in self.numbers or number in self.verified


def basic(user: str, password: str) -> str:
    """The Authorization header of HTTP Basic."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def changed(voice: VoiceSettings, **changes: str | None) -> VoiceSettings:
    """The settings with those fields that were really given replaced."""
    return replace(voice, **{name: value for name, value in changes.items() if value is not None})
