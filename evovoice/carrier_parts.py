"""The parts that speak to the carrier, made of the settings."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from evovoice.carrier.addresses import CallbackAddresses
from evovoice.carrier.capture.masking import Masking as CaptureMasking
from evovoice.carrier.capture.numbers import Pseudonyms
from evovoice.carrier.capture.recorder import MOST_FILES, Recorder
from evovoice.carrier.port import Carrier
from evovoice.carrier.public_site import HttpPublicSite
from evovoice.carrier.twilio_access import TwilioAccess
from evovoice.carrier.twilio_carrier import TwilioCarrier
from evovoice.carrier.twilio_http import twilio_client
from evovoice.carrier.twilio_setup import TwilioSetup
from evovoice.carrier.twiml import TwimlWriter
from evovoice.externals import Externals
from evovoice.settings import Settings

_log = logging.getLogger(__name__)
_CONNECTIONS = 176  # one for each thread that may give an order


def recorder_of(settings: Settings, clock: Callable[[], datetime]) -> Recorder | None:
    """Keeps what the carrier sends and answers, where the operator wants that."""
    if settings.capture_folder is None:
        return None
    folder = Path(settings.capture_folder).absolute()
    _log.warning(
        "EVOVOICE_RECORD_WEBHOOKS is set: what Twilio sends and answers is kept in %s, with"
        " numbers masked, %d files at most",
        folder, MOST_FILES,
    )  # fmt: skip
    numbers = Pseudonyms(folder / "numbers", settings.secret_key)
    masking = CaptureMasking(numbers, settings.public_base_url, settings.secrets)
    return Recorder(folder, masking, clock)


def carrier_of(
    settings: Settings, twiml: TwimlWriter, externals: Externals, recorder: Recorder | None
) -> tuple[Carrier, Callable[[], None] | None]:
    """Who carries out orders, and what to ask once after the start.

    That is of Twilio itself only: where `api_base_url` stands in for it no region is chosen.
    """
    if externals.carrier is not None:
        return externals.carrier, None
    client = twilio_client(
        account_sid=settings.account_sid,
        auth_token=settings.auth_token,
        api_key_sid=settings.api_key_sid,
        api_key_secret=settings.api_key_secret,
        api_base_url=settings.api_base_url,
        region=settings.region,
        edge=settings.edge,
        pool_size=_CONNECTIONS,
        recorder=recorder,
    )
    addresses = CallbackAddresses(settings.public_base_url)
    carrier = TwilioCarrier(client, twiml, addresses, externals.clock)
    access = TwilioAccess(client, settings.auth_token)
    return carrier, None if settings.api_base_url else access.warn_where_refused


def twilio_setup(settings: Settings) -> TwilioSetup:
    """Asks Twilio with the settings in force; the key where there is one, and the token."""
    client = partial(
        twilio_client,
        account_sid=settings.account_sid,
        auth_token=settings.auth_token,
        api_base_url=settings.api_base_url,
        region=settings.region,
        edge=settings.edge,
        pool_size=1,
    )
    service = client(api_key_sid=settings.api_key_sid, api_key_secret=settings.api_key_secret)
    return TwilioSetup(client(), service, settings.account_sid)


def public_site(settings: Settings) -> HttpPublicSite:
    """Asks PUBLIC_BASE_URL."""
    return HttpPublicSite(settings.public_base_url)
