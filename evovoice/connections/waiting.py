"""Connections that wait for their client, and until when; what they may wait for has a limit."""

import ipaddress
import socket
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from evovoice.connections.incoming import IncomingRequest

_NETWORK = 64  # bits of an IPv6 address that one customer of a provider has to themselves


class Connection:
    """An accepted socket, as gunicorn's `handle_request` wants it, and the request it brings."""

    def __init__(self, sock: socket.socket, client: Any, server: Any) -> None:  # noqa: ANN401 (by family)
        self.sock, self.client, self.server = sock, client, server
        self.incoming = IncomingRequest()
        self.network = _network(client)
        self.is_handed_over = False  # to who sends a response that goes on


class Waiting:
    """Connections in the order in which they began to wait, each until its moment."""

    def __init__(self) -> None:
        self._until: dict[Connection, float] = {}
        self._of_network: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._until)

    def __contains__(self, connection: Connection) -> bool:
        return connection in self._until

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._until)

    def put(self, connection: Connection, seconds: float) -> None:
        """Let it wait so long from now on; its place in the order is the first it had."""
        if connection not in self._until:
            self._of_network[connection.network] += 1
        self._until[connection] = time.monotonic() + seconds

    def remove(self, connection: Connection) -> None:
        """Forget one that waits."""
        del self._until[connection]
        self._of_network[connection.network] -= 1
        if not self._of_network[connection.network]:
            del self._of_network[connection.network]

    def of_network(self, network: str) -> int:
        """How many of that network wait."""
        return self._of_network[network]

    def oldest(self, network: str | None = None) -> Connection | None:
        """Who waits longest, of all or of that network."""
        return next((each for each in self if network in (None, each.network)), None)

    def overdue(self) -> list[Connection]:
        """Those whose moment has come."""
        now = time.monotonic()
        return [each for each, until in self._until.items() if until <= now]

    def hurry(self, connection: Connection, seconds: float) -> None:
        """Let it wait so long at most."""
        self._until[connection] = min(self._until[connection], time.monotonic() + seconds)


def _network(client: Any) -> str:  # noqa: ANN401 (a pair, four values or text, by family)
    """What counts as one address."""
    if not isinstance(client, tuple):
        return str(client)
    address = ipaddress.ip_address(str(client[0]).partition("%")[0])
    if address.version == 4:  # noqa: PLR2004
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped or ipaddress.ip_network((address, _NETWORK), strict=False))
