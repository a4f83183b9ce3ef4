"""Telephone numbers as people type and paste them, in many countries (contract 2.5)."""

import pytest

from evovoice.services.errors import BadDestination
from evovoice.services.typed_addresses import NotANumber, read_number, read_own_number

NUMBER, LONDON, BERLIN = "+12025550167", "+442079460958", "+4930123456"


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        # pasted text: marks of direction, joiners, soft hyphens, a byte order mark
        ("\u202a+12025550167\u202c", "US", NUMBER),
        ("\u200e+1\u200b202\u2060555\u00ad0167\u200f", "DE", NUMBER),
        ("\ufeff\u2066+1 202 555 0167\u2069", "GB", NUMBER),
        # blanks and dashes of every width
        ("+1\u00a0202\u2011555\u20110167", "DE", NUMBER),
        ("+1\u2007202\u202f555\u30000167", "DE", NUMBER),
        ("+1\u2212202\u2013555\u20140167", "DE", NUMBER),
        ("+1\u2010202\u2012555\u30fc0167", "DE", NUMBER),
        ("\t+1 202\t555\t0167\r\n", "DE", NUMBER),
        ("+1\u2028 2025550167", "DE", NUMBER),
        # full-width characters, digits as emojis
        (
            "\uff0b\uff11 \uff12\uff10\uff12 \uff15\uff15\uff15\uff0d\uff10\uff11\uff16\uff17",
            "DE",
            NUMBER,
        ),
        ("\uff08\uff0b\uff11\uff09 2025550167", "DE", NUMBER),
        ("+1\ufe0f\u20e3 202 555 0167", "DE", NUMBER),
        # the plus sign and parentheses
        ("(+1) 202-555-0167", "DE", NUMBER),
        ("+ 1 202 555 0167", "DE", NUMBER),
        ("(+ 1) (202) 555 0167", "DE", NUMBER),
        ("+(1) 202 555 0167", "DE", NUMBER),
        ("+44 (0)20 7946 0958", "US", LONDON),
        ("+49 (0)30 123456", "US", BERLIN),
        # the scheme of links
        ("tel:+1-202-555-0167", "GB", NUMBER),
        ("TEL: +1 202 555 0167", "GB", NUMBER),
        ("tel://+12025550167", "GB", NUMBER),
        ("tel:2025550167", "US", NUMBER),
        # national numbers
        ("202.555.0167", "US", NUMBER),
        ("(202) 555-0167", "US", NUMBER),
        ("1 202 555 0167", "US", NUMBER),
        ("(204) 555-0167", "CA", "+12045550167"),
        ("020 7946 0958", "GB", LONDON),
        ("(020) 7946 0958", "GB", LONDON),
        ("030/123456", "DE", BERLIN),
        ("030 - 12 34 56", "DE", BERLIN),
        ("06 1234 5678", "IT", "+390612345678"),
        ("01 42 68 53 00", "FR", "+33142685300"),
        ("(11) 98765-4321", "BR", "+5511987654321"),
        ("02 9374 4000", "AU", "+61293744000"),
        # the prefixes for calls abroad
        ("011 44 20 7946 0958", "US", LONDON),
        ("0044 20 7946 0958", "DE", LONDON),
        ("0011 44 20 7946 0958", "AU", LONDON),
        # subscribers whose first digits are an emergency number
        ("9112125", "FJ", "+6799112125"),
        ("+679 911 2125", "US", "+6799112125"),
        ("9114044", "PA", "+5079114044"),
        ("911-4044", "PA", "+5079114044"),
        ("1123456789", "IN", "+911123456789"),
        ("+91 11 2345 6789", "US", "+911123456789"),
        # countries whose numbers are short
        ("20 12 34", "FO", "+298201234"),
        ("321000", "GL", "+299321000"),
        ("22158", "SH", "+29022158"),
        # free of charge is not costly
        ("+1 800 976 1234", "US", "+18009761234"),
        ("+800 1234 5678", "US", "+80012345678"),
        ("+1 800 555 1212", "US", "+18005551212"),
        # like costly numbers at first sight: islands, Reading, Middelburg, Turin, Norrkoeping
        ("+1 809 234 5678", "US", "+18092345678"),
        ("+1 876 234 5678", "US", "+18762345678"),
        ("+44 118 950 1234", "US", "+441189501234"),
        ("+31 118 123456", "US", "+31118123456"),
        ("+39 011 812 3456", "US", "+390118123456"),
        ("+46 11 812 34 56", "US", "+46118123456"),
        ("+44 7624 123456", "US", "+447624123456"),
        # company numbers, at the price of a call to anybody
        ("+44 300 123 4567", "US", "+443001234567"),
        ("+358 10 112345", "US", "+35810112345"),
        # not known to the metadata: the carrier has the last word
        ("+1 999 555 0167", "US", "+19995550167"),
    ],
)
def test_number_is_read(typed: str, country: str, number: str) -> None:
    assert number == read_number(typed, country).e164


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("911", "US"), ("9-1-1", "US"), ("9 1 1", "US"), ("9.1.1", "US"), ("(911)", "US"),
        ("tel:911", "US"), ("TEL:9-1-1", "US"), ("\uff19\uff11\uff11", "US"),
        ("\u202a911\u202c", "US"), ("9\u200b1\u200b1", "US"), ("9\u00a01\u20111", "US"),
        ("9\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e3", "US"), ("911\n", "US"),
        ("+911", "US"), ("+ 9 1 1", "US"), ("+1 911", "US"), ("+1 (911)", "DE"),
        ("1911", "US"), ("1-911", "US"), ("+1 1 911", "US"), ("112", "US"), ("+1 112", "US"),
        ("911 555 0167", "US"), ("1-911-555-0167", "US"), ("91112345", "US"),
        ("112", "DE"), ("1-1-2", "DE"), ("0112", "DE"), ("+112", "DE"), ("+49 112", "US"),
        ("0049 112", "AT"), ("110", "DE"), ("+49 110", "DE"), ("112 1234567", "DE"),
        ("999", "GB"), ("+44 999", "US"), ("0044 999", "DE"), ("+44 (0)999", "US"),
        ("112", "GB"), ("000", "AU"), ("0 0 0", "AU"), ("+61 000", "AU"),
        ("17", "FR"), ("+33 18", "US"), ("190", "BR"), ("+55 190", "US"), ("110", "CN"),
        ("119", "JP"), ("1-1-9", "JP"), ("911", "FJ"), ("+679 911", "US"), ("917", "FJ"),
        ("911", "PA"), ("+507 911", "US"), ("911", "MX"),
    ],
)  # fmt: skip
def test_emergency_desk_is_never_called(typed: str, country: str) -> None:
    with pytest.raises(BadDestination) as refused:
        read_number(typed, country)
    assert "EmergencyNotAllowed" == refused.value.code


