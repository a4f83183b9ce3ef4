"""Addresses as they are compared and shown, and hosts that Twilio cannot reach."""

from ipaddress import ip_address
from urllib.parse import urlsplit

_USUAL_PORTS = {"https": ":443", "http": ":80"}
_PRIVATE_NAMES = (".localhost", ".local", ".internal")  # RFC 6761, RFC 6762, ICANN 2024


def is_private(host: str) -> bool:
    """Whether it is this machine, or is in a network that the internet does not lead to."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return f".{host}".endswith(_PRIVATE_NAMES)


def usual(address: str) -> str:
    """In small letters up to the path, without a usual port."""
    parts = urlsplit(address)
    origin = parts.netloc.lower().removesuffix(_USUAL_PORTS.get(parts.scheme, ":"))
    return parts._replace(netloc=origin).geturl()


def without_credentials(address: str) -> str:
    """The address for people to read: a password that stands in it is not shown."""
    parts = urlsplit(address)
    _, at, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"***@{host}").geturl() if at else address
