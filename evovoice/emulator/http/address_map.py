"""Where deliveries to a public address are carried: signed for the one, sent to another."""

from collections.abc import Mapping
from urllib.parse import urlsplit


class AddressMap:
    """From origins, `https://app.example`, to those that listen, `http://127.0.0.1:3030`."""

    def __init__(self, origins: Mapping[str, str]) -> None:
        self._origins = {origin.lower(): target for origin, target in origins.items()}

    def delivered(self, url: str) -> tuple[str, dict[str, str]]:
        """The address to ask, and the fields by which the application sees the address that was
        signed, as a proxy in front of it would add them.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        target = self._origins.get(origin.lower())
        if target is None:
            return url, {}
        fields = {"Host": parts.netloc, "X-Forwarded-Host": parts.netloc}
        return target + url[len(origin) :], {**fields, "X-Forwarded-Proto": parts.scheme}


def read_mapping(text: str) -> tuple[str, str]:
    """`https://app.example=http://127.0.0.1:3030`. Errors: `ValueError`."""
    origin, _, target = text.partition("=")
    return _origin(origin), _origin(target)


def _origin(text: str) -> str:
    parts = urlsplit(text.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ValueError(f"{text!r} is no origin such as https://app.example")
    return f"{parts.scheme}://{parts.netloc}"
