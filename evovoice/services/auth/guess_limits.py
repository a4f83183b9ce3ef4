"""Whose guesses at a password are counted together, and how many each has."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from evovoice.domain.values import folded
from evovoice.services.auth.credentials import sealed
from evovoice.services.auth.known_devices import KnownDevices
from evovoice.storage.unit_of_work import KINDS, Allowance, LoginAttempts

# Neighbours who share what a name has left. IPv4: a customer of an access provider has one address,
# and another of the same /24 tomorrow; whoever rents servers has several of one /24 at once. IPv6:
# a /64 is the least that anybody is given, and addresses within it cost nothing (RFC 6177). Whoever
# has several networks meets what a name has left everywhere.
_NETWORK_BITS = {4: 24, 6: 64}
# Some routers name the client's port behind its address, which is another for each connection.
_WITH_PORT = re.compile(r"\[(.+)\](?::[0-9]+)?|([0-9.]+):[0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class GuessLimits:
    """How many wrong passwords at once; again within each quarter of an hour, or within a day.

    Codes of a second factor are looked at only after the right password: who uses up what is left
    of them knows it, or has a device of its user.
    """

    per_name_and_network: int = 10
    per_name_and_device: int = 10
    per_address: int = 100
    per_name_a_day: int = 100
    codes: int = 5
    codes_a_day: int = 20


@dataclass(frozen=True, slots=True)
class Client:
    """Where a password comes from: the network address, and the device's cookie if it has one."""

    address: str
    device_cookie: str = ""


class GuessCounts:
    """Finds what a guess is taken from. Names and addresses are counted under their HMAC with
    `secret`: there are few enough of them that a plain digest in a stolen database could be
    guessed back.
    """

    def __init__(
        self, secret: bytes, clock: Callable[[], datetime], limits: GuessLimits | None = None
    ) -> None:
        self.secret = secret
        self._clock = clock
        self._limits = limits or GuessLimits()
        self.devices = KnownDevices(secret, clock)

    def allowances(self, attempts: LoginAttempts, name: str, client: Client) -> list[Allowance]:
        """In one order for all, so that two guesses never wait for each other in a circle.

        A device that this name has signed in on has its own alone. A network that it has signed in
        from is not bound to what the name has left everywhere, which strangers may use up.
        """
        limits, counted = self._limits, folded(name)
        device = self.devices.device(counted, client.device_cookie)
        if device is not None:
            subject = self._sealed("device and name", device, counted)
            return [Allowance(subject, limits.per_name_and_device)]
        address = self._sealed(f"address {_network(client.address, single=True)}")
        network = self.network(name, client)
        found = [
            Allowance(address, limits.per_address),
            Allowance(network, limits.per_name_and_network),
        ]
        if not attempts.is_known_network(network, self._clock()):
            found.append(self._everywhere(counted))
        return found

    def code_allowances(self, name: str, client: Client) -> list[Allowance]:
        """What a guess at a code of that name is taken from: a known device has its own."""
        counted = folded(name)
        device = self.devices.device(counted, client.device_cookie)
        who = self._sealed("code", counted, device or "")
        a_day = self._sealed("code in a day", counted, device or "")
        return [
            Allowance(who, self._limits.codes),
            Allowance(a_day, self._limits.codes_a_day, timedelta(days=1), refusals_cost=False),
        ]

    def network(self, name: str, client: Client) -> str:
        """What stands for that name in that network."""
        return self._sealed("name and network", folded(name), _network(client.address))

    def kind(self, name: str, password: str) -> int:
        """What tells that a guess only repeats one before."""
        return int(self._sealed("guess", folded(name), password), 16) % KINDS

    def _everywhere(self, name: str) -> Allowance:
        """What is refused here has cost its network already; if it cost the name too, one network
        alone could use up what all have.
        """
        return Allowance(
            self._sealed("name everywhere", name), self._limits.per_name_a_day, timedelta(days=1),
            refusals_cost=False,
        )  # fmt: skip

    def _sealed(self, *parts: str) -> str:
        return sealed(self.secret, *parts)


def _network(address: str, single: bool = False) -> str:
    """The network of an address, or with `single` what one client alone may have of it."""
    with_port = _WITH_PORT.fullmatch(address)
    bare = (with_port[1] or with_port[2]) if with_port else address
    try:
        parsed = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if single and parsed.version == 4:  # noqa: PLR2004 (of the Internet protocol)
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _NETWORK_BITS[parsed.version]), strict=False))
