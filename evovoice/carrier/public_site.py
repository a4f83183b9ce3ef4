"""Asks our own public address what Twilio would ask there, from this machine."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

import urllib3
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from urllib3.exceptions import (
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
    TimeoutError,  # noqa: A004 (urllib3's own, of which all its time-outs are)
)

from evovoice.carrier.addresses import STATUS_ROUTE
from evovoice.carrier.setup_check.questions import (
    BadCertificate,
    NoAnswerInTime,
    SiteAnswer,
    SiteUnreachable,
    UnknownHost,
)
from evovoice.carrier.twilio_http import connections_to

_WAIT = urllib3.Timeout(connect=3.0, read=5.0)
_MOST = 4096  # bytes of a response that are of interest
_FORM = "application/x-www-form-urlencoded"


class HttpPublicSite:
    """Never repeats a request and follows no redirect, so that each response is what came first."""

    def __init__(self, base_url: str, connections: urllib3.PoolManager | None = None) -> None:
        self._base = base_url
        self._connections = connections or connections_to(base_url, pool_size=1)

    def health(self) -> SiteAnswer:
        """Whether the service can serve."""
        return self._ask("GET", "/healthz", None, {})

    def report(self, form: Mapping[str, str], token: str) -> SiteAnswer:
        """A report on a call, signed over the address that Twilio would have."""
        url = self._base + STATUS_ROUTE
        signature = RequestValidator(token).compute_signature(url, dict(form))
        headers = {"Content-Type": _FORM, "X-Twilio-Signature": signature}
        return self._ask("POST", STATUS_ROUTE, urlencode(form), headers)

    def _ask(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> SiteAnswer:
        with _explained():
            response = self._connections.urlopen(
                method, self._base + path, body=body, headers=dict(headers), timeout=_WAIT,
                retries=False, redirect=False, preload_content=False,
            )  # fmt: skip
            try:
                text = response.read(_MOST).decode(errors="replace")
            finally:
                response.close()
        return SiteAnswer(response.status, text)


@contextmanager
def _explained() -> Iterator[None]:
    """In few words of ours: the library's texts are long and full of its own names."""
    try:
        yield
    except NameResolutionError:
        raise UnknownHost("its host name is not known") from None
    except SSLError as error:
        raise BadCertificate(f"its certificate is not valid ({_reason(error)})") from None
    except NewConnectionError:  # before the time-outs: urllib3 counts it among them
        raise SiteUnreachable("nobody answers there") from None
    except TimeoutError:
        raise NoAnswerInTime("no answer in time") from None
    except (HTTPError, OSError) as error:
        raise SiteUnreachable(f"no connection ({type(error).__name__})") from None


def _reason(error: SSLError) -> str:
    inner = next((one for one in error.args if isinstance(one, ssl.SSLCertVerificationError)), None)
    return inner.verify_message if inner else "no secure connection"
