"""Which outside party somebody means by a number or SIP address, in whatever spelling."""

import re
from dataclasses import dataclass

from evovoice.services.errors import BadDestination
from evovoice.services.typed_addresses import (
    NotANumber,
    is_sip,
    plain_text,
    read_own_number,
    sip_spellings,
)

# a caller is kept as the carrier sent it, also where nobody could call back there
_AS_STORED = re.compile(r"\+[0-9]{3,15}|sips?:[^@\s]+@\S+", re.ASCII | re.IGNORECASE)
_NO_COUNTRY = "ZZ"  # as the numbering plans' library writes it


@dataclass(frozen=True, slots=True)
class Party:
    """One outside party, by every address under which it is stored."""

    addresses: frozenset[str]

    def is_meant_by(self, typed: str, country: str) -> bool:
        """Whether who typed that into a device of that country meant this party."""
        try:
            return not self.addresses.isdisjoint(_addresses(typed, country))
        except (NotANumber, BadDestination):
            return False


def read_party(text: str, country: str | None) -> Party:
    """The party of that number or SIP address; a national number is completed with the country.

    Errors: `BadDestination`.
    """
    try:
        return Party(_addresses(text, country or _NO_COUNTRY))
    except NotANumber as obstacle:
        plain = plain_text(text)
        is_national = country is None and not plain.startswith("+")
        why = "name the account, or write it with + and its country's code" if is_national else ""
        message = f"'{plain}' is not a telephone number or SIP address: {why or obstacle}"
        raise BadDestination("InvalidDestination", message) from None


def _addresses(text: str, country: str) -> frozenset[str]:
    plain = plain_text(text)
    as_stored = frozenset({plain} if _AS_STORED.fullmatch(plain) else ())
    try:
        return as_stored | _in_our_spelling(plain, country)
    except (NotANumber, BadDestination):
        if not as_stored:
            raise
        return as_stored


def _in_our_spelling(plain: str, country: str) -> frozenset[str]:
    return sip_spellings(plain) if is_sip(plain) else frozenset({read_own_number(plain, country)})
