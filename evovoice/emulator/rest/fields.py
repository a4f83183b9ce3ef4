"""Reading single form fields: addresses of callbacks, methods, seconds, subscriptions."""

from urllib.parse import urlsplit

from evovoice.emulator.engine.leg_events import LEG_EVENTS
from evovoice.emulator.rest.errors import Refusal
from evovoice.emulator.rest.messages import Form
from evovoice.emulator.state.bounds import LONGEST_CALL, Bounds, whole_number
from evovoice.emulator.state.orders import Subscription

_COMPLETED = frozenset({"completed"})


def url_in(form: Form, name: str, code: int) -> str | None:
    """An absolute address; a host name with an underscore is refused."""
    url = form.text(name).strip()
    return checked_url(url, name, code) if url else None


def checked_url(url: str, name: str, code: int) -> str:
    """The address, if it is an absolute one. Errors: `Refusal` with that code."""
    try:
        address = urlsplit(url)
        host = address.hostname
    except ValueError:
        host = None
    if not host or "_" in host or address.scheme not in {"http", "https"}:
        raise Refusal(code, f"{name} is not a valid URL: {url}")
    return url


def wait_url_in(form: Form) -> str | None:
    """What is heard before a conference starts: an address, silence if it is empty."""
    return url_in(form, "WaitUrl", 21205) or form.get("WaitUrl")


def method_in(form: Form, name: str, default: str = "POST", code: int = 21209) -> str:
    """GET or POST."""
    method = form.text(name).upper() or default
    if method not in {"GET", "POST"}:
        raise Refusal(code, f"Invalid Method: {name} is {form.text(name)}")
    return method


def seconds_in(form: Form, name: str) -> int | None:
    """A whole number of seconds that is not longer than a call can be, if it is one."""
    return whole_number(form.text(name), Bounds(1, LONGEST_CALL))


def timeout_in(form: Form, low: int, high: int, default: int) -> int:
    """R35: a Timeout outside its limits is refused."""
    if not form.get("Timeout"):
        return default
    seconds = seconds_in(form, "Timeout")
    if seconds is None or not low <= seconds <= high:
        raise Refusal(21208, "Invalid Timeout value")
    return seconds


def leg_subscription(form: Form) -> Subscription | None:
    """StatusCallback and its events; by default only the end is reported (R31)."""
    url = url_in(form, "StatusCallback", 21609)
    if not url:
        return None
    events = form.words("StatusCallbackEvent") & LEG_EVENTS or _COMPLETED
    return Subscription(url, method_in(form, "StatusCallbackMethod"), events)


def fallback_in(form: Form) -> tuple[str, str] | None:
    """Where to go when a document cannot be had."""
    url = url_in(form, "FallbackUrl", 21205)
    return (url, method_in(form, "FallbackMethod")) if url else None
