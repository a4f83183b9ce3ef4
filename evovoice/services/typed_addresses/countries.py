"""Whether a number lies in one of the countries that an account may call."""

import phonenumbers
from phonenumbers import PhoneNumberType

from evovoice.domain.values import PhoneNumber
from evovoice.services.errors import BadDestination

_NO_COUNTRY = "001"  # satellite and international networks


def require_country(number: PhoneNumber, allowed: frozenset[str]) -> None:
    """Refuse a number that is in none of these countries; empty: all are allowed.

    The region of the number counts, not its country code: +1 809 is the Dominican Republic. A free
    number may serve several regions; of one whose region is not known all of its code must be
    allowed. Errors: `BadDestination`.
    """
    if not allowed:
        return
    parsed = phonenumbers.parse(number.e164)
    if _is_within(parsed, allowed):
        return
    region = phonenumbers.region_code_for_number(parsed)
    where = region or f"numbers of +{parsed.country_code} whose country is not known"
    raise BadDestination("CountryNotAllowed", f"Calls to {where} are not allowed")


def country_of(number: PhoneNumber) -> str | None:
    """The region that the number lies in, as two letters; None where it is not known."""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(number.e164))
    return None if region == _NO_COUNTRY else region


def _is_within(parsed: phonenumbers.PhoneNumber, allowed: frozenset[str]) -> bool:
    of_code = set(phonenumbers.region_codes_for_country_code(parsed.country_code or 0))
    if phonenumbers.number_type(parsed) == PhoneNumberType.TOLL_FREE:
        both = of_code & allowed
        return any(phonenumbers.is_valid_number_for_region(parsed, region) for region in both)
    region = phonenumbers.region_code_for_number(parsed)
    return region in allowed if region is not None else of_code <= allowed
