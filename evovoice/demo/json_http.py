"""JSON over HTTP to servers on this machine; an error answer becomes `HttpProblem`."""

import json
import urllib.error
import urllib.request
from typing import Any

_TIMEOUT = 15  # seconds; the service promises an answer within ten


class HttpProblem(Exception):
    """A server said no: its status and its words."""


class JsonHttp:
    """One server, with the headers that every request to it carries."""

    def __init__(self, base: str, key: str | None = None) -> None:
        self.base = base
        self._headers = {"Content-Type": "application/json"}
        if key is not None:
            self._headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str) -> Any:  # noqa: ANN401 (JSON is what it is)
        """The JSON behind a path."""
        return self._send("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401
        """Send an object; the JSON that comes back."""
        return self._send("POST", path, body)

    def put(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401
        """Set something to an object; the JSON that comes back."""
        return self._send("PUT", path, body)

    def answers(self, path: str) -> bool:
        """Whether that path answers well by now."""
        try:
            self.get(path)
        except (OSError, HttpProblem):
            return False
        return True

    def page(self, path: str) -> str:
        """The HTML behind a path."""
        return self._read("GET", path, None).decode()

    def _send(self, verb: str, path: str, body: dict[str, Any] | None) -> Any:  # noqa: ANN401
        text = self._read(verb, path, body)
        return json.loads(text) if text else None

    def _read(self, verb: str, path: str, body: dict[str, Any] | None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 (an address of this machine, made by us)
            self.base + path, data, self._headers, method=verb
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
                read: bytes = answer.read()
        except urllib.error.HTTPError as problem:
            with problem:
                said = problem.read().decode()
            raise HttpProblem(f"{verb} {path} answered {problem.code}: {said}") from None
        return read
