"""Web addresses that an application writes: which of them Twilio could ask, and relative ones.

https://www.twilio.com/docs/api/errors/11100: what is no address is told, and nobody is asked.
"""

from urllib.parse import urljoin, urlsplit


def is_address(url: str) -> bool:
    """Whether that is a whole address of HTTP, with a host and a port that there can be."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def joined(base: str | None, url: str) -> str:
    """The address counted from `base`; what cannot be read stays as it is."""
    try:
        return urljoin(base or "", url)
    except ValueError:
        return url
