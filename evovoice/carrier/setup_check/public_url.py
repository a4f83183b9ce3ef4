"""PUBLIC_BASE_URL: do we answer there, provably, and is what Twilio signs accepted."""

import json
from secrets import token_hex
from urllib.parse import urlsplit

from evovoice.carrier.setup_check.findings import Finding, right, unknown, wrong
from evovoice.carrier.setup_check.hosts import is_private
from evovoice.carrier.setup_check.questions import (
    BadCertificate,
    NoAnswerInTime,
    PublicSite,
    SiteAnswer,
    SiteUnreachable,
    UnknownHost,
)
from evovoice.carrier.setup_check.wanted import Wanted

SUBJECT, _SIGNATURE = "PUBLIC_BASE_URL", "signature"
_OK, _REDIRECTS, _REFUSED, _FAILURES = 200, range(300, 400), 403, 500
_CURES = {
    UnknownHost: "Check the name, and its entry in the DNS.",
    BadCertificate: "Install a certificate of a public authority for that host, with its chain.",
}


def check(site: PublicSite, wanted: Wanted) -> list[Finding]:
    """The address, who answers there, and whether they take a signature of ours and no other."""
    found = _address(wanted)
    try:
        response = site.health()
    except SiteUnreachable as error:
        return [*found, _unreachable(error)]
    if not _is_ours(response):
        return [*found, _not_us(response)]
    return [*found, right(SUBJECT, "answers there"), *_signatures(site, wanted)]


def _address(wanted: Wanted) -> list[Finding]:
    parts = urlsplit(wanted.public_base_url)
    if "_" in (parts.hostname or ""):
        sentence = "has an underscore in its host name: Twilio refuses callbacks to it"
        return [wrong(SUBJECT, sentence, "Give the service a host name without one.")]
    if is_private(parts.hostname or ""):
        return [] if wanted.api_base_url else [_private()]
    if parts.scheme != "https":
        sentence = "is http: whoever is on the way can read and change what Twilio sends"
        return [wrong(SUBJECT, sentence, "Give the service a certificate and an https address.")]
    return []


def _private() -> Finding:
    sentence = "is an address of this machine or its own network, which Twilio cannot reach"
    return wrong(SUBJECT, sentence, "Set the address under which Twilio reaches the service.")


def _unreachable(error: SiteUnreachable) -> Finding:
    if isinstance(error, NoAnswerInTime):
        sentence = "gives no answer to this machine in time"
        cure = "Ask PUBLIC_BASE_URL/healthz from elsewhere: some networks hide their own address."
        return unknown(SUBJECT, sentence, cure)
    cure = _CURES.get(type(error), "Start the service (evovoice serve) and what stands before it.")
    return wrong(SUBJECT, f"cannot be used: {error}", cure)


def _is_ours(response: SiteAnswer) -> bool:
    """`{"status": "ok"}` is what we say, and no other page."""
    try:
        said = json.loads(response.body)
    except ValueError:
        return False
    return response.status == _OK and said == {"status": "ok"}


def _not_us(response: SiteAnswer) -> Finding:
    sentence = f"/healthz answers with status {response.status}, as this service does not"
    cure = "Check that the address, with its path, leads to the service and to nothing else."
    if response.status in _REDIRECTS:
        cure = "Set the address to which it redirects; Twilio signs the one that it was given."
    if response.status >= _FAILURES:
        cure = "See the log of the service and of what stands before it; is the database there?"
    return wrong(SUBJECT, sentence, cure)


def _signatures(site: PublicSite, wanted: Wanted) -> list[Finding]:
    """A report on a call that nobody has changes nothing, and is still checked for its
    signature.
    """
    form = {"AccountSid": wanted.account_sid, "CallSid": f"CA{token_hex(16)}",
            "CallStatus": "in-progress"}  # fmt: skip
    try:
        genuine = site.report(form, wanted.auth_tokens[0])
        forged = site.report(form, token_hex(16))
    except SiteUnreachable as error:
        return [unknown(_SIGNATURE, f"could not be tried: {error}", "Run the doctor again.")]
    return [_genuine(genuine), _forged(forged)]


def _genuine(response: SiteAnswer) -> Finding:
    if _OK <= response.status < _REDIRECTS.start:
        return right(_SIGNATURE, "made with TWILIO_AUTH_TOKEN it is accepted there")
    if response.status == _REFUSED:
        return wrong(
            _SIGNATURE,
            "made with TWILIO_AUTH_TOKEN it is refused there, as if other settings were in force",
            "Start the service with the TWILIO_AUTH_TOKEN, TWILIO_ACCOUNT_SID and PUBLIC_BASE_URL"
            " of the doctor; whatever stands before it must not change paths.",
        )
    sentence = f"could not be tried: a report is answered with status {response.status}"
    return unknown(_SIGNATURE, sentence, "See the log of the service.")


def _forged(response: SiteAnswer) -> Finding:
    subject = "forged signature"
    if response.status == _REFUSED:
        return right(subject, "is refused there")
    return wrong(
        subject,
        f"is answered with status {response.status}",
        "Something else than this service takes Twilio's reports there, or a proxy hides it.",
    )
