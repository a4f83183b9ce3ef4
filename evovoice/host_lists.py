"""Lists of hosts and of origins among the settings; every error is a sentence for operators."""

from evovoice.addresses import is_host, usual_origin
from evovoice.setting_values import SettingsError, shown


def hosts(text: str) -> frozenset[str]:
    """Hosts that SIP destinations may have, in small letters. Errors: `SettingsError`."""
    listed = frozenset(host.strip().lower() for host in text.split(",") if host.strip())
    for host in sorted(listed):
        if not is_host(host):
            raise SettingsError(
                "EVOVOICE_SIP_HOSTS must list hosts like pbx.example.com, separated by commas;"
                f" '{shown(host)}' is none."
            )
    return listed


def origins(text: str) -> frozenset[str]:
    """Origins exactly as browsers send them: in small letters, without a usual port. Errors:
    `SettingsError`.
    """
    return frozenset(_origin(one.strip()) for one in text.split(",") if one.strip())


def _origin(text: str) -> str:
    origin = usual_origin(text)
    if origin is None:
        raise SettingsError(
            "EVOVOICE_ALLOWED_ORIGINS must list origins like https://console.example.com,"
            f" separated by commas; '{text}' is none."
        )
    return origin
