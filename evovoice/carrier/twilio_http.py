"""The one Twilio client of a process: pooled, with a timeout on every request."""

import json
import logging
import os
import ssl
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
import urllib3
from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from evovoice.carrier.addresses import checked_base_url
from evovoice.carrier.capture.recorder import Recorder, RestAnswer
from evovoice.carrier.cures import cure_of
from evovoice.carrier.port import CarrierBusy

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_quoted = lru_cache(maxsize=1000)(quote_plus)  # most of an order is the same each time
_TALKATIVE = ("twilio.http_client", "urllib3.connectionpool")  # they log addresses and numbers
_TOO_MANY_REQUESTS = 429
_LONGEST_PAUSE = 300.0


def twilio_client(
    *,
    account_sid: str,
    auth_token: str,
    api_key_sid: str | None = None,
    api_key_secret: str | None = None,
    api_base_url: str | None = None,
    region: str | None = None,
    edge: str | None = None,
    timeout: tuple[float, float] = (3.0, 4.5),
    pool_size: int = 64,
    recorder: Recorder | None = None,
) -> Client:
    """A client that signs in with the API key where there is one, else with the auth token.

    Its requests go to `api.{edge}.{region}.twilio.com`, or all to `api_base_url` where it is set.
    """
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    http = PooledHttpClient(api_base_url, timeout, pool_size, recorder)
    if api_key_sid and api_key_secret:
        client = Client(api_key_sid, api_key_secret, account_sid, http_client=http)
    else:
        client = Client(account_sid, auth_token, http_client=http)
    client.region, client.edge = region, edge  # the SDK by itself would ask the environment
    _load(client)
    return client


class PooledHttpClient(HttpClient):  # type: ignore[misc]
    """Sends the SDK's requests over urllib3, which costs less than its own client on `requests`.

    A pool belongs to one process: after a fork each makes its own, as two processes must not
    talk over one connection.
    """

    def __init__(
        self, base_url: str | None, timeout: tuple[float, float], pool_size: int,
        recorder: Recorder | None = None,
    ) -> None:  # fmt: skip
        super().__init__(logging.getLogger(_TALKATIVE[0]), is_async=False)
        self._base_url = checked_base_url(base_url) if base_url else None
        self._wait = urllib3.Timeout(connect=timeout[0], read=timeout[1])
        self._pool_size = pool_size
        self._recorder = recorder
        self._pools: _Pools | None = None
        self._making = Lock()

    def request(  # noqa: PLR0917  the SDK calls it so
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request, never repeated here: the orders' rows know when that is safe."""
        began = time.monotonic()
        response = self._send(
            method,
            self._address(uri, params),
            body=urlencode(data, doseq=True, quote_via=_quoted) if data else None,
            headers=_with_credentials(headers or {}, auth),
            timeout=self._wait if timeout is None else timeout,
            redirect=allow_redirects,
            retries=False,
        )
        if self._recorder is not None:
            took = time.monotonic() - began
            kept = (response.status, response.headers, response.data, took)
            self._recorder.rest_answer(RestAnswer(method, uri, params or {}, data or {}, *kept))
        if response.status == _TOO_MANY_REQUESTS:  # the SDK's error would lose the header
            code = _code(response.data)
            pause = _retry_after(response.headers.get("Retry-After"))
            raise CarrierBusy(pause, cure_of(code), code)
        return Response(response.status, response.data.decode(), response.headers)

    def _address(self, uri: str, params: Mapping[str, object] | None) -> str:
        if self._base_url:
            uri = self._base_url + uri[uri.index("/", len("https://")) :]
        return f"{uri}?{urlencode(params, doseq=True)}" if params else uri

    def _send(self, method: str, address: str, **rest: Any) -> urllib3.BaseHTTPResponse:  # noqa: ANN401 (as urllib3 takes them)
        """Over the host's own pool: the manager reads and weighs every address anew."""
        start = address.index("/", len("https://"))
        pools = self._own_pools(address[:start])
        if pools.manager.proxy is not None:
            return pools.manager.urlopen(method, address, **rest)
        pool = pools.of(address[:start])
        return pool.urlopen(method, address[start:], assert_same_host=False, **rest)

    def _own_pools(self, origin: str) -> "_Pools":
        process = os.getpid()
        if self._pools is not None and self._pools.process == process:
            return self._pools
        with self._making:  # two at once would open twice the connections that are meant
            if self._pools is None or self._pools.process != process:
                self._pools = _Pools(process, self._new_manager(self._base_url or origin))
            return self._pools

    def _new_manager(self, target: str) -> urllib3.PoolManager:
        return connections_to(target, self._pool_size)


def connections_to(target: str, pool_size: int) -> urllib3.PoolManager:
    """Connections to that address: by the machine's proxy where it has one for it, and only to
    who proves to be that host.
    """
    proxy = _proxy_for(target)
    secure = _trust() if "https" in (urlsplit(target).scheme, urlsplit(proxy).scheme) else None
    if proxy:
        return urllib3.ProxyManager(proxy, maxsize=pool_size, ssl_context=secure)
    return urllib3.PoolManager(maxsize=pool_size, ssl_context=secure)


@dataclass(frozen=True, slots=True)
class _Pools:
    """The connections of one process, by host."""

    process: int
    manager: urllib3.PoolManager
    _by_origin: dict[str, urllib3.HTTPConnectionPool] = field(default_factory=dict)

    def of(self, origin: str) -> urllib3.HTTPConnectionPool:
        """The pool for an address's beginning, `https://host`."""
        known = self._by_origin.get(origin)
        if known is None:
            known = self._by_origin[origin] = self.manager.connection_from_url(origin)
        return known


def _load(client: Client) -> None:
    """Import what the SDK imports late, 28 MB of it, before the workers are forked."""
    _ = client.conferences("CF" + 32 * "0").participants
    _ = client.calls("CA" + 32 * "0")


def _with_credentials(headers: Mapping[str, str], auth: tuple[str, str] | None) -> dict[str, str]:
    if auth is None:
        return dict(headers)
    return {**headers, "Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()}


def _code(body: bytes) -> int | None:
    """Twilio's own number for a refusal, None where the body has none."""
    try:
        code = json.loads(body)["code"]
    except (ValueError, TypeError, LookupError):
        return None
    return code if isinstance(code, int) else None


def _retry_after(header: str | None) -> float:
    """Seconds to wait; a date or nonsense counts as one second."""
    text = (header or "").strip()
    known = text.isascii() and text.isdigit()
    return min(float(text), _LONGEST_PAUSE) if known else 1.0


def _proxy_for(address: str) -> str:
    """The machine's proxy for that address, as the SDK's own client would use it, or ''."""
    parts = urlsplit(address)
    if parts.hostname in _LOOPBACK or proxy_bypass(parts.netloc):
        return ""
    return getproxies().get(parts.scheme, "")


def _trust() -> ssl.SSLContext:
    """The machine's own authorities and the common ones, as not every machine has any."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
