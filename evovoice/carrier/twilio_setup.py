"""Asks Twilio how account, keys, numbers and TwiML App are set up, and sets addresses."""

from collections.abc import Mapping
from typing import Any

from twilio.rest import Client  # type: ignore[import-untyped]

from evovoice.carrier.port import CarrierRefused
from evovoice.carrier.setup_check.questions import AccountAnswer, NumberAnswer, VoiceAnswer
from evovoice.carrier.twilio_errors import NOT_FOUND, translated

_PAGE = 1000  # the most that one page may have


class TwilioSetup:
    """Both clients are of one account.

    `owner` signs in with the auth token: it may see everything, where a standard key may read
    neither the account nor the keys. `service` is what the service gives its orders with.
    """

    def __init__(self, owner: Client, service: Client, account_sid: str) -> None:
        self._owner = owner
        self._service = service
        self._account_sid = account_sid

    def account(self) -> AccountAnswer:
        """The account."""
        with translated():
            found = self._owner.api.v2010.accounts(self._account_sid).fetch()
        return AccountAnswer(found.type, found.status, found.auth_token)

    def try_service_credentials(self) -> None:
        """The list of calls, one of them."""
        with translated():
            self._service.calls.list(limit=1, page_size=1)

    def key_is_restricted(self, key_sid: str) -> bool:
        """`policy` lists what a restricted key may do; other keys have none."""
        with translated():
            return self._owner.iam.v1.api_key(key_sid).fetch().policy is not None

    def numbers(self) -> list[NumberAnswer]:
        """All of them, in as few requests as possible."""
        with translated():
            found = self._owner.incoming_phone_numbers.list(page_size=_PAGE)
            return [_number(one) for one in found]

    def application(self, sid: str) -> VoiceAnswer:
        """The addresses of one TwiML App."""
        with translated():
            return _voice(self._owner.applications(sid).fetch())

    def caller_ids(self) -> list[str]:
        """The numbers of the list of outgoing caller IDs."""
        with translated():
            found = self._owner.outgoing_caller_ids.list(page_size=_PAGE)
            return [str(one.phone_number) for one in found]

    def may_dial(self, country: str) -> bool:
        """Its low-risk numbers: high-risk ones are off for good reason."""
        with translated():
            found = self._owner.voice.v1.dialing_permissions.countries(country).fetch()
        return bool(found.low_risk_numbers_enabled)

    def voice_region(self, number: str) -> str | None:
        """The Inbound Processing Region; a number that has none assigned may be unknown there."""
        try:
            with translated():
                found = self._owner.routes.v2.phone_numbers(number).fetch()
        except CarrierRefused as refusal:
            if refusal.code == NOT_FOUND:
                return None
            raise
        return found.voice_region or None

    def set_number(self, sid: str, fields: Mapping[str, str]) -> None:
        """One request; what is not named stays."""
        with translated():
            self._owner.incoming_phone_numbers(sid).update(**fields)

    def set_application(self, sid: str, fields: Mapping[str, str]) -> None:
        """One request; what is not named stays."""
        with translated():
            self._owner.applications(sid).update(**fields)


def _number(found: Any) -> NumberAnswer:  # noqa: ANN401 (the library has no types)
    capabilities = found.capabilities or {}
    return NumberAnswer(
        sid=found.sid,
        number=found.phone_number,
        voice=_voice(found),
        application_sid=found.voice_application_sid or None,
        trunk_sid=found.trunk_sid or None,
        has_voice=capabilities.get("voice"),
    )


def _voice(found: Any) -> VoiceAnswer:  # noqa: ANN401 (the library has no types)
    return VoiceAnswer(
        voice_url=found.voice_url or "",
        voice_method=found.voice_method or "",
        voice_fallback_url=found.voice_fallback_url or "",
        voice_fallback_method=found.voice_fallback_method or "",
        status_callback=found.status_callback or "",
        status_callback_method=found.status_callback_method or "",
    )
