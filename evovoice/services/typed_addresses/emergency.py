"""Which numbers reach an emergency desk; they are never dialled (contract 2.5; decision 65)."""

import phonenumbers
from phonenumbers import shortnumberinfo

_SHORT = 6  # digits; no emergency number has more
_EVERYWHERE = frozenset({"112", "911"})  # exchanges forward them to the desk of their country
_LINE_PREFIXES = ("9", "0")  # what takes a line out of a company's exchange


def reaches_emergency(typed: str, parsed: phonenumbers.PhoneNumber, country: str) -> bool:
    """Whether the number reaches an emergency desk, as it was typed or as it is dialled inside
    its country. Only a text without a plus that is no valid number is judged by its first
    digits too: `9112125` is a subscriber in Fiji, `911 555` nobody in the United States.
    """
    digits = typed.removeprefix("+")
    if phonenumbers.is_valid_number(parsed):
        return False
    if is_emergency(digits, country):
        return True
    national = phonenumbers.national_significant_number(parsed)
    regions = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    if any(is_emergency(national, region) for region in regions):
        return True
    return not typed.startswith("+") and _begins_like_one(digits, country)


def is_emergency(digits: str, country: str) -> bool:
    """Whether those digits are an emergency number of the country, with its trunk prefix too."""
    if len(digits) > _SHORT or not digits.isdecimal():
        return False
    return any(
        shortnumberinfo.is_emergency_number(one, country) for one in _inside(digits, country)
    )


def is_emergency_in_exchange(digits: str, country: str) -> bool:
    """Whether a company's exchange may lead those digits to an emergency desk."""
    spelled = {digits, *(digits.removeprefix(prefix) for prefix in _LINE_PREFIXES)}
    return any(one in _EVERYWHERE or is_emergency(one, country) for one in spelled)


def _begins_like_one(digits: str, country: str) -> bool:
    return any(
        shortnumberinfo.connects_to_emergency_number(one, country)
        for one in _inside(digits, country)
    )


def _inside(digits: str, country: str) -> set[str]:
    """The digits as dialled, and without the prefix for calls inside of the country."""
    trunk = phonenumbers.ndd_prefix_for_region(country, True) or ""
    return {digits, digits.removeprefix(trunk)} - {""}
