"""X-Twilio-Signature: what the application checks to know that we are Twilio (R46)."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable


def signed_text(url: str, params: Iterable[tuple[str, str]]) -> str:
    """The URL and every distinct name and value, sorted, with nothing between."""
    return url + "".join([name + value for name, value in sorted(set(params))])


def sign(
    auth_token: str,
    url: str,
    params: Iterable[tuple[str, str]] = (),
    algorithm: str = "sha1",
) -> str:
    """The signature of a POST form; without parameters that of a GET or of a JSON body."""
    text = signed_text(url, params).encode()
    return b64encode(hmac.digest(auth_token.encode(), text, algorithm)).decode()


def json_url(url: str, body: bytes) -> str:
    """The address of a JSON delivery: the body's sha256 travels in the query."""
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}bodySHA256={hashlib.sha256(body).hexdigest()}"
