"""Which countries an account may call: judged by the region of the number (contract 2.5)."""

import phonenumbers
import pytest

from evovoice.domain.values import PhoneNumber
from evovoice.services.errors import BadDestination
from evovoice.services.typed_addresses import require_country

DACH, UNITED_STATES = frozenset({"DE", "AT", "CH"}), frozenset({"US"})


def _may_be_called(number: str, countries: frozenset[str]) -> bool:
    try:
        require_country(PhoneNumber(number), countries)
    except BadDestination as refused:
        return refused.code != "CountryNotAllowed"
    return True


@pytest.mark.parametrize(
    ("number", "countries"),
    [
        ("+4930123456", DACH),
        ("+41446681800", DACH),
        ("+12125550123", UNITED_STATES),
        ("+18005550123", UNITED_STATES),
        ("+18005550123", frozenset({"CA"})),  # free numbers serve several regions
        ("+447624123456", frozenset({"IM"})),
        ("+4915700123", DACH),  # not known to the metadata; the code is Germany's alone
        ("+18092345678", frozenset()),  # none listed: wherever the contract allows
    ],
)
def test_number_in_an_allowed_country(number: str, countries: frozenset[str]) -> None:
    assert _may_be_called(number, countries)


@pytest.mark.parametrize(
    ("number", "countries"),
    [
        ("+12125550123", DACH),
        ("+18092345678", UNITED_STATES),  # the Dominican Republic
        ("+18762345678", UNITED_STATES),  # Jamaica
        ("+12042345678", UNITED_STATES),  # Canada
        ("+17872345678", UNITED_STATES),  # Puerto Rico is a region of its own
        ("+447624123456", frozenset({"GB"})),  # the Isle of Man
        ("+77011234567", frozenset({"RU"})),  # Kazakhstan
        ("+19995550167", UNITED_STATES),  # of a code with many regions, and not known which
        ("+80012345678", DACH),  # free of charge, in no country
        ("+18005550123", DACH),
    ],
)
def test_number_in_another_country(number: str, countries: frozenset[str]) -> None:
    assert not _may_be_called(number, countries)


def test_every_country_is_itself_and_no_other() -> None:
    """By an ordinary number of each."""
    for region in phonenumbers.SUPPORTED_REGIONS:
        example = phonenumbers.example_number(region)
        number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        own = phonenumbers.region_code_for_number(example)
        assert _may_be_called(number, frozenset({own}))
        assert not _may_be_called(number, frozenset(phonenumbers.SUPPORTED_REGIONS - {own}))
