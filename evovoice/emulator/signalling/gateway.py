"""Where pages with Twilio's SDK connect: opens a connection for each socket, logs what passes."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.signalling import frames
from evovoice.emulator.signalling.connection import Connection
from evovoice.emulator.signalling.frames import Frame, Malformed, Payload
from evovoice.emulator.signalling.page_call import PageCall
from evovoice.emulator.state.clock import MICROS

_SECRET = frozenset({"token", "reconnect"})
_LONG = frozenset({"sdp"})


@dataclass(frozen=True, slots=True)
class FrameEntry:
    """One message: from the page or to it; without its secrets, and SDPs by their length."""

    at: datetime
    page: str
    from_page: bool
    type: str
    payload: Payload


class Gateway:
    """`wall_clock` gives seconds since 1970, by which tokens begin and expire: whoever makes them
    goes by a real clock. In process it is the virtual one.
    """

    def __init__(self, network: VoiceNetwork, log_size: int | None = None) -> None:
        self._network = network
        self._opened = 0
        self._by_token: dict[str, PageCall] = {}
        self.wall_clock: Callable[[], float] = lambda: network.now / MICROS
        self.log: deque[FrameEntry] = deque(maxlen=log_size)
        self.connections: dict[str, Connection] = {}
        self._cuts: dict[str, Callable[[], None]] = {}

    def open(self, send: Callable[[str], None], cut: Callable[[], None]) -> Connection:
        """A page has opened a socket; `send` takes what the page is to read, `cut` breaks it."""
        self._opened += 1
        name = f"page-{self._opened}"
        write = partial(self._write, name, send)
        connection = Connection(self._network, name, self._by_token, self._now, write)
        self.connections[name] = connection
        self._cuts[name] = cut
        return connection

    def receive(self, connection: Connection, text: str) -> None:
        """A message has come over that socket."""
        try:
            frame = frames.read(text)
        except Malformed as error:
            connection.fail(31100, str(error))
            return
        if frame is not None:
            self._note(connection.name, frame, from_page=True)
            connection.receive(frame)

    def cut(self, name: str) -> bool:
        """Break that socket, as a network does; False when there is none of that name."""
        cut = self._cuts.get(name)
        if cut is not None:
            cut()
        return cut is not None

    def dismiss(self, name: str) -> bool:
        """Tell that page to go for good; False when there is none of that name."""
        connection = self.connections.get(name)
        if connection is not None:
            connection.dismiss()
        return connection is not None

    def close(self, connection: Connection) -> None:
        """That socket is gone."""
        self._cuts.pop(connection.name, None)
        if self.connections.pop(connection.name, None) is not None:
            connection.close()

    def _now(self) -> float:
        return self.wall_clock()

    def _write(self, name: str, send: Callable[[str], None], type_: str, payload: Payload) -> None:
        self._note(name, Frame(type_, payload), from_page=False)
        send(frames.write(type_, payload))

    def _note(self, name: str, frame: Frame, *, from_page: bool) -> None:
        payload = _shown(frame.type, frame.payload)
        now = self._network.clock.now()
        self.log.append(FrameEntry(now, name, from_page, frame.type, payload))


def _shown(type_: str, payload: Payload) -> Mapping[str, object]:
    """What can be read by others; `connected` tells identity and ttl as its token."""
    shown = dict(payload)
    for name in _SECRET & shown.keys():
        if type_ != "connected":
            shown[name] = "..."
    for name in _LONG & shown.keys():
        shown[name] = f"{len(str(shown[name]))} characters"
    return shown
