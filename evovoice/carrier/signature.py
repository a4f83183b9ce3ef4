"""Did Twilio send this, and about our account? (section 5)

A signature carries no time and stays valid for ever: replays are caught by the receipts. It
does not say where a name ends and its value begins either: `form_fields` is strict for that.
"""

from collections.abc import Sequence
from hashlib import sha256
from hmac import compare_digest
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped]
    HMAC_SHA1,
    HMAC_SHA256,
    RequestValidator,
    get_signature_algorithm,
)

from evovoice.carrier.addresses import checked_base_url
from evovoice.carrier.form_fields import Form, values_of

_ALGORITHMS = frozenset({HMAC_SHA1, HMAC_SHA256})
_BODY_HASH = "bodySHA256"
_UNSIGNED = "it has no signature"
_OTHER_BODY = "its body is not the one that its address names"
_OTHER_ACCOUNT = "its AccountSid is not TWILIO_ACCOUNT_SID"
_NO_MATCH = "its signature is not the one of this address and body with TWILIO_AUTH_TOKEN"


class SignatureCheck:
    """Checks the signature of a webhook, with one auth token or, during a rotation, with two.

    Twilio signs an address as it was given, and that of a number was typed by a person: our host
    may be spelled with capitals there. `base_url_as_set` is how that person has spelled it for us.
    """

    def __init__(
        self,
        auth_tokens: Sequence[str],
        public_base_url: str,
        account_sid: str,
        base_url_as_set: str | None = None,
    ) -> None:
        if isinstance(auth_tokens, str) or not auth_tokens:
            raise ValueError("At least one auth token is needed to check signatures")
        if not all(token.strip() for token in auth_tokens):
            raise ValueError("An empty auth token would let forged webhooks in")
        if not account_sid:
            raise ValueError("The account SID is needed to check signatures")
        self._validators = [RequestValidator(token) for token in auth_tokens]
        self._base_url = checked_base_url(public_base_url)
        self._as_set = checked_base_url(base_url_as_set or public_base_url)
        self._account_sid = account_sid

    def is_genuine(
        self,
        raw_path_and_query: str,
        form: Form | None,
        header: str | None,
        settings_header: str | None,
        body: bytes,
        host: str | None = None,
    ) -> bool:
        """Whether Twilio signed exactly this for exactly this address; never raises.

        Arguments as of `flaw`.
        """
        return self.flaw(raw_path_and_query, form, header, settings_header, body, host) is None

    def checked_address(self, raw_path_and_query: str) -> str:
        """What Twilio must have signed for a request to that path."""
        return self._base_url + raw_path_and_query.partition("#")[0]

    def flaw(
        self,
        raw_path_and_query: str,
        form: Form | None,
        header: str | None,
        settings_header: str | None,
        body: bytes,
        host: str | None = None,
    ) -> str | None:
        """Why that request proves nothing; None where Twilio signed exactly this for exactly this
        address. One of four sentences; never raises.

        `raw_path_and_query` as it came in, not decoded; `form` for a form, None for any other
        body, which must then be the one that the signed address names by its hash. `host` as the
        request names it: it counts for nothing but the capitals in it.
        """
        algorithm = get_signature_algorithm(settings_header)
        if not header or algorithm.upper() not in _ALGORITHMS:
            return _UNSIGNED
        target = raw_path_and_query.partition("#")[0]  # a fragment is never signed
        if form is None and not self._is_our_body(target, body):
            return _OTHER_BODY
        if form is not None and not self._is_our_form(form):
            return _OTHER_ACCOUNT
        is_signed = any(
            self._is_signed(base_url + target, form, header, algorithm)
            for base_url in self._spellings(host or "")
        )
        return None if is_signed else _NO_MATCH

    def _spellings(self, host: str) -> list[str]:
        """Our address as Twilio may have been given it, the likeliest first, each once."""
        ours = urlsplit(self._base_url)
        is_spelled = host.lower() == ours.netloc.lower()
        as_sent = ours._replace(netloc=host).geturl() if is_spelled else self._base_url
        return list(dict.fromkeys((self._base_url, self._as_set, as_sent)))

    def _is_our_form(self, form: Form) -> bool:
        return values_of(form, "AccountSid") == [self._account_sid]

    def _is_our_body(self, target: str, body: bytes) -> bool:
        """The SDK's own check wants text and fails on bytes that are none."""
        promised = _query_values(target)
        actual = sha256(body).hexdigest()
        return len(promised) == 1 and compare_digest(
            promised[0].encode(errors="replace"), actual.encode()
        )

    def _is_signed(self, url: str, form: Form | None, header: str, algorithm: str) -> bool:
        try:
            return any(
                _is_signed_by(validator, url, {} if form is None else form, header, algorithm)
                for validator in self._validators
            )
        except (ValueError, TypeError, LookupError):
            return False


def _is_signed_by(
    validator: RequestValidator, url: str, form: Form | dict[str, str], header: str, algorithm: str
) -> bool:
    """The SDK always tries the address with its port and without; nearly always it came as it is
    configured, and one look is enough.
    """
    expected: str = validator.compute_signature(url, form, algorithm)
    if compare_digest(expected.encode(), header.encode(errors="replace")):
        return True
    return bool(validator.validate(url, form, header, algorithm))


def _query_values(target: str) -> list[str]:
    try:
        values = parse_qs(urlsplit(target).query, errors="replace")
    except ValueError:
        return []
    return values.get(_BODY_HASH, [])
