"""Whether a name and a password belong together; guessing is limited by name and by address."""

import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from evovoice.domain.values import User
from evovoice.services.auth.credentials import PasswordCache
from evovoice.services.errors import TooManyLogins
from evovoice.storage.unit_of_work import Database

LONGEST = 1024  # characters of a name or a password
_NETWORK_OF_ONE = 64  # bits: whoever has one IPv6 address has all of its network


@dataclass(frozen=True, slots=True)
class GuessLimits:
    """How many wrong passwords at once, and again within each quarter of an hour."""

    per_name: int = 10
    per_address: int = 100


class PasswordCheck:
    """An unknown name looks and costs the same as a wrong password, also in what is counted.

    Names and addresses are counted under their HMAC with `secret_key`: there are few enough of
    them that a plain digest in a stolen database could be guessed back.
    """

    def __init__(
        self,
        database: Database,
        cache: PasswordCache,
        clock: Callable[[], datetime],
        secret_key: str,
        limits: GuessLimits | None = None,
    ) -> None:
        self._database = database
        self._cache = cache
        self._clock = clock
        self._secret = secret_key.encode()
        self._limits = limits or GuessLimits()

    def user(self, name: str, password: str, address: str) -> User | None:
        """The user with that e-mail address and password, asked for from that network address.

        Errors: `TooManyLogins`, before the password is looked at.
        """
        if not (_is_storable(name) and password):
            return None
        with self._database.reading() as work:
            known = work.directory.credentials(name)
        user, stored = known or (None, None)
        if self._cache.remembers(name, stored, password):
            return user
        subjects = self._subjects(name, address)
        self._take(subjects)
        if not self._cache.verify(name, stored, password):
            return None
        self._give_back(subjects)
        return user

    def _subjects(self, name: str, address: str) -> list[tuple[str, int]]:
        """In one order for all, so that two guesses never wait for each other in a circle."""
        return [
            (self._sealed(f"address {_network(address)}"), self._limits.per_address),
            (self._sealed(f"name {name.strip().casefold()}"), self._limits.per_name),
        ]

    def _sealed(self, subject: str) -> str:
        return hmac.new(self._secret, subject.encode(errors="surrogatepass"), "sha256").hexdigest()

    def _take(self, subjects: list[tuple[str, int]]) -> None:
        now = self._clock()
        with self._database.writing() as work:
            for subject, limit in subjects:
                wait = work.login_attempts.take(subject, now, limit)
                if wait:
                    raise TooManyLogins(ceil(wait))  # what was refused does not count

    def _give_back(self, subjects: list[tuple[str, int]]) -> None:
        with self._database.writing() as work:
            for subject, limit in subjects:
                work.login_attempts.give_back(subject, limit)


def _is_storable(name: str) -> bool:
    if "\0" in name or not 0 < len(name) <= LONGEST:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _NETWORK_OF_ONE), strict=False))