@pytest.mark.parametrize(
    ("typed", "country", "code"),
    [
        ("+19005550167", "US", "PremiumNotAllowed"),
        ("(900) 555-0167", "US", "PremiumNotAllowed"),
        ("+1 212 976 1234", "DE", "PremiumNotAllowed"),
        ("0900 123456", "NL", "PremiumNotAllowed"),
        ("0180 5 123456", "DE", "PremiumNotAllowed"),
        ("+44 70 1234 5678", "US", "PremiumNotAllowed"),
        ("070 1234 5678", "GB", "PremiumNotAllowed"),
        ("+44118500", "US", "PremiumNotAllowed"),
        ("+44 118 500", "GB", "PremiumNotAllowed"),
        ("0044 118500", "DE", "PremiumNotAllowed"),
        ("+49 11833", "US", "PremiumNotAllowed"),
        ("+46 118118", "US", "PremiumNotAllowed"),
        ("+43 118877", "US", "PremiumNotAllowed"),
        ("+979 123456789", "US", "PremiumNotAllowed"),
        ("+808 12345678", "US", "PremiumNotAllowed"),  # shared cost of no country
        ("+1 500 555 0001", "US", "PremiumNotAllowed"),  # personal numbers of North America
        ("+49 700 12345678", "US", "PremiumNotAllowed"),
        ("+41 878 123456", "US", "PremiumNotAllowed"),
        ("+44 76 4012 3456", "US", "PremiumNotAllowed"),  # pagers, at premium rates
        # directory assistance and enquiries
        ("+1 212 555 1212", "DE", "PremiumNotAllowed"),
        ("+1 411", "US", "PremiumNotAllowed"),
        ("+353 11811", "US", "PremiumNotAllowed"),
        ("+33 118 218", "US", "PremiumNotAllowed"),
        ("+34 118 18", "US", "PremiumNotAllowed"),
        ("+351 118", "US", "PremiumNotAllowed"),
        ("+358 118", "US", "PremiumNotAllowed"),
        ("+358 20 202", "US", "PremiumNotAllowed"),
        ("+30 11888", "US", "PremiumNotAllowed"),
        ("+36 11818", "US", "PremiumNotAllowed"),
        ("+40 118 932", "US", "PremiumNotAllowed"),
        ("+48 118 913", "US", "PremiumNotAllowed"),
        ("+420 1180", "US", "PremiumNotAllowed"),
        ("+90 11880", "US", "PremiumNotAllowed"),
        ("+39 12 40", "US", "PremiumNotAllowed"),
        ("+39 892 424", "US", "PremiumNotAllowed"),
        ("+31 1888", "US", "PremiumNotAllowed"),
        ("+32 1207", "US", "PremiumNotAllowed"),
        ("+41 1811", "US", "PremiumNotAllowed"),
        ("+47 1881", "US", "PremiumNotAllowed"),
        ("+61 12455", "US", "PremiumNotAllowed"),
        ("+55 102", "US", "PremiumNotAllowed"),
        # service numbers of Finland, which the metadata call company numbers
        ("+358 100 100", "US", "PremiumNotAllowed"),
        ("0200 12345", "FI", "PremiumNotAllowed"),
        # digits behind a costly number: the exchange passes over them
        ("+49 900 1 123456 78", "US", "PremiumNotAllowed"),
        ("+49 11833 12345", "US", "PremiumNotAllowed"),
        ("+43 118877 123", "US", "PremiumNotAllowed"),
        ("+39 899 123456 789", "US", "PremiumNotAllowed"),
        ("+358 600 12345 6789", "US", "PremiumNotAllowed"),
        # costly ranges with numbers that the metadata do not know
        ("+1 900 155 0167", "US", "PremiumNotAllowed"),
        ("+49 190 812345", "US", "PremiumNotAllowed"),
        ("+49 137 1234", "US", "PremiumNotAllowed"),
        ("+881631555123", "US", "CountryNotAllowed"),
        ("+882 16 12345678", "US", "CountryNotAllowed"),
        ("011 870 773123456", "US", "CountryNotAllowed"),
        ("+883 5100 01234567", "US", "CountryNotAllowed"),
    ],
)
def test_costly_number_is_not_called(typed: str, country: str, code: str) -> None:
    with pytest.raises(BadDestination) as refused:
        read_number(typed, country)
    assert code == refused.value.code


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("555-0176", "US"), ("5550176", "US"), ("+1 555 0176", "DE"), ("555-0176", "CA"),
        ("7946 0958", "GB"), ("79460958", "GB"), ("+44 7946 0958", "US"), ("\uff1555-0176", "US"),
    ],
)  # fmt: skip
def test_number_without_its_area_code_is_refused_as_that(typed: str, country: str) -> None:
    with pytest.raises(BadDestination, match="only part of a number: add the area code") as refused:
        read_number(typed, country)
    assert "InvalidDestination" == refused.value.code


