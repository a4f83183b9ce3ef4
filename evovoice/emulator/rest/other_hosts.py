"""What Twilio serves under other host names: API keys, dialing permissions, inbound regions.

The host is not looked at: a client that is sent here finds iam.twilio.com/v1/Keys under /v1/Keys.
Keys of the answers are those of the library's generated code (X).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

from evovoice.emulator.engine.formats import rfc2822
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest.accounts import require_owner
from evovoice.emulator.rest.errors import Refusal, not_found
from evovoice.emulator.rest.messages import RestRequest, RestResponse
from evovoice.emulator.state.account import Number
from evovoice.emulator.state.clock import MICROS
from evovoice.emulator.state.standing import COUNTRIES, OPENED

Handler = Callable[..., RestResponse]
_REGIONS = frozenset({"us1", "ie1", "au1"})  # in which calls can be processed


def shape_of(path: str) -> tuple[str | None, list[str]]:
    """The path as the table of handlers has it, and the one name in it; None for another path."""
    start, _, name = path.rpartition("/")
    shape = f"{start[1:]}/*"
    if not name or shape not in {known for _, known in HANDLERS}:
        return None, []
    return shape, [unquote(name)]


def fetch_key(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """An API key: only a restricted one has a policy, here one that allows all of Voice."""
    require_owner(network, request)
    if sid not in network.account.api_keys:
        raise not_found(request.path)
    restricted = sid in network.account.standing.restricted_keys
    moment = rfc2822(OPENED)
    return RestResponse(200, {
        "sid": sid,
        "friendly_name": f"Key {sid[-4:]}",
        "date_created": moment,
        "date_updated": moment,
        "policy": {"allow": ["/twilio/voice/*"]} if restricted else None,
    })  # fmt: skip


def fetch_country(network: VoiceNetwork, request: RestRequest, iso: str) -> RestResponse:
    """The dialing permissions of a country; those that are not in our list are not found."""
    country = COUNTRIES.get(iso)
    if country is None:
        raise not_found(request.path)
    here = f"https://voice.twilio.com/v1/DialingPermissions/Countries/{iso}"
    return RestResponse(200, {
        "iso_code": iso,
        "name": country.name,
        "continent": country.continent,
        "country_codes": list(country.codes),
        "low_risk_numbers_enabled": iso not in network.account.standing.closed_countries,
        "high_risk_special_numbers_enabled": False,
        "high_risk_tollfraud_numbers_enabled": False,
        "url": here,
        "links": {"highrisk_special_prefixes": f"{here}/HighRiskSpecialPrefixes"},
    })  # fmt: skip


def fetch_region(network: VoiceNetwork, request: RestRequest, number: str) -> RestResponse:
    """Where calls to a number of the account are processed."""
    owned = _owned(network, request, number)
    return RestResponse(200, {
        "phone_number": number,
        "url": f"https://routes.twilio.com/v2/PhoneNumbers/{number}",
        "sid": f"QQ{owned.sid[2:]}",
        "account_sid": network.account.sid,
        "friendly_name": owned.friendly_name,
        "voice_region": owned.region,
        "date_created": _iso8601(owned.created),
        "date_updated": _iso8601(owned.updated),
    })  # fmt: skip


def update_region(network: VoiceNetwork, request: RestRequest, number: str) -> RestResponse:
    """Send them to another region."""
    owned, region = _owned(network, request, number), request.form.text("VoiceRegion")
    if region not in _REGIONS:
        raise Refusal(20001, f"Invalid VoiceRegion: {region}")
    network.account.numbers[number] = replace(owned, region=region, updated=network.now)
    return fetch_region(network, request, number)


def _owned(network: VoiceNetwork, request: RestRequest, number: str) -> Number:
    owned = network.account.numbers.get(number)
    if owned is None:
        raise not_found(request.path)
    return owned


def _iso8601(micros: int) -> str:
    return datetime.fromtimestamp(micros / MICROS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "v1/Keys/*"): fetch_key,
    ("GET", "v1/DialingPermissions/Countries/*"): fetch_country,
    ("GET", "v2/PhoneNumbers/*"): fetch_region,
    ("POST", "v2/PhoneNumbers/*"): update_region,
}
