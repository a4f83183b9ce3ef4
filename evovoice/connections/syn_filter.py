"""Keeps new connections from a listening socket for a moment, where Linux can do that."""

import ctypes
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_ATTACH, _DETACH = 26, 27  # SO_ATTACH_FILTER and SO_DETACH_FILTER of Linux's <asm/socket.h>
_INSTRUCTION = struct.Struct("=HBBI")  # struct sock_filter: code, two jumps, value
_PROGRAM = struct.Struct("@HP")  # struct sock_fprog: how many, where
_FLAGS, _SYN = 13, 0x02  # the byte of a TCP header with its flags; the one that begins a connection
_LOAD_BYTE, _JUMP_IF_SET, _RETURN = 0x30, 0x45, 0x06
_NOTHING, _ALL = 0, 0xFFFFFFFF  # how much of a packet is let through
_DROP_SYN = (
    (_LOAD_BYTE, 0, 0, _FLAGS),
    (_JUMP_IF_SET, 0, 1, _SYN),
    (_RETURN, 0, 0, _NOTHING),
    (_RETURN, 0, 0, _ALL),
)


@contextmanager
def installed(listener: socket.socket) -> Iterator[None]:
    """Meanwhile drop what would begin a connection; those that wait at the socket stay there.

    Whoever wants to connect sends again after a second. It holds for every process that has
    this socket. Where the system has no such filter nothing is done.
    """
    if _can_filter(listener):
        _install(listener)
    try:
        yield
    finally:
        remove(listener)


def remove(listener: socket.socket) -> None:
    """Let everybody connect again; nothing is done where nothing was installed."""
    if _can_filter(listener):
        with suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, _DETACH, 0)


def _install(listener: socket.socket) -> None:
    code = b"".join(_INSTRUCTION.pack(*each) for each in _DROP_SYN)
    kept = ctypes.create_string_buffer(code)
    program = _PROGRAM.pack(len(_DROP_SYN), ctypes.addressof(kept))
    with suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, _ATTACH, program)


def _can_filter(listener: socket.socket) -> bool:
    """The numbers above mean something else elsewhere."""
    return sys.platform == "linux" and listener.family in {socket.AF_INET, socket.AF_INET6}
