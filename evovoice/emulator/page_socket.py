"""In process: the websocket of a page with Twilio's SDK, without a socket."""

from collections.abc import Callable
from threading import Lock

from evovoice.emulator.exchange import Exchange


class SignalSocket:
    """What a page says is heard at once; what it is to read goes to `read`, which says nothing back
    before it has returned.
    """

    def __init__(self, exchange: Exchange, lock: Lock, read: Callable[[str], None]) -> None:
        self._exchange = exchange
        self._lock = lock
        with lock:
            self._connection = exchange.gateway.open(read, self._cut)

    @property
    def name(self) -> str:
        """Under which the device is registered."""
        return self._connection.name

    def send(self, text: str) -> None:
        """The page says something; media carries out what that means for it."""
        with self._lock:
            self._exchange.gateway.receive(self._connection, text)
            self._exchange.media.hand_over()

    def close(self) -> None:
        """The socket breaks, or the page closes it."""
        with self._lock:
            self._cut()

    def _cut(self) -> None:
        self._exchange.gateway.close(self._connection)
        self._exchange.media.hand_over()
