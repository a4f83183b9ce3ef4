"""At the start: does Twilio accept our credentials, in the region where we use them? (10.1)"""

import logging

from twilio.rest import Client  # type: ignore[import-untyped]

from evovoice.carrier.port import CarrierError, CredentialsRefused
from evovoice.carrier.twilio_errors import translated

_log = logging.getLogger(__name__)
_DEFAULT_REGION = "us1"


class TwilioAccess:
    """Asks once with each pair of credentials that is set, and warns; nothing waits for it.

    The auth token is asked about beside an API key, since webhooks are signed with it: one of
    another region would make every webhook a forgery. A list of calls is asked for, as standard
    keys may not read the account itself.
    """

    def __init__(self, client: Client, auth_token: str) -> None:
        self._clients = {"TWILIO_AUTH_TOKEN": client}
        if client.username != client.account_sid:
            self._clients = {
                "TWILIO_API_KEY_SID with TWILIO_API_KEY_SECRET": client,
                "TWILIO_AUTH_TOKEN": _with_token(client, auth_token),
            }

    def warn_where_refused(self) -> None:
        """One line for each pair that is refused, or that could not be asked about."""
        for setting, client in self._clients.items():
            try:
                with translated():
                    client.calls.list(limit=1)
            except CredentialsRefused:
                _log.warning(_REFUSED, setting, client.region or _DEFAULT_REGION)
            except CarrierError as error:
                _log.warning(_NOT_ASKED, setting, error)


_REFUSED = (
    "Twilio does not accept %s in region %s: the credentials are wrong or belong to another"
    " region, as each has its own; set TWILIO_REGION to theirs, or take those of this region from"
    " Twilio's console"
)
_NOT_ASKED = "Twilio could not be asked whether it accepts %s: %s"


def _with_token(client: Client, auth_token: str) -> Client:
    other = Client(client.account_sid, auth_token, http_client=client.http_client)
    other.region, other.edge = client.region, client.edge
    return other
