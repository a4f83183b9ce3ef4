"""The guard of the carrier's webhooks: what is not signed by it is refused, and told of."""

import re
from collections.abc import Callable

from flask import request

from evovoice import logs, metrics
from evovoice.carrier.signature import SignatureCheck
from evovoice.web.guards import whole_body
from evovoice.web.raw_path import raw_path, raw_path_and_query
from evovoice.web.refusals import InvalidSignature

_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}", re.ASCII)
_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}

_log = logs.get_logger(__name__)


def require_signature(signature: SignatureCheck) -> Callable[[], None]:
    """The check of `SIGNED_BY_CARRIER`; the form itself goes in, with its repeated names."""
    few = logs.FewLines()

    def check() -> None:
        body = whole_body()
        form = request.form if request.mimetype in _FORMS else None
        header = request.headers.get("X-Twilio-Signature")
        settings = request.headers.get("X-Twilio-Webhooks-Signature-Settings")
        host = request.headers.get("Host")
        flaw = signature.flaw(raw_path_and_query(), form, header, settings, body, host)
        if flaw is not None:
            metrics.REFUSED_SIGNATURES.inc()
            _warn(signature, flaw, few.left_out(flaw))
            raise InvalidSignature
        logs.bind(**(request.view_args or {}), call_sid=request.form.get("CallSid"))

    return check


def _warn(signature: SignatureCheck, flaw: str, left_out: int | None) -> None:
    """Against which address it was checked: a wrong PUBLIC_BASE_URL is the commonest reason. The
    query is left out, and so are most lines of a flood; `left_out` counts them.
    """
    if left_out is None:
        return
    _log.warning(
        "A webhook was refused: nothing proves that it is the carrier's",
        why=flaw, checked_against=signature.checked_address(raw_path()),
        asked_for=f"{request.scheme}://{request.headers.get('Host', '')}{raw_path()}",
        hint="the address set at the carrier must begin with PUBLIC_BASE_URL to the letter",
        left_out=left_out or None, sender=request.remote_addr, call_sid=_claimed_call(),
    )  # fmt: skip


def _claimed_call() -> str | None:
    """Which call it says that it is about; nothing proves it, so only the form of a SID counts."""
    claimed = request.form.get("CallSid", "")
    return claimed if _CALL_SID.fullmatch(claimed) else None
