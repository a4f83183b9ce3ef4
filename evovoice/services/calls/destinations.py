"""Whom an agent means by what they typed into the dial box, and which number is shown."""

from dataclasses import dataclass

from evovoice.domain.call_session import CallSession
from evovoice.domain.states import Direction
from evovoice.domain.values import Account, Address, PhoneNumber, User
from evovoice.services.errors import BadDestination, BadFromNumber
from evovoice.services.typed_addresses import (
    NotANumber,
    is_short,
    is_sip,
    looks_like_number,
    plain_text,
    read_number,
    read_own_number,
    read_sip,
    require_country,
)
from evovoice.storage.unit_of_work import UnitOfWork

_LONGEST = 256
_DEVICE = "client:"


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
    plain = plain_text(text)
    if len(plain) > _LONGEST:
        raise _invalid(plain[:20] + "...", "it is too long")
    if is_sip(plain):
        address = read_sip(plain, sip_hosts, account.country)
        return Destination(address, str(address))
    try:
        number = read_number(plain, account.country)
    except NotANumber as obstacle:
        return _user(work, account, text, str(obstacle))
    require_country(number, account.countries)
    return Destination(number, str(number))


def read_other_party(
    work: UnitOfWork, account: Account, agent: User, text: str, sip_hosts: frozenset[str]
) -> Destination:
    """Whom an agent's device is to call; not itself: it is on this very call. Errors:
    `BadDestination`.
    """
    target = read_destination(work, account, text, sip_hosts)
    if target.user is not None and target.user.id == agent.id:
        raise BadDestination("InvalidDestination", f"'{text}' is the device that calls")
    return target


def read_number_to_dial(account: Account, text: str) -> PhoneNumber:
    """A telephone number, where nothing else has a place. Errors: `BadDestination`."""
    plain = plain_text(text)
    try:
        number = read_number(plain, account.country)
    except NotANumber as obstacle:
        message = f"'{plain}' is not a telephone number: {obstacle}"
        raise BadDestination("InvalidDestination", message) from None
    require_country(number, account.countries)
    return number


def read_from_number(
    work: UnitOfWork, account: Account, text: str | None, session: CallSession | None
) -> PhoneNumber:
    """The caller ID to show: the one asked for, else the call's own, else the account's first.

    Errors: `BadFromNumber`.
    """
    if text is not None and (plain := plain_text(text)):
        return _owned(work, account, plain)
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
    try:
        number = read_own_number(text, account.country)
    except NotANumber as obstacle:
        message = f"'{text[:40]}' is not a phone number: {obstacle}"
        raise BadFromNumber("InvalidFromNumber", message) from None
    if not work.directory.owns(account.id, number):
        raise BadFromNumber("FromNumberNotOwned", f"{text} does not belong to this account")
    return PhoneNumber(number)


def _user(work: UnitOfWork, account: Account, text: str, obstacle: str) -> Destination:
    """The user that somebody means who has typed no number, because of that obstacle."""
    plain = plain_text(text)
    for name in dict.fromkeys((_name(plain), _name(text.strip()))):  # a name may have a long dash
        user = work.directory.find_user(account.id, name) if name else None
        if user is not None:
            return Destination(user.address, user.name, user)
    if plain.lower().startswith(_DEVICE) or "@" in plain or plain.isalpha() or is_short(plain):
        raise BadDestination("UnknownAgent", f"No user '{plain}' in this account")
    raise _invalid(plain, obstacle if looks_like_number(plain) else "")


def _name(text: str) -> str:
    """Of the user, without what says that it is one."""
    is_device = text[: len(_DEVICE)].lower() == _DEVICE
    return text[len(_DEVICE) :].strip() if is_device else text


def _invalid(text: str, obstacle: str = "") -> BadDestination:
    because = f": {obstacle}" if obstacle else ""
    message = f"'{text}' is not a number, SIP address or user{because}"
    return BadDestination("InvalidDestination", message)
