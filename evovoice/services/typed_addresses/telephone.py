"""Reads telephone numbers: completes them, and refuses what we do not dial (contract 2.5)."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult, shortnumberinfo

from evovoice.domain.values import PhoneNumber
from evovoice.services.errors import BadDestination
from evovoice.services.typed_addresses.emergency import is_emergency, reaches_emergency
from evovoice.services.typed_addresses.plain_text import plain_text
from evovoice.services.typed_addresses.spelling import NotANumber, spelled_digits

_SHORT = re.compile(r"[0-9]{2,6}", re.ASCII)
_COSTLY = frozenset(
    {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PERSONAL_NUMBER}
)
_NO_COUNTRY = "001"  # satellite and other international ranges, favourites of toll fraud
_NORTH_AMERICA = 1
_EXCHANGE_976 = re.compile(r"[0-9]{3}976[0-9]{4}", re.ASCII)
_ENQUIRIES = re.compile(r"118[0-9]{0,3}", re.ASCII)  # directory enquiries all over Europe
_PARSE_FLAWS = {
    NumberParseException.INVALID_COUNTRY_CODE: "no country has that code",
    NumberParseException.NOT_A_NUMBER: "it is too short",
    NumberParseException.TOO_LONG: "it is too long",
    NumberParseException.TOO_SHORT_AFTER_IDD: "it is too short",
    NumberParseException.TOO_SHORT_NSN: "it is too short",
}
_LENGTH_FLAWS = {
    ValidationResult.INVALID_COUNTRY_CODE: "no country has that code",
    ValidationResult.TOO_SHORT: "it is too short",
    ValidationResult.TOO_LONG: "it is too long",
}


def is_short(text: str) -> bool:
    """Whether that plain text can be an extension or a service number."""
    return _SHORT.fullmatch(text) is not None


@lru_cache(maxsize=1000)  # a centre dials the same numbers again and again
def read_number(text: str, country: str) -> PhoneNumber:
    """The number to dial that a text means; national ones are completed with the country.

    Errors: `NotANumber`; `BadDestination` for one that we do not dial.
    """
    typed = spelled_digits(plain_text(text))
    if is_emergency(typed.removeprefix("+"), country):
        raise emergency()
    parsed = _parsed(typed, country)
    if is_short(typed) and not phonenumbers.is_valid_number(parsed):
        raise NotANumber("so few digits are an extension")
    if reaches_emergency(typed, parsed, country):
        raise emergency()
    _refuse_costly(parsed)
    _require_whole(plain_text(text), parsed)
    return PhoneNumber(_e164(parsed))


@lru_cache(maxsize=1000)  # few numbers, shown in every call
def read_own_number(text: str, country: str) -> str:
    """E.164 of one of our own numbers, which may cost what it likes. Errors: `NotANumber`."""
    parsed = _parsed(spelled_digits(plain_text(text)), country)
    flaw = _flaw(parsed)
    if flaw is not None:
        raise NotANumber(flaw)
    return _e164(parsed)


def emergency() -> BadDestination:
    """The refusal of a number that reaches an emergency desk."""
    message = "Emergency numbers cannot be added to a conference"
    return BadDestination("EmergencyNotAllowed", message)


def _parsed(typed: str, country: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(typed, country)
    except NumberParseException as error:
        raise NotANumber(_PARSE_FLAWS[error.error_type]) from None


def _refuse_costly(parsed: phonenumbers.PhoneNumber) -> None:
    """What toll fraud loves: short numbers behind a country code, premium rates, satellites."""
    kind = phonenumbers.number_type(parsed)
    if kind == PhoneNumberType.TOLL_FREE:
        return
    if kind in _COSTLY or _is_service_number(parsed):
        raise BadDestination("PremiumNotAllowed", "Premium numbers are not allowed")
    if phonenumbers.region_code_for_country_code(parsed.country_code or 0) == _NO_COUNTRY:
        message = "Calls to satellite and international networks are not allowed"
        raise BadDestination("CountryNotAllowed", message)


def _is_service_number(parsed: phonenumbers.PhoneNumber) -> bool:
    """Costly numbers that have no type: directory enquiries and other short numbers behind a
    country code, and the exchange 976 of North America.
    """
    national = phonenumbers.national_significant_number(parsed)
    if parsed.country_code == _NORTH_AMERICA and _EXCHANGE_976.fullmatch(national):
        return True
    if phonenumbers.is_valid_number(parsed):
        return False
    return bool(_ENQUIRIES.fullmatch(national)) or shortnumberinfo.is_valid_short_number(parsed)


def _require_whole(text: str, parsed: phonenumbers.PhoneNumber) -> None:
    """A number that can exist. Metadata lag behind new ranges, so the carrier has the last word."""
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        message = f"'{text}' is only part of a number: add the area code"
        raise BadDestination("InvalidDestination", message)
    flaw = _flaw(parsed)
    if flaw is not None:
        raise NotANumber(flaw)


def _flaw(parsed: phonenumbers.PhoneNumber) -> str | None:
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason == ValidationResult.IS_POSSIBLE:
        return None
    if reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return "it is only part of a number, add the area code"
    return _LENGTH_FLAWS.get(reason, "no number of that country has that many digits")


def _e164(parsed: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
