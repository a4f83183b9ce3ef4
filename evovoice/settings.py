"""Every setting of the service, read from the environment once; refuses to start half set up."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from evovoice.addresses import is_api_base, is_loopback, listening_at, usual_origin
from evovoice.host_lists import hosts, origins
from evovoice.oidc_settings import OidcSettings, oidc_settings
from evovoice.setting_values import (
    SettingsError,
    choice,
    count,
    needed,
    optional_secret,
    shown,
)

__all__ = [
    "Limits",
    "Settings",
    "SettingsError",
    "database_url",
    "from_env",
    "is_sqlite",
    "listening_address",
    "metrics_token",
    "process_count",
    "proxy_count",
    "stream_count",
    "thread_count",
]

_LOG = logging.getLogger(__name__)
_OTHER_THREADS = 28  # of a process, kept free of streams for requests that are over soon
_LONGEST_RETURN = 300  # seconds of music
# Twilio's regions of voice, each with the edge location beside it: since April 2026 a region's API
# has no host name without one (Twilio's API domain migration guide).
_EDGES = {"us1": "ashburn", "ie1": "dublin", "au1": "sydney"}
_EDGE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one session or one user may do (contract 5)."""

    max_members: int = 10
    max_pending: int = 3
    adds_per_minute: int = 20
    calls_at_once: int = 10
    streams_per_user: int = 5


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """What the service needs to know of its surroundings. Never printed: it holds secrets.

    `public_base_url` is normalised; `base_url_as_set` is what the operator wrote, and perhaps
    wrote at Twilio too. Without a `region` everything is in Twilio's own default, US1.
    """

    database_url: str
    public_base_url: str
    secret_key: str
    account_sid: str
    auth_token: str
    auth_token_secondary: str | None = None
    api_key_sid: str | None = None
    api_key_secret: str | None = None
    twiml_app_sid: str | None = None
    api_base_url: str | None = None
    base_url_as_set: str | None = None
    region: str | None = None
    edge: str | None = None
    sip_hosts: frozenset[str] = frozenset()
    limits: Limits = Limits()
    proxies: int = 0
    threads: int = 128
    most_streams: int = 500
    database_connections: int = 16  # of each process, at most
    may_record: bool = False
    retention_days: int = 0  # how long after a call's end personal data are kept; 0: for ever
    tells_speakers: bool = False  # consoles are told who speaks in a conference
    return_seconds: int = 15  # how long a call waits for an agent's device that was lost
    allowed_origins: frozenset[str] = frozenset()
    capture_folder: str | None = None
    has_worker: bool = False  # a process of its own has the background that any may have
    metrics_token: str | None = None  # None: nobody is told any figures
    oidc: OidcSettings | None = None

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """The tokens that sign webhooks; two while one replaces the other."""
        secondary = (self.auth_token_secondary,) if self.auth_token_secondary else ()
        return (self.auth_token, *secondary)

    @property
    def is_readable_on_its_way(self) -> bool:
        """Whether what Twilio and people send us crosses a network unencrypted."""
        address = urlsplit(self.public_base_url)
        return address.scheme == "http" and not is_loopback(address.hostname or "")

    @property
    def streams_in_threads(self) -> int:
        """How many consoles may listen at a process whose server needs a thread for each."""
        return min(self.most_streams, max(self.threads - _OTHER_THREADS, self.threads // 4))

    @property
    def questions_kept(self) -> int:
        """How many callers' questions of a process may wait for the database; the other threads
        serve.
        """
        return max(1, self.threads // 4)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never stand in a log."""
        of_provider = self.oidc.client_secret if self.oidc else None
        own = (self.secret_key, *self.auth_tokens, self.api_key_secret, self.metrics_token)
        return tuple(filter(None, (*own, of_provider)))


def database_url(environ: Mapping[str, str]) -> str:
    """Where the database is; without a setting a file below the working folder."""
    return environ.get("DATABASE_URL") or "sqlite:///var/evovoice.db"


def thread_count(environ: Mapping[str, str]) -> int:
    """The threads of one process. Errors: `SettingsError`."""
    return count(environ, "EVOVOICE_THREADS", 128, most=4096)


def stream_count(environ: Mapping[str, str]) -> int:
    """How many consoles may listen at one process. Errors: `SettingsError`."""
    return count(environ, "EVOVOICE_STREAMS", 500, most=20_000)


def listening_address(environ: Mapping[str, str]) -> str:
    """Where to listen, as gunicorn takes it. Errors: `SettingsError`."""
    host = environ.get("HOST", "").strip() or "0.0.0.0"  # noqa: S104 (a service is there for others)
    address = listening_at(host, count(environ, "PORT", 8000, least=0, most=65535))
    if address is None:
        raise SettingsError(
            f"HOST must be a host name or an IP address, without a port, not '{shown(host)}'."
        )
    return address


def proxy_count(environ: Mapping[str, str]) -> int:
    """How many proxies of the operator's stand in front. Errors: `SettingsError`."""
    return count(environ, "EVOVOICE_PROXIES", 0, least=0, most=16)


def process_count(environ: Mapping[str, str]) -> int:
    """How many processes serve: two, or one on SQLite, which lets in one writer at a time.

    Errors: `SettingsError`.
    """
    on_sqlite = is_sqlite(database_url(environ))
    processes = count(environ, "WEB_CONCURRENCY", 1 if on_sqlite else 2, most=512)
    if on_sqlite and processes > 1:
        _LOG.warning(
            "%d processes share an SQLite database and wait for each other to write; more than one"
            " pays on PostgreSQL only", processes,
        )  # fmt: skip
    return processes


def metrics_token(environ: Mapping[str, str]) -> str | None:
    """What whoever asks for `/metrics` has to show (C89). Errors: `SettingsError`."""
    return optional_secret(environ, "EVOVOICE_METRICS_TOKEN")


def is_sqlite(url: str) -> bool:
    """Whether that database is a file of SQLite's."""
    return url.startswith("sqlite")


def from_env(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Errors: `SettingsError` naming the first that is missing or wrong."""
    return Settings(
        database_url=database_url(environ),
        public_base_url=_base_url(environ),
        base_url_as_set=_base_url_as_set(environ),
        secret_key=needed(environ, "SECRET_KEY", "a long random text of your own"),
        account_sid=_account_sid(environ),
        auth_token=needed(environ, "TWILIO_AUTH_TOKEN", "the account's auth token"),
        auth_token_secondary=environ.get("TWILIO_AUTH_TOKEN_SECONDARY") or None,
        twiml_app_sid=environ.get("TWILIO_TWIML_APP_SID") or None,
        api_base_url=_api_base_url(environ),
        sip_hosts=hosts(environ.get("EVOVOICE_SIP_HOSTS", "")),
        limits=_limits(environ),
        proxies=proxy_count(environ),
        threads=thread_count(environ),
        most_streams=stream_count(environ),
        database_connections=count(environ, "EVOVOICE_DATABASE_CONNECTIONS", 16, most=1000),
        may_record=choice(environ, "EVOVOICE_RECORDING", ("off", "on")) == "on",
        tells_speakers=choice(environ, "EVOVOICE_SPEAKER_EVENTS", ("off", "on")) == "on",
        retention_days=count(environ, "EVOVOICE_RETENTION_DAYS", 0, most=36_500),
        return_seconds=count(environ, "EVOVOICE_RETURN_SECONDS", 15, least=0, most=_LONGEST_RETURN),
        allowed_origins=origins(environ.get("EVOVOICE_ALLOWED_ORIGINS", "")),
        capture_folder=_capture_folder(environ),
        has_worker=choice(environ, "EVOVOICE_BACKGROUND", ("web", "worker")) == "worker",
        metrics_token=metrics_token(environ),
        oidc=oidc_settings(environ),
        **_api_key(environ),
        **_region(environ),
    )


def _base_url_as_set(environ: Mapping[str, str]) -> str:
    what = "the address under which Twilio reaches this service, such as https://voice.example.com"
    return needed(environ, "PUBLIC_BASE_URL", what).rstrip("/")


def _base_url(environ: Mapping[str, str]) -> str:
    """Scheme and host in small letters, without a usual port; the path keeps its letters."""
    written = _base_url_as_set(environ)
    scheme, _, rest = written.partition("://")
    host, slash, path = rest.partition("/")
    origin = usual_origin(f"{scheme}://{host}")
    if origin is None or "?" in path or "#" in path:
        raise SettingsError(
            "PUBLIC_BASE_URL is not an address like https://voice.example.com:"
            f" {written.rpartition('@')[2]}"
        )
    return origin + slash + path


def _api_base_url(environ: Mapping[str, str]) -> str | None:
    """Of whoever stands in for Twilio; its host may have a name of a private network."""
    written = environ.get("TWILIO_API_BASE_URL", "").strip()
    if not written or is_api_base(written):
        return written or None
    raise SettingsError(
        "TWILIO_API_BASE_URL is not an address like http://127.0.0.1:8010:"
        f" {written.rpartition('@')[2]}"
    )


def _region(environ: Mapping[str, str]) -> dict[str, str | None]:
    """One without an edge location gets its nearest; an edge alone leads to US1, as in the SDK."""
    region = environ.get("TWILIO_REGION", "").strip().lower() or None
    if region is not None and region not in _EDGES:
        known = ", ".join(_EDGES)
        raise SettingsError(f"TWILIO_REGION must be one of {known}, not '{region}'.")
    edge = environ.get("TWILIO_EDGE", "").strip().lower() or _EDGES.get(region or "")
    if edge is not None and not _EDGE.fullmatch(edge):
        raise SettingsError(f"TWILIO_EDGE must be an edge location like dublin, not '{edge}'.")
    return {"region": region, "edge": edge}


def _account_sid(environ: Mapping[str, str]) -> str:
    sid = needed(environ, "TWILIO_ACCOUNT_SID", "the SID of the Twilio account (AC...)")
    if not sid.startswith("AC") or len(sid) != 34:  # noqa: PLR2004 (two letters, 32 hex digits)
        raise SettingsError("TWILIO_ACCOUNT_SID must be AC followed by 32 hexadecimal digits.")
    return sid


def _api_key(environ: Mapping[str, str]) -> dict[str, str | None]:
    sid = environ.get("TWILIO_API_KEY_SID") or None
    secret = environ.get("TWILIO_API_KEY_SECRET") or None
    if (sid is None) != (secret is None):
        missing = "TWILIO_API_KEY_SECRET" if sid else "TWILIO_API_KEY_SID"
        raise SettingsError(f"{missing} is not set: an API key needs both its SID and its secret.")
    return {"api_key_sid": sid, "api_key_secret": secret}


def _capture_folder(environ: Mapping[str, str]) -> str | None:
    folder = environ.get("EVOVOICE_RECORD_WEBHOOKS", "").strip()
    if folder.lower() in {"on", "off"}:
        raise SettingsError(
            "EVOVOICE_RECORD_WEBHOOKS must name a folder, such as var/first-hour,"
            " or be left out where nothing is to be kept."
        )
    return folder or None


def _limits(environ: Mapping[str, str]) -> Limits:
    return Limits(
        max_members=count(environ, "EVOVOICE_MAX_MEMBERS", 10, most=1000),
        max_pending=count(environ, "EVOVOICE_MAX_PENDING", 3, most=1000),
        adds_per_minute=count(environ, "EVOVOICE_ADDS_PER_MINUTE", 20),
        calls_at_once=count(environ, "EVOVOICE_CALLS_AT_ONCE", 10),
        streams_per_user=count(environ, "EVOVOICE_STREAMS_PER_USER", 5, most=1000),
    )
