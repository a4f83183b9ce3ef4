"""Addresses as people type and paste them. Others import from here."""

from evovoice.services.typed_addresses.countries import country_of, require_country
from evovoice.services.typed_addresses.plain_text import plain_text
from evovoice.services.typed_addresses.sip import is_sip, read_sip, sip_spellings
from evovoice.services.typed_addresses.spelling import NotANumber, looks_like_number
from evovoice.services.typed_addresses.telephone import is_short, read_number, read_own_number

__all__ = [
    "NotANumber",
    "country_of",
    "is_short",
    "is_sip",
    "looks_like_number",
    "plain_text",
    "read_number",
    "read_own_number",
    "read_sip",
    "require_country",
    "sip_spellings",
]
