"""The settings of single sign-on by OpenID Connect: all of them, or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

from evovoice.addresses import is_api_base, is_loopback
from evovoice.setting_values import SettingsError, shown

_ISSUER = "EVOVOICE_OIDC_ISSUER"
_NAMES = (_ISSUER, "EVOVOICE_OIDC_CLIENT_ID", "EVOVOICE_OIDC_CLIENT_SECRET")
_EXTRA = "authlib"


@dataclass(frozen=True, slots=True, repr=False)
class OidcSettings:
    """The identity provider, as it names itself, and what we are there. Never printed."""

    issuer: str
    client_id: str
    client_secret: str


def oidc_settings(environ: Mapping[str, str]) -> OidcSettings | None:
    """None where single sign-on is not set up. Errors: `SettingsError`."""
    values = {name: environ.get(name, "").strip() for name in _NAMES}
    if not any(values.values()):
        return None
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise SettingsError(f"{missing[0]} is not set: single sign-on needs {', '.join(_NAMES)}.")
    _require_issuer(values[_ISSUER])
    if find_spec(_EXTRA) is None:
        raise SettingsError(
            f"{_ISSUER} is set, and the package for it is missing: pip install 'evovoice[oidc]'."
        )
    return OidcSettings(*values.values())


def _require_issuer(issuer: str) -> None:
    """As the provider writes it, to the letter: tokens name it so."""
    if not is_api_base(issuer) or not _is_safe(issuer):
        raise SettingsError(
            f"{_ISSUER} must be an address like https://login.example.com, with http:// on this"
            f" machine itself alone, not '{shown(issuer.rpartition('@')[2])}'."
        )


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")
