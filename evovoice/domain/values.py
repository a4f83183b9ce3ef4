"""Small values everybody speaks of: addresses, and the people and accounts behind them."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from evovoice.domain.states import EndPolicy


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A telephone number in E.164, such as `+12025550123`."""

    e164: str

    def __str__(self) -> str:
        return self.e164


@dataclass(frozen=True, slots=True)
class ClientAddress:
    """An agent's device, found by the identity its access token carries."""

    identity: str

    def __str__(self) -> str:
        return f"client:{self.identity}"


@dataclass(frozen=True, slots=True)
class SipAddress:
    """A SIP endpoint, `sip:user@host`."""

    uri: str

    def __str__(self) -> str:
        return self.uri


@dataclass(frozen=True, slots=True)
class HoldChange:
    """A hold, or its end, that a user has asked for; the carrier has not done it yet.

    `member_ids`: on whom it depends. `is_whole`: for the call as a whole, else for one party.
    """

    user_id: str
    user_name: str
    held: bool
    reason: str
    is_whole: bool
    member_ids: tuple[str, ...]


Address = PhoneNumber | ClientAddress | SipAddress


def is_same_party(one: Address, other: Address) -> bool:
    """Whether both addresses ring the same; how a SIP address is reached makes no difference."""
    if isinstance(one, SipAddress) and isinstance(other, SipAddress):
        return one.uri.partition(";")[0] == other.uri.partition(";")[0]
    return one == other


def address_from(text: str) -> Address:
    """Read back what `str(address)` wrote; the opposite of it, for storage and callbacks."""
    if text.startswith("client:"):
        return ClientAddress(text.removeprefix("client:"))
    if text.startswith(("sip:", "sips:")):
        return SipAddress(text)
    return PhoneNumber(text)


def folded(text: str) -> str:
    """As e-mail addresses and names are compared: in any case, without blanks around them, and in
    the one spelling of those that look the same (NFC).
    """
    return unicodedata.normalize("NFC", text.strip()).casefold()


class Role(StrEnum):
    """What a user may do; each role passes the checks of those before it (contract 2.6)."""

    USER = "User"
    MANAGER = "Manager"
    SYSTEM_ADMINISTRATOR = "SystemAdministrator"

    def passes(self, needed: "Role") -> bool:
        """Whether it is that role or a greater one."""
        roles = list(Role)
        return roles.index(self) >= roles.index(needed)


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant; `country` (ISO 3166, two letters) completes its national numbers.

    `countries`: where it may call; empty: wherever the contract allows. `fallback_number`, in
    E.164, several with commas: who is rung where a transfer reaches nobody, in that order.
    """

    id: str
    name: str
    country: str
    countries: frozenset[str] = frozenset()
    end_policy: EndPolicy = EndPolicy.TWO_LEFT  # of calls that begin
    hides_supervisors: bool = False  # whether agents are kept from seeing who supervises them
    fallback_number: str | None = None


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of an account who may sign in and whose device may ring.

    `id` is also the id of the user's endpoint; `identity` is the device's client name. `extension`:
    the few digits by which colleagues reach them.
    """

    id: str
    account_id: str
    name: str
    email: str
    role: Role
    identity: str
    extension: str | None = None

    @property
    def address(self) -> ClientAddress:
        """Where this user's device rings."""
        return ClientAddress(self.identity)

    @property
    def oversees(self) -> bool:
        """Whether this user may act on calls that are not their own."""
        return self.role is not Role.USER

    def sees(self, account_id: str) -> bool:
        """Whether that account is theirs, or they administer all (contract 2.6)."""
        return self.role is Role.SYSTEM_ADMINISTRATOR or self.account_id == account_id

    def outranks(self, other: "User") -> bool:
        """Whether their role passes a check that the other's does not."""
        return not other.role.passes(self.role)
