"""Reads what an agent typed into the dial box: whom it means, and whether we dial that."""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, shortnumberinfo

from evovoice.domain.call_session import CallSession
from evovoice.domain.states import Direction
from evovoice.domain.values import Account, Address, PhoneNumber, SipAddress, User
from evovoice.services.errors import BadDestination, BadFromNumber
from evovoice.storage.unit_of_work import UnitOfWork

_NUMBER = re.compile(r"(?:tel:)?\+?[0-9(][0-9().\-/ ]{0,40}", re.ASCII | re.IGNORECASE)
_SHORT = re.compile(r"[0-9]{2,6}", re.ASCII)
_SIP = re.compile(r"sips?:[^@\s;?<>\"]{1,128}@([A-Za-z0-9.\-]{1,190})(?::[0-9]{1,5})?", re.ASCII)
_PREMIUM = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
_NO_COUNTRY = "001"  # satellite and other international ranges, favourites of toll fraud
_LONGEST = 256


@dataclass(frozen=True, slots=True)
class Destination:
    """Whom to ring, and how to show them."""

    address: Address
    display_name: str
    user: User | None = None


def read_destination(
    work: UnitOfWork, account: Account, text: str, sip_hosts: frozenset[str]
) -> Destination:
    """What `text` means; the first form of contract 2.5 that fits. Errors: `BadDestination`."""
    text = text.strip()
    if len(text) > _LONGEST:
        raise _invalid(text[:20] + "...")
    if text.lower().startswith(("sip:", "sips:")):
        return _sip(text, sip_hosts)
    if _NUMBER.fullmatch(text):
        number = _dialled_number(text, account.country)
        return Destination(number, str(number))
    return _user(work, account, text)


def read_from_number(
    work: UnitOfWork, account: Account, text: str | None, session: CallSession | None
) -> PhoneNumber:
    """The caller ID to show: the one asked for, else the call's own, else the account's first.

    Errors: `BadFromNumber`.
    """
    if text is not None and text.strip():
        return _owned(work, account, text.strip())
    if session is not None and (used := _number_in_use(session)) is not None:
        return used
    first = work.directory.default_number(account.id)
    if first is None:
        message = "This account has no number to call from: add one with 'evovoice number add'"
        raise BadFromNumber("FromNumberNotOwned", message)
    return PhoneNumber(first)


def _number_in_use(session: CallSession) -> PhoneNumber | None:
    incoming = session.direction is Direction.INCOMING
    number = session.to_address if incoming else session.from_address
    return PhoneNumber(number) if number.startswith("+") else None


def _owned(work: UnitOfWork, account: Account, text: str) -> PhoneNumber:
    number = _own_spelling(text, account.country)
    if number is None:
        raise BadFromNumber("InvalidFromNumber", f"'{text[:40]}' is not a phone number")
    if not work.directory.owns(account.id, number):
        raise BadFromNumber("FromNumberNotOwned", f"{text} does not belong to this account")
    return PhoneNumber(number)


@lru_cache(maxsize=1000)  # few numbers, shown in every call
def _own_spelling(text: str, country: str) -> str | None:
    """E.164 of what was typed for one of our own numbers."""
    parsed = _parse(text, country) if _NUMBER.fullmatch(text) else None
    return _e164(parsed) if parsed else None


def _sip(text: str, allowed_hosts: frozenset[str]) -> Destination:
    match = _SIP.fullmatch(text)
    if match is None:
        raise _invalid(text)
    if match.group(1).lower() not in allowed_hosts:
        raise BadDestination("DestinationForbidden", f"Calls to '{text}' are not allowed")
    return Destination(SipAddress(text), text)


def _user(work: UnitOfWork, account: Account, text: str) -> Destination:
    name = text.removeprefix("client:")
    user = work.directory.find_user(account.id, name) if name else None
    if user is not None:
        return Destination(user.address, user.name, user)
    if text.startswith("client:") or "@" in text or text.isalpha():
        raise BadDestination("UnknownAgent", f"No user '{text}' in this account")
    raise _invalid(text)


@lru_cache(maxsize=1000)  # a centre dials the same numbers again and again
def _dialled_number(text: str, country: str) -> PhoneNumber:
    bare = text.lower().removeprefix("tel:")
    if shortnumberinfo.connects_to_emergency_number(bare, country):
        raise _emergency()
    if _SHORT.fullmatch(bare):
        raise BadDestination("UnknownAgent", f"No user '{text}' in this account")
    parsed = _parse(bare, country)
    if parsed is None:
        raise _invalid(text)
    _refuse_costly(parsed)
    return PhoneNumber(_e164(parsed))


def _refuse_costly(parsed: phonenumbers.PhoneNumber) -> None:
    """What toll fraud loves: short numbers behind a country code, premium rates, satellites."""
    region = phonenumbers.region_code_for_number(parsed) or ""
    national = phonenumbers.national_significant_number(parsed)
    if shortnumberinfo.is_emergency_number(national, region):
        raise _emergency()
    kind = phonenumbers.number_type(parsed)
    if kind in _PREMIUM:
        raise BadDestination("PremiumNotAllowed", "Premium numbers are not allowed")
    if region == _NO_COUNTRY and kind != PhoneNumberType.TOLL_FREE:
        message = "Calls to satellite and international networks are not allowed"
        raise BadDestination("CountryNotAllowed", message)


def _parse(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    """A number that can exist. Metadata lag behind new ranges, so the carrier has the last word."""
    try:
        parsed = phonenumbers.parse(text.lower().removeprefix("tel:"), country)
    except NumberParseException:
        return None
    return parsed if phonenumbers.is_possible_number(parsed) else None


def _e164(parsed: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _invalid(text: str) -> BadDestination:
    message = f"'{text}' is not a number, SIP address or user"
    return BadDestination("InvalidDestination", message)


def _emergency() -> BadDestination:
    message = "Emergency numbers cannot be added to a conference"
    return BadDestination("EmergencyNotAllowed", message)
