"""Who may use the control address: this machine, and no web page of somebody else's."""

from urllib.parse import urlsplit

from aiohttp import web

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_NAMES = frozenset({"localhost", *_LOOPBACK})


def refusal(request: web.Request) -> str | None:
    """Why this request is not served, if it is not."""
    if request.remote not in _LOOPBACK:
        return "the control address answers to this machine only"
    if not _is_local(f"//{request.host}"):
        return f"the control address is not called {request.host}"
    origin = request.headers.get("Origin")
    if origin is not None and not _same(origin, request.host):
        return "the control address does not serve pages of another origin"
    return None


def _is_local(address: str) -> bool:
    """A foreign name that leads here is DNS rebinding."""
    try:
        return urlsplit(address).hostname in _NAMES
    except ValueError:
        return False


def _same(origin: str, host: str) -> bool:
    return origin.removeprefix("http://") == host
