"""Where an agent's device finds the carrier: an edge of Twilio's, or whoever stands in for it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from evovoice.addresses import is_loopback

_NEAREST = "roaming"  # Twilio's name for the edge nearest to the device
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class DeviceRoute:
    """`edge`: Twilio's location, None: the nearest. `gateway`: host and port of a stand-in.

    `is_plain`: the stand-in is on this machine and has no certificate, so no encryption.
    """

    edge: str | None = None
    gateway: str | None = None
    is_plain: bool = False

    @property
    def addresses(self) -> tuple[str, ...]:
        """What a page has to be allowed to connect to."""
        if self.gateway is None:
            return (f"wss://voice-js.{self.edge or _NEAREST}.twilio.com",)
        return (f"{'ws' if self.is_plain else 'wss'}://{self.gateway}",)


def device_route(api_base_url: str | None, edge: str | None) -> DeviceRoute:
    """As the settings have it; whoever stands in for the API stands in for the gateway too."""
    if api_base_url is None:
        return DeviceRoute(edge)
    address = urlsplit(api_base_url)
    host = address.hostname or ""
    port = address.port or _PORTS[address.scheme]
    written = f"[{host}]" if ":" in host else host
    is_plain = address.scheme == "http" and is_loopback(host)
    return DeviceRoute(edge, f"{written}:{port}", is_plain)
