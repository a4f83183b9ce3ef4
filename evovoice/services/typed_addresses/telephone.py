"""Reads telephone numbers: completes them, and refuses what we do not dial (contract 2.5)."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult

from evovoice.domain.values import PhoneNumber
from evovoice.services.errors import BadDestination
from evovoice.services.typed_addresses.costly import is_costly
from evovoice.services.typed_addresses.emergency import is_emergency, reaches_emergency
from evovoice.services.typed_addresses.plain_text import plain_text
from evovoice.services.typed_addresses.spelling import NotANumber, spelled_digits

_SHORT = re.compile(r"[0-9]{2,6}", re.ASCII)
_NO_COUNTRY = "001"  # satellite and other international ranges, favourites of toll fraud
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
    """What toll fraud loves: costly numbers, and satellites."""
    if is_costly(parsed):
        raise BadDestination("PremiumNotAllowed", "Premium numbers are not allowed")
    is_free = phonenumbers.number_type(parsed) == PhoneNumberType.TOLL_FREE
    region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    if region == _NO_COUNTRY and not is_free:
        message = "Calls to satellite and international networks are not allowed"
        raise BadDestination("CountryNotAllowed", message)


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
