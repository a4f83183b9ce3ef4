"""HTTP to the service and to the emulator's control address; a broken connection is no answer."""

import json
import time
from dataclasses import dataclass
from typing import Any

import aiohttp

_PATIENCE = aiohttp.ClientTimeout(total=40)  # the contract promises ten seconds on a quiet machine


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is None where the connection broke; times in seconds since the epoch."""

    status: int | None
    body: Any
    sent: float
    answered: float

    @property
    def is_good(self) -> bool:
        """2xx."""
        return self.status is not None and 200 <= self.status < 300


class Line:
    """One address. Each request has a connection of its own, so that they are spread."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self, method: str, path: str, body: Any = None, key: str = "", once: str = ""
    ) -> Answer:
        """`key` signs in, `once` is the Idempotency-Key."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        if once:
            headers["Idempotency-Key"] = once
        sent = time.time()
        try:
            async with self._open().request(
                method, self._base + path, json=body, headers=headers, timeout=_PATIENCE
            ) as response:
                status, text = response.status, await response.text()
        except (TimeoutError, aiohttp.ClientError, OSError):
            status, text = None, ""
        return Answer(status, _parsed(text), sent, time.time())

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, force_close=True)
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None
