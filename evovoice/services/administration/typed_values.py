"""What people type when they set something up, read or refused with a sentence."""

import re
import unicodedata

import phonenumbers

from evovoice.domain.values import Role
from evovoice.services.errors import BadDestination, SetupProblem
from evovoice.services.typed_addresses import (
    NotANumber,
    plain_text,
    read_own_number,
    require_country,
)
from evovoice.services.typed_addresses import read_number as read_dialled_number

ALL_COUNTRIES = "all"
_LONGEST_NAME = 100
_MOST_FALLBACKS = 5  # each rings for half a minute while somebody waits
_NO_COUNTRY = "ZZ"  # a number with its plus sign needs none
_EXTENSION = re.compile(r"[0-9]{2,6}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


def read_name(text: str) -> str:
    """A name of a person, an account or a key, in the one spelling of those that look the same."""
    name = unicodedata.normalize("NFC", text.strip())
    if not name or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise SetupProblem(f"A name is 1 to {_LONGEST_NAME} printable characters.")
    return name


def read_country(text: str) -> str:
    """Two letters of a country."""
    country = text.strip().upper()
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise SetupProblem(
            f"'{text}' is no country we know; give its two letters, such as US, GB or DE."
        )
    return country


def read_countries(text: str) -> frozenset[str]:
    """Countries with commas; empty where every country is allowed."""
    if text.strip().lower() == ALL_COUNTRIES:
        return frozenset()
    return frozenset(map(read_country, text.split(",")))


def read_extension(text: str) -> str | None:
    """Two to six digits, or nothing for none. Errors: `SetupProblem`."""
    plain = text.strip()
    if plain and not _EXTENSION.fullmatch(plain):
        raise SetupProblem(f"'{plain[:20]}' is no extension: it has two to six digits.")
    return plain or None


def read_email(text: str) -> str:
    """An e-mail address, in the one spelling of those that look the same."""
    email = unicodedata.normalize("NFC", text.strip())
    if not _EMAIL.fullmatch(email) or not email.isprintable():
        raise SetupProblem(f"'{text}' is no e-mail address; it looks like ann@example.com.")
    return email


def read_role(text: str) -> Role:
    """A role by its name, in any case."""
    by_name = {role.value.casefold(): role for role in Role}
    if text.strip().casefold() not in by_name:
        raise SetupProblem(f"'{text}' is no role; choose one of {', '.join(Role)}.")
    return by_name[text.strip().casefold()]


def read_number(text: str) -> str:
    """The number in E.164; with the plus sign, for nobody knows which country is meant."""
    plain = plain_text(text)
    if "+" not in plain:
        raise _no_number(plain, "it has no plus sign")
    try:
        e164 = read_own_number(plain, _NO_COUNTRY)
    except NotANumber as obstacle:
        raise _no_number(plain, str(obstacle)) from None
    if not phonenumbers.is_valid_number(phonenumbers.parse(e164)):
        raise _no_number(plain, "that range is not in use")
    return e164


def read_fallback_number(text: str, country: str, countries: frozenset[str]) -> str | None:
    """The number that is rung where a transfer reaches nobody, or several with commas, which are
    rung in that order, each as an agent of that account might dial it; None for the empty text,
    which takes them away.
    """
    plain = plain_text(text)
    if not plain:
        return None
    numbers = [_fallback(one.strip(), country, countries) for one in plain.split(",")]
    if len(set(numbers)) < len(numbers):
        raise SetupProblem(f"'{text}' names a number twice.")
    if len(numbers) > _MOST_FALLBACKS:
        raise SetupProblem(f"'{text}' has more than {_MOST_FALLBACKS} numbers.")
    return ",".join(numbers)


def _fallback(plain: str, country: str, countries: frozenset[str]) -> str:
    try:
        number = read_dialled_number(plain, country)
        require_country(number, countries)
    except NotANumber as obstacle:
        raise _no_number(plain, str(obstacle)) from None
    except BadDestination as refusal:
        raise SetupProblem(f"{refusal}.") from None
    return str(number)


def _no_number(text: str, obstacle: str) -> SetupProblem:
    return SetupProblem(f"'{text}' is no telephone number: {obstacle}; it looks like +12025550123.")
