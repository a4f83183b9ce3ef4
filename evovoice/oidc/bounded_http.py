"""How the provider is asked: within a time, for so many bytes, and following no redirect."""

import io
import time
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ContentDecodingError, ReadTimeout

_CONNECT, _READ, _ALL = 3.05, 5.0, 8.0  # seconds
_MOST = 256 * 1024  # bytes
_CHUNK = 16 * 1024


class BoundedAdapter(HTTPAdapter):
    """Reads the whole response before it hands it on. Errors: those of `requests`."""

    def send(self, request: PreparedRequest, *_: Any, **options: Any) -> Response:  # noqa: ANN401
        """As of `HTTPAdapter`; how long it may take is said here."""
        until = time.monotonic() + _ALL
        options |= {"stream": True, "timeout": (_CONNECT, _READ)}
        response = super().send(request, **options)
        raw = response.raw
        try:
            response.raw = io.BytesIO(_read(raw, until))
        finally:
            raw.close()
        return response


def _read(raw: Any, until: float) -> bytes:  # noqa: ANN401 (urllib3's)
    read = b""
    while chunk := raw.read1(_CHUNK, decode_content=True):
        read += chunk
        if len(read) > _MOST:
            raise ContentDecodingError(f"more than {_MOST} bytes")
        if time.monotonic() > until:
            raise ReadTimeout(f"not complete within {_ALL} seconds")
    return read
