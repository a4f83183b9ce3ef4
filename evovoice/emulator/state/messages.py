"""What passes between the exchange and the application: deliveries and their responses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal
from urllib.parse import quote_plus

DeliveryKind = Literal[
    "voice",  # a number's or application's voice URL
    "twiml",  # the document of a created or redirected call
    "action",  # after Dial or Gather
    "redirect",  # <Redirect>
    "fallback",
    "whisper",  # the url of a dialled noun
    "wait",
    "hold",
    "announce",
    "queue-wait",
    "call-status",
    "conference-status",
    "recording-status",
    "amd-status",
    "partial-result",
    "transcription",
    "call-message",
]
FailureReason = Literal["connect", "unknown-host", "timeout", "reset", "invalid-url"]
Params = tuple[tuple[str, str], ...]


_quoted = lru_cache(maxsize=8192)(quote_plus)


def form_encoded(params: Iterable[tuple[str, str]]) -> str:
    """As `urlencode`, but the same names and addresses come again and again."""
    return "&".join(f"{_quoted(name)}={_quoted(text)}" for name, text in params)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One HTTP request to the application, attempt by attempt."""

    id: int
    kind: DeliveryKind
    method: str
    url: str  # without fragment; of a GET, with the parameters in its query
    params: Params
    headers: Mapping[str, str]
    token: str  # I-Twilio-Idempotency-Token, the same on every attempt
    attempt: int = 0
    call_sid: str | None = None
    conference_sid: str | None = None
    total_seconds: float = 15.0  # what is left for this attempt and the retries after it
    connect_seconds: float = 5.0
    read_seconds: float = 15.0

    @property
    def patience(self) -> float:
        """How long this attempt waits for an answer."""
        return min(self.read_seconds, self.total_seconds)

    @property
    def body(self) -> str:
        """The form body; empty for a GET."""
        return "" if self.method == "GET" else form_encoded(self.params)

    @property
    def form(self) -> dict[str, str]:
        """The parameters by name, the last value of each."""
        return dict(self.params)


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """What the application said; `after` is how long it took, in virtual seconds.

    `location` and `set_cookies` are headers. `url` is where the answer came from when
    redirections led there; the courier fills it in.
    """

    status: int = 200
    body: str = ""
    content_type: str = "text/xml"
    after: float = 0.0
    location: str | None = None
    set_cookies: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class NoResponse:
    """The application could not be reached, was too slow, or broke off."""

    reason: FailureReason = "timeout"


Reply = WebhookResponse | NoResponse


# What Twilio's error dictionary calls an error; everything else here is a warning.
_ERRORS = frozenset({11100, 11200, 11203, 11205, 11210, 11215, 11216, 11217, 11750})
_ERRORS |= {12100, 12102, 12300, 15004}
_ERRORS |= {13201, 13224, 13231, 13238, 13239, 13240, 16020, 16023, 16025}
_NOT_IMITATED = 0


@dataclass(frozen=True, slots=True)
class Alert:
    """A line in the debugger: what Twilio noticed and did not tell the caller."""

    code: int
    text: str
    call_sid: str | None
    at: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def level(self) -> Literal["error", "warning", "notice"]:
        """`notice` is ours: a real verb that nobody performs here."""
        if self.code == _NOT_IMITATED:
            return "notice"
        return "error" if self.code in _ERRORS else "warning"
