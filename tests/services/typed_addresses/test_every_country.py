"""The reader of numbers against what the metadata know of every country, and against any text."""

import re
from itertools import product

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType, shortnumberinfo

from evovoice.services.errors import BadDestination
from evovoice.services.typed_addresses import NotANumber, plain_text, read_number

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
DIALLED = [PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE]
COSTLY = [
    PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.PAGER,
]  # fmt: skip
USUAL = [PhoneNumberType.VOIP, PhoneNumberType.UAN, PhoneNumberType.VOICEMAIL]
FORMATS = [
    PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL,
    PhoneNumberFormat.NATIONAL, PhoneNumberFormat.RFC3966,
]  # fmt: skip
SEPARATORS = "- .()/\u00a0\u2011\u200b\u202a\u202c\ufeff\t"


def _spellings(region: str, kind: int) -> list[str]:
    number = phonenumbers.example_number_for_type(region, kind)
    if number is None:
        return []
    return [phonenumbers.format_number(number, spelling) for spelling in FORMATS]


@pytest.mark.parametrize("kind", DIALLED)
def test_ordinary_numbers_of_every_country_are_read_in_every_spelling(kind: int) -> None:
    for region in REGIONS:
        spellings = _spellings(region, kind)
        assert spellings == [] or {spellings[0]} == {
            read_number(typed, region).e164 for typed in spellings
        }


@pytest.mark.parametrize("kind", USUAL)
def test_company_numbers_voip_and_voicemail_cost_what_others_do(kind: int) -> None:
    """But for Canada's 310-1234, which is dialled without an area code."""
    for region in REGIONS:
        number = phonenumbers.example_number_for_type(region, kind)
        if number is not None and number.national_number != 3101234:
            e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
            assert e164 == read_number(e164, region).e164


@pytest.mark.parametrize("kind", COSTLY)
def test_costly_numbers_of_every_country_are_refused_in_every_spelling(kind: int) -> None:
    for region, spelling in ((r, s) for r in REGIONS for s in _spellings(r, kind)):
        with pytest.raises(BadDestination) as refused:
            read_number(spelling, region)
        assert "PremiumNotAllowed" == refused.value.code, (region, spelling)


@pytest.mark.parametrize(
    "region", ["US", "GB", "DE", "FR", "AU", "BR", "JP", "CN", "IN", "FJ", "PA"]
)
def test_every_emergency_number_is_refused_in_every_spelling(region: str) -> None:
    code = phonenumbers.country_code_for_region(region)
    trunk = phonenumbers.ndd_prefix_for_region(region, True) or ""
    digits = ("".join(one) for length in (2, 3) for one in product("0123456789", repeat=length))
    desks = [desk for desk in digits if shortnumberinfo.is_emergency_number(desk, region)]
    assert desks
    for desk in desks:
        for spelling in (desk, "-".join(desk), f"+{code} {desk}", f"{trunk}{desk}"):
            with pytest.raises(BadDestination) as refused:
                read_number(spelling, region)
            assert "EmergencyNotAllowed" == refused.value.code, spelling


@given(st.lists(st.text(SEPARATORS, max_size=3), min_size=4, max_size=4))
def test_emergency_number_is_refused_whatever_stands_between_its_digits(between: list[str]) -> None:
    typed = "9".join((between[0], "1".join((between[1], "1".join((between[2], between[3]))))))
    with pytest.raises((BadDestination, NotANumber)) as refused:
        read_number(typed, "US")
    begins_as_number = plain_text(typed)[:1] in {"9", "("}
    assert isinstance(refused.value, BadDestination) is begins_as_number


@given(
    st.text(max_size=40) | st.text("+0123456789 ()-.", max_size=20), st.sampled_from(REGIONS)
)  # fmt: skip
@example("+", "US")
@example("\u0661\u0662\u0663", "US")
def test_any_text_is_a_number_or_refused_in_words(typed: str, region: str) -> None:
    """What is read is in E.164; no other error leaves the reader."""
    assert re.fullmatch(r"\+[1-9][0-9]{3,14}|refused: .+", _read(typed, region), re.DOTALL)


def _read(typed: str, region: str) -> str:
    try:
        return read_number(typed, region).e164
    except (BadDestination, NotANumber) as refusal:
        return f"refused: {refusal}"


@given(st.text(max_size=40))
def test_plain_text_is_plain_already(text: str) -> None:
    assert plain_text(plain_text(text)) == plain_text(text)