@pytest.mark.parametrize(
    ("typed", "obstacle"),
    [
        ("1-800-FLOWERS", "'F' stands in the way"),
        ("+12025550167x5", "'x' stands in the way, extensions"),
        ("+12025550167,,5#", "',' stands in the way, extensions"),
        ("+12025550167;ext=5", "';' stands in the way, extensions"),
        ("911;ext=1", "';' stands in the way, extensions"),
        ("*67 202 555 0167", "'*' stands in the way"),
        ("+1202555016\u0667", "ARABIC-INDIC DIGIT SEVEN"),
        ("\u0660\u0661\u0662", "ARABIC-INDIC DIGIT ZERO"),
        ("+1202\u03bf555", "GREEK SMALL LETTER OMICRON"),
        ("+1202\x07555", "the character U+0007"),
        ("'+12025550167", "''' stands in the way"),
        ("+1202", "too short"),
        ("1 555 0176", "too short"),
        ("+12025550167456", "too long"),
        ("0" * 70, "too long"),
        ("+9991234567", "no country has that code"),
        ("++12025550167", "a plus sign may only stand once"),
        ("1+2025550167", "a plus sign may only stand once"),
        ("+1 202 555 0167 +1 202 555 0168", "a plus sign may only stand once"),
        ("+", "no digits"),
        ("( )", "no digits"),
        ("tel:", "empty"),
        ("", "empty"),
        ("4711", "an extension"),
        ("118500", "an extension"),
    ],
)
def test_refusal_names_what_is_in_the_way(typed: str, obstacle: str) -> None:
    with pytest.raises(NotANumber) as refused:
        read_number(typed, "US")
    assert obstacle in str(refused.value)


def test_own_number_may_be_one_that_is_not_called() -> None:
    assert "+19005550167" == read_own_number("\u202a(900)\u00a0555\u20110167\u202c", "US")


@pytest.mark.parametrize("typed", ["555-0176", "what", "", "+1202"])
def test_what_is_no_number_is_none_of_our_own(typed: str) -> None:
    with pytest.raises(NotANumber):
        read_own_number(typed, "US")
