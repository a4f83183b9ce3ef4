"""Which numbers cost more than a call to somebody does; they are never dialled (contract 2.5)."""

import re

import phonenumbers
from phonenumbers import PhoneNumberType, shortnumberinfo

# Company numbers (+44 55, +49 18), voicemail and VoIP have types too, at the price of others.
_COSTLY = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,  # follows its owner, at whatever that costs
        PhoneNumberType.PAGER,  # nobody can speak there; in Britain (076) as costly as premium
    }
)
_SHORTEST = 4  # digits of a costly number inside its country
_EUROPE = re.compile(r"[34][0-9]*|90", re.ASCII)  # country codes, with Turkey's
_ENQUIRIES = re.compile(r"118[0-9]{0,3}", re.ASCII)  # directory enquiries all over Europe
_MIDDELBURG = 31  # the Netherlands, where 118 is an area and enquiries are 18xx


def _table(*rows: tuple[int, str]) -> dict[int, re.Pattern[str]]:
    return {code: re.compile(begins, re.ASCII) for code, begins in rows}


# Costly, by country code and national digits, though the metadata call them ordinary.
_UNTYPED = _table(
    # the exchange 976 (information services), directory assistance of an area
    (1, r"[0-9]{3}976[0-9]{4}|[0-9]{3}5551212"),
    # Finland's service numbers 0100 and 0200, and the directory enquiries 020202
    (358, r"[12]00[0-9]+|20202"),
)
# How costly ranges begin, for numbers that are not valid. Exchanges ring as soon as they have
# enough digits, and a range may be in use before the metadata know its lengths.
_RANGES = _table(
    (1, r"900"),
    (7, r"809"),
    (31, r"90[069]"),
    (32, r"90"),
    (33, r"89"),
    (34, r"80[367]|90[57]"),
    (39, r"89[259]|178|199"),
    (41, r"90"),
    (43, r"90|93"),
    (44, r"70|87|9"),
    (46, r"900|939|944"),
    (47, r"82"),
    (48, r"70"),
    (49, r"900|137|190"),
    (61, r"190"),
    (353, r"15"),
    (358, r"[67]00"),
)


def is_costly(parsed: phonenumbers.PhoneNumber) -> bool:
    """Whether the number is of a costly kind: by its type, by the tables here for what the
    metadata do not tell, or as a short number behind a country code. One that is not valid is
    judged by its first digits too: +49 900 1 123456 with digits behind it is the same call.
    """
    kind = phonenumbers.number_type(parsed)
    if kind == PhoneNumberType.TOLL_FREE:
        return False
    if kind in _COSTLY or _is_in(_UNTYPED, parsed, whole=True):
        return True
    return not phonenumbers.is_valid_number(parsed) and _begins_costly(parsed)


def _begins_costly(parsed: phonenumbers.PhoneNumber) -> bool:
    national = phonenumbers.national_significant_number(parsed)
    if shortnumberinfo.is_valid_short_number(parsed) or _ENQUIRIES.fullmatch(national):
        return True
    code = parsed.country_code or 0
    if _EUROPE.fullmatch(str(code)) and code != _MIDDELBURG and _ENQUIRIES.match(national):
        return True
    return _is_in(_RANGES, parsed, whole=False) or _has_costly_part(code, national)


def _has_costly_part(code: int, national: str) -> bool:
    """Whether the first digits are a costly number by themselves."""
    if national.startswith("0"):  # of Italy's subscribers alone
        return False
    parts = (national[:length] for length in range(_SHORTEST, len(national)))
    numbers = (phonenumbers.PhoneNumber(code, int(part)) for part in parts)
    return any(phonenumbers.number_type(number) in _COSTLY for number in numbers)


def _is_in(
    table: dict[int, re.Pattern[str]], parsed: phonenumbers.PhoneNumber, *, whole: bool
) -> bool:
    pattern = table.get(parsed.country_code or 0)
    if pattern is None:
        return False
    national = phonenumbers.national_significant_number(parsed)
    return (pattern.fullmatch(national) if whole else pattern.match(national)) is not None
