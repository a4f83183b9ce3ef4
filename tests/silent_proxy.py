"""A TCP proxy on loopback that can fall silent: connections stay open, and nothing passes any more,
as behind a firewall that has forgotten them.
"""

import socket
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_CHUNK = 65536
_READY = b"Z\x00\x00\x00\x05I"  # PostgreSQL has let a client in, and waits for what it asks


class SilentProxy:
    """Passes on to the server's socket; port: where it listens on 127.0.0.1."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.opened = 0  # connections so far
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._silent: set[socket.socket] = set()
        self._to_silence = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for one in (end for pair in self._pairs for end in pair):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()

    def url(self, name: str) -> str:
        """The address of one of the server's databases through this proxy."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def fall_silent(self) -> None:
        """Pass on nothing more on the connections that are there; new ones work."""
        with self._lock:
            for pair in self._pairs:
                self._silent.update(pair)

    def lose_answers(self) -> None:
        """Pass on nothing more of what the server says on the connections that are there."""
        with self._lock:
            self._silent.update(server for _, server in self._pairs)

    def silence_next(self) -> None:
        """Pass on nothing more on the next connection, once the server has let it in."""
        with self._lock:
            self._to_silence += 1

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(str(self._server))
            with self._lock:
                self.opened += 1
                self._pairs.append((near, far))
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while True:
                data = source.recv(_CHUNK)
                with self._lock:
                    if source in self._silent:
                        return  # what has come is lost, and nobody hears of it
                if not data:
                    target.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(data)
                if data.endswith(_READY):
                    self._silence_if_wanted(source, target)

    def _silence_if_wanted(self, server: socket.socket, client: socket.socket) -> None:
        with self._lock:
            if self._to_silence and server not in self._silent:
                self._to_silence -= 1
                self._silent.update((server, client))
