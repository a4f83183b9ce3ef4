"""Addresses as operators write them: origins, base URLs, hosts, and where to listen."""

import re
from ipaddress import IPv6Address, ip_address

_ORIGIN = re.compile(
    r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?/?", re.ASCII
)
_API_BASE = re.compile(
    r"(https?)://([\w.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(?:/[^?#@\s]*)?", re.ASCII | re.I
)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?", re.ASCII | re.I)
_USUAL_PORTS = {"http": 80, "https": 443}
_PORTS = 65536


def usual_origin(text: str) -> str | None:
    """In small letters and without a usual port; None where it is no origin."""
    match = _ORIGIN.fullmatch(text.lower())
    port = _port(match)
    if match is None or port is None:
        return None
    origin = f"{match[1]}://{match[2]}"
    return origin if port == _USUAL_PORTS[match[1]] else f"{origin}:{port}"


def is_api_base(text: str) -> bool:
    """Whether it leads to an API; its host may have a name of a private network."""
    return _port(_API_BASE.fullmatch(text)) is not None


def _port(match: re.Match[str] | None) -> int | None:
    """Of an address with scheme, host and perhaps a port; None where that leads nowhere."""
    if match is None or (match[2].startswith("[") and not _is_ipv6(match[2][1:-1])):
        return None
    port = int(match[3] or _USUAL_PORTS[match[1].lower()])
    return port if 0 < port < _PORTS else None


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def is_host(text: str) -> bool:
    """Whether it is a host's name or an IPv4 address, without a port."""
    return _HOST.fullmatch(text) is not None


def listening_at(host: str, port: int) -> str | None:
    """As a server takes it; None where the host is neither a name nor an IP address."""
    try:
        address = ip_address(host)
    except ValueError:
        return f"{host}:{port}" if is_host(host) else None
    return f"[{host}]:{port}" if address.version == 6 else f"{host}:{port}"  # noqa: PLR2004


def is_loopback(host: str) -> bool:
    """Whether that host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
