"""Who may use the control address: this machine, and no web page of somebody else's."""

from urllib.parse import urlsplit

from aiohttp import web

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_NAMES = frozenset({"localhost", *_LOOPBACK})


def refusal(request: web.Request, allowed_hosts: frozenset[str] = frozenset()) -> str | None:
    """Why this request is not served, if it is not. Under a name in `allowed_hosts`, such as a
    container's, other machines are served too.
    """
    name = _name(f"//{request.host}")
    if name not in allowed_hosts:
        if request.remote not in _LOOPBACK:
            return "the control address answers to this machine only; see --allow-host"
        if name not in _NAMES:
            return f"the control address is not called {request.host}; see --allow-host"
    origin = request.headers.get("Origin")
    if origin is not None and not _same(origin, request.host):
        return "the control address does not serve pages of another origin"
    return None


def _name(address: str) -> str | None:
    """The host's name; a foreign one that leads here is DNS rebinding."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _same(origin: str, host: str) -> bool:
    return origin.removeprefix("http://") == host
