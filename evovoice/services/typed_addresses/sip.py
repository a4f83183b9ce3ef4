"""Reads SIP addresses: only of hosts that are allowed, and no emergency desk behind them."""

import re
from urllib.parse import unquote

from evovoice.domain.values import SipAddress
from evovoice.services.errors import BadDestination
from evovoice.services.typed_addresses.emergency import is_emergency_in_exchange
from evovoice.services.typed_addresses.telephone import emergency

_SIP = re.compile(
    r"(?P<scheme>sips?):(?P<user>[^@\s;?<>\"]{1,128})@(?P<host>[a-z0-9.\-]{1,190})"
    r"(?P<rest>(?::[0-9]{1,5})?(?:;transport=(?:udp|tcp|tls))?)",
    re.ASCII | re.IGNORECASE,
)
_FORM = "a SIP address looks like sip:desk@pbx.example, at most with ;transport=tls behind it"
_SEPARATORS = re.compile(r"[^0-9a-z]", re.ASCII | re.IGNORECASE)


def is_sip(text: str) -> bool:
    """Whether that plain text is meant as a SIP address."""
    return text.lower().startswith(("sip:", "sips:"))


def read_sip(text: str, allowed_hosts: frozenset[str], country: str) -> SipAddress:
    """The address in its one spelling; the user's part is kept as it is. Errors: `BadDestination`.

    Scheme, host and transport ignore case (RFC 3261, 19.1.4).
    """
    match = _matched(text)
    if is_emergency_in_exchange(_digits(match["user"]), country):
        raise emergency()
    host = match["host"].lower()
    if host not in allowed_hosts:
        raise BadDestination("DestinationForbidden", f"Calls to '{text}' are not allowed")
    scheme, rest = match["scheme"].lower(), match["rest"].lower()
    return SipAddress(f"{scheme}:{match['user']}@{host}{rest}")


def sip_spellings(text: str) -> frozenset[str]:
    """The one spelling of that address, with each way and without one in which it may be reached:
    they all ring the same. Errors: `BadDestination`.
    """
    match = _matched(text)
    port = match["rest"].lower().partition(";")[0]
    bare = f"{match['scheme'].lower()}:{match['user']}@{match['host'].lower()}{port}"
    return frozenset({bare, *(f"{bare};transport={way}" for way in ("udp", "tcp", "tls"))})


def _matched(text: str) -> re.Match[str]:
    match = _SIP.fullmatch(text)
    if match is None:
        message = f"'{text}' is not a number, SIP address or user: {_FORM}"
        raise BadDestination("InvalidDestination", message)
    return match


def _digits(user: str) -> str:
    """What an exchange makes of the user's part: unescaped, without a password or separators."""
    return _SEPARATORS.sub("", unquote(user).partition(":")[0].partition(";")[0])
