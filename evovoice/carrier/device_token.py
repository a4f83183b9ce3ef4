"""The access token with which an agent's device connects to Twilio Voice."""

from datetime import datetime

from twilio.jwt.access_token import AccessToken  # type: ignore[import-untyped]
from twilio.jwt.access_token.grants import VoiceGrant  # type: ignore[import-untyped]

from evovoice.carrier.port import DEVICE_TOKEN_LIFETIME, NotSetUp


class TwilioDeviceTokens:
    """Signs tokens with the API key; nothing is asked of Twilio for it."""

    def __init__(
        self,
        account_sid: str,
        api_key_sid: str | None,
        api_key_secret: str | None,
        twiml_app_sid: str | None,
        region: str | None = None,
    ) -> None:
        self._account_sid = account_sid
        self._region = region
        self._settings = {
            "TWILIO_API_KEY_SID": api_key_sid,
            "TWILIO_API_KEY_SECRET": api_key_secret,
            "TWILIO_TWIML_APP_SID": twiml_app_sid,
        }

    def token_for(self, identity: str, push_credential_sid: str | None, now: datetime) -> str:
        """A token for the device of that client name: it may be called, and calls by our app."""
        key_sid, secret, app_sid = map(self._needed, self._settings)
        grant = VoiceGrant(
            incoming_allow=True,
            outgoing_application_sid=app_sid,
            push_credential_sid=push_credential_sid,
        )
        token = AccessToken(
            self._account_sid, key_sid, secret, grants=[grant], identity=identity,
            nbf=int(now.timestamp()), region=self._region,
            valid_until=int((now + DEVICE_TOKEN_LIFETIME).timestamp()),
        )  # fmt: skip
        return str(token.to_jwt())

    def _needed(self, name: str) -> str:
        value = self._settings[name]
        if not value:
            raise NotSetUp(name)
        return value
